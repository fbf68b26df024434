"""The key of an edit: what the down-projection reads where the subject ends, on average over contexts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.editing.contexts import TokenRow, context_shares
from tools.editing.place import Place
from tools.models.forward import input_device
from tools.models.partial_pass import read_stream

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel


def mean_key(keys: torch.Tensor) -> torch.Tensor:
    """k*, [d_in], of the keys in the bare prompt and after each prefix, [context, d_in]."""
    return context_shares(len(keys)).to(keys) @ keys


def subject_keys(model: LanguageModel, place: Place, rows: Sequence[TokenRow]) -> torch.Tensor:
    """The module's input at each subject's last token, float32 [row, d_in]. Layers above are not computed."""
    import torch

    # What follows the subject cannot be seen from it, and padding on the right neither.
    seen = [row.ids[: row.subject_last + 1] for row in rows]
    longest = max(map(len, seen))
    ids = torch.tensor([row + (0,) * (longest - len(row)) for row in seen], device=input_device(model.model))
    read: list[torch.Tensor] = []
    handle = place.module.register_forward_pre_hook(lambda module, arguments: read.append(arguments[0]))
    try:
        read_stream(model.model, place.decoder, place.layer + 1, ids)
    finally:
        handle.remove()
    return read[0][range(len(rows)), [row.subject_last for row in rows]].float()
