"""Windows of tokens cut from passages, and the residual stream after one layer at the tokens that count.

What counts: no special token, not position 0, and no attention sink (norm above 10 times the median of the
window's tokens). Those own every maximum and most of the variance, and say nothing about the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.models.forward import encodable, evaluating, input_device
from tools.models.layers import find_decoder
from tools.sae.corpus import Passage

if TYPE_CHECKING:
    import torch

SINK_NORM = 10.0
"""Times the median norm of the window's tokens."""
SHORTEST_WINDOW = 8
"""Tokens; a shorter rest of a passage is left out."""


@dataclass(frozen=True)
class Window:
    """A run of tokens from one passage, as the model reads it (with its BOS token, where it has one)."""

    token_ids: tuple[int, ...]
    source: str
    is_held_out: bool


def cut_windows(tokenizer: Any, passages: Iterable[Passage], length: int) -> Iterator[Window]:
    """Windows of at most `length` tokens; every passage begins a new one."""
    probe = tokenizer("a")["input_ids"]
    start = (probe[0],) if probe and probe[0] == tokenizer.bos_token_id else ()
    for passage in passages:
        ids = tokenizer(encodable(passage.text), add_special_tokens=False, verbose=False)["input_ids"]
        room = length - len(start)
        for begin in range(0, len(ids), room):
            piece = ids[begin : begin + room]
            if len(piece) >= SHORTEST_WINDOW:
                yield Window((*start, *piece), passage.source, passage.is_held_out)


class _LayerReached(Exception):
    """Carries the residual stream out of a forward pass whose later layers are not needed."""

    def __init__(self, residual: torch.Tensor) -> None:
        super().__init__()
        self.residual = residual


def residuals(model: Any, layer: int, batch: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor]:
    """The residual stream [window, position, width] after `layer`, and the mask of real tokens (no padding).

    Layers above are not computed. In the model's dtype. Windows are padded on the right.
    """
    import torch

    token_ids, real = padded(batch, input_device(model))

    def stop(module: Any, arguments: Any, output: Any) -> None:
        raise _LayerReached(output[0] if isinstance(output, tuple) else output)

    handle = find_decoder(model).layers[layer].module.register_forward_hook(stop)
    try:
        with evaluating(model), torch.no_grad():
            model(input_ids=token_ids, attention_mask=real.long(), use_cache=False)
    except _LayerReached as reached:
        return reached.residual, real
    finally:
        handle.remove()
    raise AssertionError(f"the forward pass did not reach layer {layer}")


def padded(batch: Sequence[Window], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids [window, position], padded on the right with 0, and the mask of real tokens."""
    import torch

    longest = max(len(window.token_ids) for window in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    real = torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, window in enumerate(batch):
        ids[row, : len(window.token_ids)] = torch.tensor(window.token_ids)
        real[row, : len(window.token_ids)] = True
    return ids.to(device), real.to(device)


def counts(
    residual: torch.Tensor, token_ids: torch.Tensor, real: torch.Tensor, tokenizer: Any
) -> torch.Tensor:
    """The mask [window, position] of the tokens that count."""
    import torch

    special = torch.tensor(sorted(set(tokenizer.all_special_ids)), device=token_ids.device, dtype=torch.long)
    norms = residual.float().norm(dim=-1)
    medians = norms.masked_fill(~real, float("nan")).nanmedian(dim=1, keepdim=True).values
    mask = real & ~torch.isin(token_ids, special) & (norms <= SINK_NORM * medians)
    mask[:, 0] = False
    return mask


def batches(windows: Sequence[Window], max_tokens: int) -> Iterator[list[Window]]:
    """Windows of like length together, at most `max_tokens` with padding; order within is by length."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: len(window.token_ids)):
        if batch and (len(batch) + 1) * len(window.token_ids) > max_tokens:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
