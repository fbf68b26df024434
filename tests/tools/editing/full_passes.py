"""The twin of `tools.editing.suffix`: every pass reads whole rows through all layers, without a cache."""

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


def edit_by_full_passes(model: LanguageModel, request: EditRequest, settings: EditSettings) -> Edit:
    """The edit that `compute_edit` gives, its value found by full passes."""
    with patch("tools.editing.rome.SuffixPasses", FullPasses):
        return compute_edit(model, request, settings)
