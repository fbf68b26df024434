"""Ablates many (feature, position) pairs of a text in one forward pass, exactly, by shadow tokens.

By causality, changing the residual stream at position p changes the prediction at p through p's own column only:
the columns before it never see the change. So the text's T tokens are kept as they are, and every ablation gets a
token of its own, its shadow: it has position p's position id, sees what p sees (the positions before p, as the
layer's own mask has it) and itself instead of p, and enters the layer above the hook point with the ablated
vector. Its logits are those of the ablated model at p. Layers below are not computed; logits exist at shadows and
at the positions that they stand for.

Each layer's mask is not made here but taken from the model and extended, so sliding windows, chunks and whatever
else it holds are kept. In every pass one more shadow carries an unchanged vector: it must give the unchanged
prediction, and how far it is off is the noise floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.models.forward import forward
from tools.models.layers import Decoder
from tools.sae.partial_pass import attention_masks, changed_entry, given_masks, skipped

if TYPE_CHECKING:
    import torch

TAKES_MASKS = ("eager", "sdpa")
"""Attention implementations of transformers that take a mask of one's own."""
TOLERANCE = 1e-4
"""In nats: where the unchanged shadow is further off than this in float32, shadows are not exact for a model."""
HALF_PRECISION_TOLERANCE = 0.05


class NotExact(Exception):
    """Shadow tokens do not give this model's own predictions; the message says why."""


@dataclass(frozen=True)
class Row:
    """A text and what is to be ablated in it."""

    stream: torch.Tensor
    """[T, width], what enters the layer above the hook point."""
    positions: torch.Tensor
    """int64 [n]."""
    vectors: torch.Tensor
    """[n, width], what enters in place of stream[positions]."""


@dataclass(frozen=True)
class Divergences:
    """What each ablation did, for all rows one after another."""

    kl: torch.Tensor
    entropy: torch.Tensor
    noise: float


def check_takes_masks(model: Any) -> None:
    """Raise NotExact for an attention implementation that takes no mask of one's own."""
    implementation = getattr(model.config.get_text_config(), "_attn_implementation", None)
    if implementation not in TAKES_MASKS:
        raise NotExact(f"attention runs as {implementation}, which takes no mask of our own")


def shadow_pass(model: Any, decoder: Decoder, entry: int, rows: Sequence[Row]) -> Divergences:
    """One pass over rows of texts, each with its shadows. Raises NotExact where the unchanged shadow is off."""
    import torch

    place = decoder.embedding.get_parameter("weight")
    n_tokens = max(len(row.stream) for row in rows)
    # The longest row gets the unchanged shadow, in the last column: furthest from the position it stands for.
    control = max(range(len(rows)), key=lambda number: len(rows[number].stream))
    counts = [len(row.positions) for row in rows]
    n_shadows = max(max(counts), counts[control] + 1)
    stream = torch.zeros(len(rows), n_tokens + n_shadows, rows[0].stream.shape[1])
    positions = torch.zeros(len(rows), n_shadows, dtype=torch.long)
    for number, row in enumerate(rows):
        stream[number, : len(row.stream)] = row.stream
        stream[number, n_tokens : n_tokens + counts[number]] = row.vectors
        positions[number, : counts[number]] = row.positions
    last = len(rows[control].stream) - 1
    positions[control, -1] = last
    stream[control, -1] = rows[control].stream[last]
    stream, positions = stream.to(place), positions.to(place.device)

    masks = _extended(attention_masks(model, decoder, entry, stream[:1, :n_tokens]), positions, stream)
    read_rows = [number for number, count in enumerate(counts) for _ in range(count)] + [control]
    read_columns = [n_tokens + column for count in counts for column in range(count)]
    read_columns.append(n_tokens + n_shadows - 1)
    stands_for = torch.cat([*(row.positions for row in rows), torch.tensor([last])]).tolist()
    bases = sorted(set(zip(read_rows, stands_for, strict=True)))
    slot = {base: index for index, base in enumerate(bases)}
    base_rows, base_columns = zip(*bases, strict=True)
    rows_read, columns_read = [*base_rows, *read_rows], [*base_columns, *read_columns]

    token_places = torch.arange(n_tokens, device=place.device).expand(len(rows), n_tokens)
    with (
        skipped(layer.module for layer in decoder.layers[:entry]),
        changed_entry(decoder, entry, lambda hidden: stream.to(hidden)),
        given_masks(decoder, masks),
    ):
        logits = forward(
            model,
            lambda hidden: hidden[rows_read, columns_read].unsqueeze(0),
            inputs_embeds=stream,
            position_ids=torch.cat([token_places, positions], dim=1),
            use_cache=False,
        ).logits[0]
    base_of = [slot[read] for read in zip(read_rows, stands_for, strict=True)]
    kl, entropy = divergences(logits[: len(bases)], logits[len(bases) :], base_of)
    noise = float(kl[-1])
    tolerance = TOLERANCE if place.dtype.itemsize >= 4 else HALF_PRECISION_TOLERANCE
    if noise > tolerance:
        raise NotExact(
            f"an unchanged shadow token predicts otherwise than its own position (by {noise:.1e} nats)"
        )
    return Divergences(kl[:-1], entropy[:-1], noise)


