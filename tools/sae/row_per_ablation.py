"""Ablates one (feature, position) pair in each row of a batch, by full passes: slow, simple and always right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tools.models.forward import forward
from tools.models.layers import Decoder
from tools.models.partial_pass import changed_entry
from tools.sae.shadow_tokens import Divergences, divergences

if TYPE_CHECKING:
    import torch


def one_row_each(
    model: Any,
    decoder: Decoder,
    entry: int,
    token_ids: torch.Tensor,
    positions: Sequence[int],
    vectors: torch.Tensor,
    rows_at_a_time: int = 1,
) -> Divergences:
    """Run the text [T] as it is, then once with each vectors[i] [n, width] at positions[i] entering layer `entry`."""
    import torch

    ids = token_ids.to(decoder.embedding.get_parameter("weight").device)[None]
    places = sorted(set(positions))
    base = forward(model, lambda hidden: hidden[:, places], input_ids=ids, use_cache=False).logits[0]
    kl, entropy = [], []
    for start in range(0, len(positions), rows_at_a_time):
        here = list(positions[start : start + rows_at_a_time])
        rows = list(range(len(here)))
        entering = vectors[start : start + rows_at_a_time]

        def change(
            stream: torch.Tensor, here: list[int] = here, entering: torch.Tensor = entering
        ) -> torch.Tensor:
            changed = stream.clone()
            changed[range(len(here)), here] = entering.to(stream)
            return changed

        def select(hidden: torch.Tensor, here: list[int] = here) -> torch.Tensor:
            return hidden[range(len(here)), here].unsqueeze(0)

        with changed_entry(decoder, entry, change):
            rows_of_ids = ids.expand(len(rows), -1)
            ablated = forward(model, select, input_ids=rows_of_ids, use_cache=False).logits[0]
        found = divergences(base, ablated, [places.index(position) for position in here])
        kl.append(found[0])
        entropy.append(found[1])
    return Divergences(torch.cat(kl), torch.cat(entropy), 0.0)
