"""The twin of the edit's fast passes: each reads whole rows through all layers, without a cache."""

from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import torch

from tools.editing.contexts import TokenRow
from tools.editing.edit import Edit, EditSettings
from tools.editing.place import Place
from tools.editing.request import EditRequest
from tools.editing.rome import compute_edit
from tools.models.language_model import LanguageModel


class FullPasses:
    """What `SuffixPasses` is, computed anew each time."""

    def __init__(self, model: Any, place: Place, rows: Sequence[TokenRow]) -> None:
        self.model, self.rows, self._place = model, tuple(rows), place
        longest = max(len(row.inputs) for row in rows)
        # Padding on the right, where causal attention never looks.
        self._ids = torch.tensor([row.inputs + (0,) * (longest - len(row.inputs)) for row in rows])
        self._subject = torch.zeros(len(rows), longest, 1)
        self._subject[range(len(rows)), [row.subject_last for row in rows]] = 1

    def logits(self, change: torch.Tensor, rows: Sequence[int], places: Sequence[int]) -> torch.Tensor:
        """Logits [n, vocabulary] at n places, where the module's output at the subject is moved."""

        def moved(module: object, arguments: object, output: torch.Tensor) -> torch.Tensor:
            return output + self._subject * change.expand(len(self.rows), -1)[:, None]

        handle = self._place.module.register_forward_hook(moved)
        try:
            logits = self.model(input_ids=self._ids, use_cache=False).logits
        finally:
            handle.remove()
        return logits[list(rows), list(places)]


def keys_by_full_passes(model: LanguageModel, place: Place, rows: Sequence[TokenRow]) -> torch.Tensor:
    """What `subject_keys` gives."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.tensor([row.ids + (0,) * (longest - len(row.ids)) for row in rows])
    read: list[torch.Tensor] = []
    handle = place.module.register_forward_pre_hook(lambda module, arguments: read.append(arguments[0]))
    try:
        with torch.no_grad():
            model.model(input_ids=ids, use_cache=False)
    finally:
        handle.remove()
    return read[0][range(len(rows)), [row.subject_last for row in rows]].float()


def edit_by_full_passes(model: LanguageModel, request: EditRequest, settings: EditSettings) -> Edit:
    """The edit that `compute_edit` gives, its keys and its value found by full passes."""
    with (
        patch("tools.editing.rome.SuffixPasses", FullPasses),
        patch("tools.editing.rome.subject_keys", keys_by_full_passes),
    ):
        return compute_edit(model, request, settings)
