"""Windows of tokens cut from passages, and the residual stream after one layer at those tokens that count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.models.forward import encodable, input_device
from tools.models.layers import find_decoder
from tools.models.partial_pass import read_stream
from tools.sae.activations import counting_tokens
from tools.sae.corpus import Passage

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

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


def counted_streams(
    model: LanguageModel, layer: int, batch: Sequence[Window]
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Of each window the positions that count, int64 [n], and the residual stream after `layer` there [n, width].

    Both on the CPU, the stream in float32. Layers above are not computed.
    """
    token_ids, _ = padded(batch, input_device(model.model))
    streams = read_stream(model.model, find_decoder(model.model), layer + 1, token_ids).float().cpu()
    found = []
    for window, ids, stream in zip(batch, token_ids.cpu(), streams, strict=True):
        length = len(window.token_ids)
        positions = counting_tokens(model, ids[:length], stream[:length]).nonzero().squeeze(1)
        found.append((positions, stream[positions]))
    return found


def padded(batch: Sequence[Window], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids [window, position], padded on the right, where causal attention never looks, and the real ones."""
    import torch

    longest = max(len(window.token_ids) for window in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    real = torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, window in enumerate(batch):
        ids[row, : len(window.token_ids)] = torch.tensor(window.token_ids)
        real[row, : len(window.token_ids)] = True
    return ids.to(device), real.to(device)


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
