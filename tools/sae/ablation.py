"""Ablates SAE features where they fire: how far the next-token distribution moves without them, in nats.

At a position, the residual stream x becomes x minus the feature's contribution (never the SAE's reconstruction, so
that the SAE's error stays out of it), the rest of the pass is finished, and P_ablated is the prediction there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tools.errors import ModelError
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.models.layers import Decoder
    from tools.sae.activations import TextResiduals
    from tools.sae.load import LoadedSae
    from tools.sae.shadow_tokens import Divergences, NotExact

TOKENS_PER_PASS = {"cpu": 1024, "mps": 4096, "cuda": 16_384}
"""Tokens and shadows with padding; on a CPU larger passes fall out of its caches and run slower."""
LOGITS_PER_PASS = {"cpu": 2**24, "mps": 2**26, "cuda": 2**28}
"""Entries of the ablated logits of one pass: 64 MiB in float32 on a CPU."""
SHADOWS_PER_ROW = 512
"""Every shadow is compared with every other in attention, in vain, so one row does not hold too many."""

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


def ablate(
    model: LanguageModel,
    sae: LoadedSae,
    token_ids: torch.Tensor,
    pairs: Sequence[tuple[int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """Ablate each (feature, position) of one text, token ids [T], each alone. Otherwise as `ablate_many`."""
    from tools.sae.activations import residuals_of_tokens

    text = residuals_of_tokens(model, sae, token_ids)
    return ablate_many(
        model, sae, [text], [(0, feature, position) for feature, position in pairs], report=report
    )


def ablate_many(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """Ablate each (text, feature, position), each alone; texts are numbered as in `texts`.

    By shadow tokens, many to a pass, and texts of similar length together; where attention takes no mask of one's
    own, by one row for each ablation, and then `note` says so. Memory is bounded by what a pass may hold, which is
    halved where it does not suffice. Raises ModelError for a feature that the SAE does not have, an SAE that does
    not fit the model, and where not even one ablation fits into memory; IndexError for a text or a position that
    is not there.
    """
    import torch

    features = torch.tensor([feature for _, feature, _ in triples], dtype=torch.long)
    return _ablate(
        model, sae, texts, triples, lambda stream, asked: sae.without(stream, features[asked]), report
    )


def ablate_direction(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    *,
    seed: int = 0,
    report: Report = silent,
) -> Ablations:
    """The control: at each (text, feature, position), take out a random direction as long as the contribution.

    Directions are uniform on the sphere and drawn anew for each, from `seed`. Otherwise as `ablate_many`.
    """
    import torch

    features = torch.tensor([feature for _, feature, _ in triples], dtype=torch.long)

    def replace(stream: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        length = sae.contribution(stream, features[asked]).norm(dim=-1, keepdim=True)
        # A generator for each, so that a direction does not depend on what shares its pass.
        drawn = [torch.Generator().manual_seed(seed * 1_000_003 + index) for index in asked.tolist()]
        direction = torch.stack([torch.randn(sae.width, generator=generator) for generator in drawn])
        return stream - length * direction / direction.norm(dim=-1, keepdim=True)

    return _ablate(model, sae, texts, triples, replace, report)


def ablate_one_by_one(
    model: LanguageModel,
    sae: LoadedSae,
    token_ids: torch.Tensor,
    pairs: Sequence[tuple[int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """`ablate` by a full forward pass for each (feature, position): slow, and the truth to hold it against."""
    import torch

    from tools.models.layers import find_decoder
    from tools.sae.activations import residuals_of_tokens
    from tools.sae.row_per_ablation import one_row_each

    text = residuals_of_tokens(model, sae, token_ids)
    positions = [position for _, position in pairs]
    vectors = sae.without(text.stream[positions], torch.tensor([feature for feature, _ in pairs]))
    report(Progress("ablating", 0, len(pairs), "positions"))
    found = one_row_each(
        model.model, find_decoder(model.model), sae.hook_point.entry, text.token_ids, positions, vectors
    )
    return Ablations(found.kl, found.entropy, found.noise, "one_row_each", "It was asked for.")


def _ablate(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    replace: Replace,
    report: Report,
) -> Ablations:
    import torch

    from tools.models.forward import is_out_of_memory
    from tools.models.layers import find_decoder
    from tools.sae.load import check_features, check_fits
    from tools.sae.shadow_tokens import NotExact, check_takes_masks

    check_fits(sae, model)
    check_features(sae, {feature for _, feature, _ in triples})
    for text, _, position in triples:
        if not (0 <= text < len(texts) and 0 <= position < len(texts[text].token_ids)):
            raise IndexError(f"there is no position {position} in text {text}")
    decoder = find_decoder(model.model)
    entry = sae.hook_point.entry
    most_tokens = TOKENS_PER_PASS.get(model.device.type, TOKENS_PER_PASS["cpu"])
    vocabulary = decoder.unembedding.get_parameter("weight").shape[0]
    most = max(1, LOGITS_PER_PASS.get(model.device.type, LOGITS_PER_PASS["cpu"]) // vocabulary)
    kl = torch.full((len(triples),), torch.nan)
    entropy = torch.full((len(triples),), torch.nan)
    # Longest texts first: what does not fit into memory is known at once.
    waiting = sorted(
        range(len(triples)),
        key=lambda index: (-len(texts[triples[index][0]].token_ids), triples[index][0], triples[index][2]),
    )
    noise, note = 0.0, ""
    try:
        check_takes_masks(model.model)
    except NotExact as reason:
        note = _one_row_note(reason)
    while waiting:
        report(Progress("ablating", len(triples) - len(waiting), len(triples), "positions"))
        if note:
            rows = [_of_one_text(waiting, triples, most)]
        else:
            rows = _first_rows(waiting, texts, triples, most_tokens, most)
        try:
            if note:
                found = _without_shadows(model, decoder, entry, texts, triples, replace, rows[0], most_tokens)
            else:
                found = _with_shadows(model, decoder, entry, texts, triples, replace, rows)
        except NotExact as reason:
            note = _one_row_note(reason)
            continue
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if sum(map(len, rows)) == 1:
                n_tokens = len(texts[triples[rows[0][0]][0]].token_ids)
                raise ModelError(
                    f"Memory does not suffice for one ablation in a text of {n_tokens:,} tokens.",
                    "Use shorter texts, a smaller model or a smaller dtype.",
                ) from error
            most_tokens, most = most_tokens // 2, max(1, most // 2)
            continue
        done = [index for row in rows for index in row]
        kl[done], entropy[done] = found.kl, found.entropy
        noise = max(noise, found.noise)
        del waiting[: len(done)]
    report(Progress("ablating", len(triples), len(triples), "positions"))
    return Ablations(kl, entropy, noise, "one_row_each" if note else "shadow_tokens", note)


def _with_shadows(
    model: LanguageModel,
    decoder: Decoder,
    entry: int,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    replace: Replace,
    rows: list[list[int]],
) -> Divergences:
    import torch

    from tools.sae.shadow_tokens import Row, shadow_pass

    shadow_rows = []
    for row in rows:
        stream = texts[triples[row[0]][0]].stream
        positions = torch.tensor([triples[index][2] for index in row])
        shadow_rows.append(Row(stream, positions, replace(stream[positions], torch.tensor(row))))
    return shadow_pass(model.model, decoder, entry, shadow_rows)


def _without_shadows(
    model: LanguageModel,
    decoder: Decoder,
    entry: int,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    replace: Replace,
    row: list[int],
    most_tokens: int,
) -> Divergences:
    import torch

    from tools.sae.row_per_ablation import one_row_each

    text = texts[triples[row[0]][0]]
    positions = [triples[index][2] for index in row]
    vectors = replace(text.stream[positions], torch.tensor(row))
    rows_at_a_time = max(1, most_tokens // len(text.token_ids))
    return one_row_each(model.model, decoder, entry, text.token_ids, positions, vectors, rows_at_a_time)


def _first_rows(
    waiting: list[int],
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    most_tokens: int,
    most: int,
) -> list[list[int]]:
    """The first of `waiting` (longest texts first, a text's own together) that one pass may hold, by row."""
    rows: list[list[int]] = []
    widest = 0
    longest = len(texts[triples[waiting[0]][0]].token_ids)
    for index in waiting[:most]:
        if rows and triples[rows[-1][0]][0] == triples[index][0] and len(rows[-1]) < SHADOWS_PER_ROW:
            n_rows, n_shadows = len(rows), max(widest, len(rows[-1]) + 1)
        else:
            n_rows, n_shadows = len(rows) + 1, max(widest, 1)
        # One shadow more than was asked for: the unchanged one.
        if rows and n_rows * (longest + n_shadows + 1) > most_tokens:
            break
        if n_rows > len(rows):
            rows.append([])
        rows[-1].append(index)
        widest = n_shadows
    return rows


def _of_one_text(waiting: list[int], triples: Sequence[tuple[int, int, int]], most: int) -> list[int]:
    """The first of `waiting`, at most `most`, that are of the same text."""
    text = triples[waiting[0]][0]
    return [index for index in waiting[:most] if triples[index][0] == text]


def _one_row_note(reason: NotExact) -> str:
    return f"Each ablation took a row of its own, without shadow tokens: {reason}."
