"""Ablates many (feature, position) pairs of a text in one forward pass, exactly, by shadow tokens.

By causality, changing the residual stream at position p changes the prediction at p through p's own column only:
the columns before it never see the change. So the text's T tokens are kept as they are, and every ablation gets a
token of its own, its shadow: it has position p's position id, sees what p sees (the positions before p, as the
layer's own mask has it) and itself instead of p, and enters the layer above the hook point with the ablated
vector. Its logits are those of the ablated model at p. Layers below are not computed; logits exist at shadows and
at the positions that they stand for.

Short texts lie one after another in the same lane, each seen by its own columns alone, so that little is padded.

Each layer's mask is not made here but taken from the model and extended, so sliding windows, chunks and whatever
else it holds are kept. In every pass one more shadow carries an unchanged vector: it must give the unchanged
prediction, and how far it is off is the noise floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.models.forward import forward
from tools.models.layer_masks import NotExact, additive_mask, attention_masks, given_masks
from tools.models.layers import Decoder
from tools.models.partial_pass import changed_entry, skipped

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-4
"""In nats: where the unchanged shadow is further off than this in float32, shadows are not exact for a model."""
HALF_PRECISION_TOLERANCE = 0.05
LANE = 128
"""Columns that a lane of several texts may have: attention compares all of them, those of other texts in vain."""


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


def shadow_pass(model: Any, decoder: Decoder, entry: int, rows: Sequence[Row]) -> Divergences:
    """One pass over texts, each with its shadows. Raises NotExact where the unchanged shadow is off."""
    import torch

    weight = decoder.embedding.get_parameter("weight")
    # The longest text gets the unchanged shadow, behind all others: furthest from the position it stands for.
    control = max(range(len(rows)), key=lambda number: len(rows[number].stream))
    last = len(rows[control].stream) - 1
    layout = [[*range(len(row.stream)), *row.positions.tolist()] for row in rows]
    layout[control].append(last)
    starts, shape = lanes([len(columns) for columns in layout])
    # Columns that only fill up belong to no text, and nothing is read from them.
    owners = torch.full(shape, -1)
    places = torch.zeros(shape, dtype=torch.long)
    is_token = torch.zeros(shape, dtype=torch.bool)
    stream = torch.zeros(*shape, rows[0].stream.shape[1])
    for number, (row, (lane, start)) in enumerate(zip(rows, starts, strict=True)):
        columns = slice(start, start + len(layout[number]))
        owners[lane, columns] = number
        places[lane, columns] = torch.tensor(layout[number])
        is_token[lane, start : start + len(row.stream)] = True
        entering = [row.stream, row.vectors] + [row.stream[last:]] * (number == control)
        stream[lane, columns] = torch.cat(entering)
    stream, places = stream.to(weight), places.to(weight.device)

    masks = attention_masks(model, decoder, entry, rows[control].stream[None].to(weight))
    shadows = [
        (number, column)
        for number, row in enumerate(rows)
        for column in range(len(row.stream), len(row.stream) + len(row.positions))
    ]
    shadows.append((control, len(layout[control]) - 1))
    stands_for = [(number, layout[number][column]) for number, column in shadows]
    bases = sorted(set(stands_for))
    slot = {base: index for index, base in enumerate(bases)}
    read = [(starts[number][0], starts[number][1] + column) for number, column in [*bases, *shadows]]
    lanes_read, columns_read = map(list, zip(*read, strict=True))
    with (
        skipped(layer.module for layer in decoder.layers[:entry]),
        changed_entry(decoder, entry, lambda hidden: stream.to(hidden)),
        given_masks(decoder, _extended(masks, places, owners, is_token, last + 1, stream.dtype)),
    ):
        logits = forward(
            model,
            lambda hidden: hidden[lanes_read, columns_read].unsqueeze(0),
            inputs_embeds=stream,
            position_ids=places,
            use_cache=False,
        ).logits[0]
    base_of = [slot[base] for base in stands_for]
    kl, entropy = divergences(logits[: len(bases)], logits[len(bases) :], base_of)
    noise = float(kl[-1])
    tolerance = TOLERANCE if weight.dtype.itemsize >= 4 else HALF_PRECISION_TOLERANCE
    if noise > tolerance:
        raise NotExact(
            f"an unchanged shadow token predicts otherwise than its own position (by {noise:.1e} nats)"
        )
    return Divergences(kl[:-1], entropy[:-1], noise)


def lanes(widths: Sequence[int]) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Where each of some texts lies, as (lane, first column), and how many lanes of how many columns there are.

    The widest first, each into the first lane that has room for it.
    """
    size = max(LANE, *widths) if len(widths) > 1 else widths[0]
    ends: list[int] = []
    starts = [(0, 0)] * len(widths)
    for number in sorted(range(len(widths)), key=lambda number: -widths[number]):
        lane = next((lane for lane, end in enumerate(ends) if end + widths[number] <= size), len(ends))
        if lane == len(ends):
            ends.append(0)
        starts[number] = lane, ends[lane]
        ends[lane] += widths[number]
    return starts, (len(ends), max(ends))


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
    # What is impossible adds nothing to either, however infinite its logarithm.
    entropy = -torch.linalg.vecdot(p, torch.where(p == 0, 0.0, log_p))
    kl = torch.empty(len(base_of), device=base.device)
    # Position by position: the temporaries are as large as the logits, and most positions are shared.
    owners = torch.tensor(base_of, device=base.device)
    for row in range(len(base)):
        mine = owners == row
        lost = log_p[row] - ablated[mine].log_softmax(dim=-1)
        impossible = p[row] == 0
        if impossible.any():
            lost[:, impossible] = 0.0
        kl[mine] = lost @ p[row]
    # Rounding can leave a sum a few 1e-8 below nought, which no divergence is; NaN stays NaN.
    return kl.clamp(min=0).cpu(), entropy[owners].cpu()


def _extended(
    masks: dict[int, Any],
    places: torch.Tensor,
    owners: torch.Tensor,
    is_token: torch.Tensor,
    longest: int,
    dtype: torch.dtype,
) -> dict[int, torch.Tensor]:
    """Each layer's mask, spread over the columns of all lanes: additive, [lanes, heads, columns, columns].

    places, owners, is_token [lanes, columns]: the position that each column is or stands for, which text it belongs
    to, and whether it is a token of it; longest: tokens of the longest text, which the masks are for. A column sees
    what its position sees in its text; of the tokens a shadow leaves out its own position, and of the shadows
    everything sees at most itself.
    """
    import torch

    owners, is_token = owners.to(places.device), is_token.to(places.device)
    column = torch.arange(places.shape[1], device=places.device)
    of_text = (owners[:, :, None] == owners[:, None, :]) & is_token[:, None, :]
    stands_in = ~is_token[:, :, None] & (places[:, :, None] == places[:, None, :])
    sees = (of_text & ~stands_in) | (column[:, None] == column)
    made: dict[int, torch.Tensor] = {}
    for mask in masks.values():
        if id(mask) not in made:  # layers of a kind share one mask
            seen = additive_mask(mask, longest, places.device, dtype)
            spread = seen[:, places[:, :, None], places[:, None, :]].transpose(0, 1)
            made[id(mask)] = spread.masked_fill(~sees[:, None], torch.finfo(dtype).min)
    return {layer: made[id(mask)] for layer, mask in masks.items()}
