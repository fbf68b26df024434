"""Cuts many ablations into forward passes that fit into memory, runs them, and puts the results in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tools.errors import ModelError
from tools.progress import Progress, Report

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.models.layers import Decoder
    from tools.sae.activations import TextResiduals
    from tools.sae.shadow_tokens import Divergences

TOKENS_PER_PASS = {"cpu": 1024, "mps": 4096, "cuda": 16_384}
"""Tokens and shadows with padding; on a CPU larger passes fall out of its caches and run slower."""
LOGITS_PER_PASS = {"cpu": 2**24, "mps": 2**26, "cuda": 2**28}
"""Entries of the ablated logits of one pass: 64 MiB in float32 on a CPU."""
SHADOWS_PER_ROW = 256
"""Attention compares every shadow with every other, in vain, so one row does not hold too many."""

Replace = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]
"""(stream at n positions [n, width], which of those asked for int64 [n]) -> what enters instead [n, width]."""


@dataclass(frozen=True)
class Ablations:
    """What each of n ablations did to the prediction at its own position, in the order in which they were asked."""

    kl: torch.Tensor
    """float32 [n], KL(P_base ‖ P_ablated) in nats; NaN where the model's logits are not numbers."""
    baseline_entropy: torch.Tensor
    """float32 [n], entropy of P_base in nats."""
    noise_floor: float
    """The largest KL that ablating a silent feature, that is nothing, gave: what rounding alone does."""
    method: Literal["shadow_tokens", "one_row_each"]
    note: str = ""
    """Why it was not done with shadow tokens, where it was not."""


@dataclass(frozen=True)
class Work:
    """What is to be ablated, and by what."""

    model: LanguageModel
    decoder: Decoder
    entry: int
    """The decoder layer that the changed stream enters."""
    texts: Sequence[TextResiduals]
    places: Sequence[tuple[int, int]]
    """(text, position) of each ablation."""
    replace: Replace

    def length(self, row: Sequence[int]) -> int:
        """Tokens of the text that a row's ablations are in."""
        return len(self.texts[self.places[row[0]][0]].token_ids)


@dataclass(frozen=True)
class Limits:
    """What one pass may hold."""

    tokens: int
    ablations: int

    def halved(self) -> Limits:
        """Half of it."""
        return Limits(self.tokens // 2, max(1, self.ablations // 2))


def run(work: Work, report: Report) -> Ablations:
    """Run all ablations with shadow tokens or, where these are not exact, with one row each, and say so.

    Raises ModelError where memory does not suffice for a single one.
    """
    import torch

    from tools.models.forward import is_out_of_memory
    from tools.models.layer_masks import NotExact, check_takes_masks

    n = len(work.places)
    kl, entropy = torch.full((n,), torch.nan), torch.full((n,), torch.nan)
    limits = _limits(work)
    rows = _rows(work, range(n), limits)
    noise, n_done, note = 0.0, 0, ""
    try:
        check_takes_masks(work.model.model)
    except NotExact as reason:
        note = _why_one_row_each(reason)
    while rows:
        report(Progress("ablating", n_done, n, "positions"))
        batch = rows[:1] if note else _first_rows(work, rows, limits)
        try:
            found = _one_row_each(work, batch[0], limits) if note else _shadow_pass(work, batch)
        except NotExact as reason:
            note = _why_one_row_each(reason)
            continue
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(batch) == len(batch[0]) == 1:
                raise ModelError(
                    f"Memory does not suffice for one ablation in a text of {work.length(batch[0]):,} tokens.",
                    "Use shorter texts, a smaller model or a smaller dtype.",
                ) from error
            limits = limits.halved()
            rows = _rows(work, [index for row in rows for index in row], limits)
            continue
        done = [index for row in batch for index in row]
        kl[done], entropy[done] = found.kl, found.entropy
        noise = max(noise, found.noise)
        n_done += len(done)
        del rows[: len(batch)]
    report(Progress("ablating", n, n, "positions"))
    return Ablations(kl, entropy, noise, "one_row_each" if note else "shadow_tokens", note)


def _limits(work: Work) -> Limits:
    device = work.model.device.type
    tokens = TOKENS_PER_PASS.get(device, TOKENS_PER_PASS["cpu"])
    logits = LOGITS_PER_PASS.get(device, LOGITS_PER_PASS["cpu"])
    vocabulary = work.decoder.unembedding.get_parameter("weight").shape[0]
    # A long text leaves room for as many shadows as it has tokens, or it would be run again for each.
    longest = max((len(text.token_ids) for text in work.texts), default=0)
    return Limits(max(tokens, 2 * longest + 1), max(1, logits // vocabulary))


def _rows(work: Work, waiting: Iterable[int], limits: Limits) -> list[list[int]]:
    """Ablations of the same text in rows, the widest first: what does not fit into memory is known at once."""
    by_text: dict[int, list[int]] = defaultdict(list)
    for index in waiting:
        by_text[work.places[index][0]].append(index)
    rows = []
    for of_text in by_text.values():
        # By position, because each pass computes the unchanged prediction at every position that it needs.
        of_text.sort(key=lambda index: work.places[index][1])
        size = max(1, min(SHADOWS_PER_ROW, limits.ablations, limits.tokens - work.length(of_text) - 1))
        rows += [of_text[start : start + size] for start in range(0, len(of_text), size)]
    return sorted(rows, key=lambda row: work.length(row) + len(row), reverse=True)


def _first_rows(work: Work, rows: Sequence[list[int]], limits: Limits) -> list[list[int]]:
    """The first of `rows` that one pass may hold, and at least one."""
    width = work.length(rows[0]) + len(rows[0]) + 1  # one more: the unchanged shadow
    n_ablations = len(rows[0])
    batch = [rows[0]]
    for row in rows[1 : limits.tokens // width]:
        n_ablations += len(row)
        if n_ablations > limits.ablations:
            break
        batch.append(row)
    return batch


def _shadow_pass(work: Work, batch: Sequence[list[int]]) -> Divergences:
    import torch

    from tools.sae.shadow_tokens import Row, shadow_pass

    streams = [work.texts[work.places[row[0]][0]].stream for row in batch]
    positions = [torch.tensor([work.places[index][1] for index in row]) for row in batch]
    # One call for all: the SAE's weights are larger than what they are multiplied with.
    entering = torch.cat([stream[places] for stream, places in zip(streams, positions, strict=True)])
    vectors = work.replace(entering, torch.tensor([index for row in batch for index in row]))
    of_rows = vectors.split([len(row) for row in batch])
    rows = [Row(*row) for row in zip(streams, positions, of_rows, strict=True)]
    return shadow_pass(work.model.model, work.decoder, work.entry, rows)


def _one_row_each(work: Work, row: list[int], limits: Limits) -> Divergences:
    import torch

    from tools.sae.row_per_ablation import one_row_each

    text = work.texts[work.places[row[0]][0]]
    positions = [work.places[index][1] for index in row]
    vectors = work.replace(text.stream[positions], torch.tensor(row))
    at_a_time = max(1, limits.tokens // work.length(row))
    return one_row_each(
        work.model.model, work.decoder, work.entry, text.token_ids, positions, vectors, at_a_time
    )


def _why_one_row_each(reason: Exception) -> str:
    return f"Each ablation took a row of its own, without shadow tokens: {reason}."