def divergences(
    base: torch.Tensor, ablated: torch.Tensor, base_of: Sequence[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """KL(P_base ‖ P_ablated) and the entropy of P_base, in nats, float32 [n] on the CPU.

    base: logits [m, vocabulary]; ablated: logits [n, vocabulary]; base_of: which row of base each of n belongs to.
    NaN where logits are not numbers.
    """
    import torch

    log_p = base.log_softmax(dim=-1)
    p = log_p.exp()
    entropy = torch.where(p == 0, 0.0, -p * log_p).sum(dim=-1)
    kl = torch.empty(len(base_of), device=base.device)
    # Position by position: the temporaries are as large as the logits, and most positions are shared.
    owners = torch.tensor(base_of, device=base.device)
    for row in range(len(base)):
        mine = owners == row
        log_q = ablated[mine].log_softmax(dim=-1)
        kl[mine] = torch.where(p[row] == 0, 0.0, p[row] * (log_p[row] - log_q)).sum(dim=-1)
    # Rounding can leave a sum a few 1e-8 below nought, which no divergence is; NaN stays NaN.
    return kl.clamp(min=0).cpu(), entropy[owners].cpu()


def _extended(
    masks: dict[int, Any], positions: torch.Tensor, stream: torch.Tensor
) -> dict[int, torch.Tensor]:
    """Each layer's mask with a row and a column for every shadow: additive, [rows, heads, columns, columns]."""
    made: dict[int, torch.Tensor] = {}
    extended = {}
    for layer, mask in masks.items():
        # Layers of a kind share one mask.
        if id(mask) not in made:
            made[id(mask)] = _extend(_additive(mask, positions, stream), positions)
        extended[layer] = made[id(mask)]
    return extended


def _additive(mask: Any, positions: torch.Tensor, stream: torch.Tensor) -> torch.Tensor:
    """A layer's mask over the text as numbers to add to the attention scores, [1, heads, T, T]."""
    import torch

    n_tokens = stream.shape[1] - positions.shape[1]
    lowest = torch.finfo(stream.dtype).min
    if mask is None:  # scaled-dot-product attention is then told that it is causal
        sees = torch.ones(n_tokens, n_tokens, dtype=torch.bool, device=stream.device).tril()[None, None]
    elif isinstance(mask, torch.Tensor) and mask.ndim == 4 and mask.shape[-2:] == (n_tokens, n_tokens):
        if mask.dtype != torch.bool:
            return mask.to(stream)
        sees = mask
    else:
        raise NotExact(f"a layer's attention mask is a {type(mask).__name__} that cannot be extended")
    return torch.zeros(sees.shape, dtype=stream.dtype, device=stream.device).masked_fill(~sees, lowest)


def _extend(mask: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    import torch

    n_rows, n_shadows = positions.shape
    heads, n_tokens = mask.shape[1], mask.shape[2]
    lowest = torch.finfo(mask.dtype).min
    size = n_tokens + n_shadows
    extended = torch.full((n_rows, heads, size, size), lowest, dtype=mask.dtype, device=mask.device)
    extended[:, :, :n_tokens, :n_tokens] = mask
    # A shadow sees what its position sees, but itself in that position's place.
    sees = mask[0][:, positions].transpose(0, 1)  # [rows, heads, shadows, tokens]
    own = positions[:, None, :, None].expand(n_rows, heads, n_shadows, 1)
    shadow = torch.arange(n_tokens, size, device=mask.device)
    extended[:, :, shadow, shadow] = sees.gather(-1, own)[..., 0]
    extended[:, :, n_tokens:, :n_tokens] = sees.scatter(-1, own, lowest)
    return extended
