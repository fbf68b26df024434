"""Ablates SAE features where they fire: how far the next-token distribution moves without them, in nats.

At a position, the residual stream x becomes x minus the feature's contribution (never the SAE's reconstruction, so
that the SAE's error stays out of it), the rest of the pass is finished, and P_ablated is the prediction there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.progress import Progress, Report, silent
from tools.sae.ablation_passes import Ablations, Replace, Work, run

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.activations import TextResiduals
    from tools.sae.load import LoadedSae

__all__ = [
    "Ablations",
    "ablate",
    "ablate_many",
    "ablate_one_by_one",
    "ablate_with_control",
]


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


def ablate_with_control(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    *,
    seed: int = 0,
    report: Report = silent,
) -> tuple[Ablations, Ablations]:
    """`ablate_many`, and its control in the same passes: a random direction as long as the contribution is taken out.

    Directions are uniform on the sphere and drawn anew for each (text, feature, position), from `seed`.
    """
    import torch

    n = len(triples)
    features = torch.tensor([feature for _, feature, _ in triples], dtype=torch.long)

    def replace(stream: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        # An ablation and its control stand side by side: the feature's contribution is computed once for both.
        numbers, places = (asked % n).unique(return_inverse=True)
        first = torch.empty_like(numbers).scatter_(0, places, torch.arange(len(asked)))
        contributions = sae.contribution(stream[first], features[numbers])
        taken_out = contributions[places]
        control = asked >= n
        if control.any():
            taken_out[control] = random_like(taken_out[control], asked[control] - n, seed)
        return stream - taken_out

    both = _ablate(model, sae, texts, [*triples, *triples], replace, report)
    ablated, control = (
        dataclasses.replace(both, kl=both.kl[part], baseline_entropy=both.baseline_entropy[part])
        for part in (slice(n), slice(n, None))
    )
    return ablated, control


def random_like(contributions: torch.Tensor, numbers: torch.Tensor, seed: int) -> torch.Tensor:
    """Random directions [n, width], each as long as a contribution and drawn for its number and `seed`."""
    import torch

    length = contributions.norm(dim=-1, keepdim=True)
    # A generator for each, so that a direction does not depend on what shares its pass.
    drawn = [torch.Generator().manual_seed(seed * 1_000_003 + number) for number in numbers.tolist()]
    width = contributions.shape[-1]
    direction = torch.stack([torch.randn(width, generator=generator) for generator in drawn])
    return length * direction / direction.norm(dim=-1, keepdim=True)


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
    from tools.models.layers import find_decoder
    from tools.sae.load import check_features, check_fits

    check_fits(sae, model)
    check_features(sae, {feature for _, feature, _ in triples})
    for text, _, position in triples:
        if not (0 <= text < len(texts) and 0 <= position < len(texts[text].token_ids)):
            raise IndexError(f"there is no position {position} in text {text}")
    places = [(text, position) for text, _, position in triples]
    work = Work(model, find_decoder(model.model), sae.hook_point.entry, texts, places, replace)
    return run(work, report)
