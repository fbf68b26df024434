"""InterpScore: does a feature's label predict when the feature fires?

Two sets of sentences, ten that the label implies and ten that it does not, are written by a model other than the
subject. Each sentence counts with the largest activation of the feature over its tokens; special tokens, the first
position where there is no BOS, and attention sinks do not count.

    d = (mean of positive maxima - mean of negative maxima) / pooled standard deviation (ddof 1)
    InterpScore = d clipped to [0, 1]

Where neither set varies there is no standard deviation: 0 where the means are equal, 1 (marked degenerate) where the
positives lie above. Source of d: Cohen 1988, section 2.5.1.

Beside it: raw d and Hedges' g, because the clipped score saturates at a d of 1; AUROC; a bootstrap 95 % interval; a
one-sided permutation p; and the percentile of d among random other features that fire on the same sentences,
because with 10 + 10 sentences chance alone gives about 0.18. Other work uses the name InterpScore for other things.

Caveats: the score judges the label on these sentences; sentences that repeat the label's words test a word, not an
idea. A feature that fires nowhere is unscored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.features import FeatureScore
from tools.features._effect_size import FAR, PERMUTATIONS, RESAMPLES, EffectSize, cohens_d, effect_size
from tools.progress import Report, silent
from tools.results import Result
from tools.sae.activations import FIRES_ABOVE, TextActivations, activations

if TYPE_CHECKING:
    import numpy as np

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae


class Settings(BaseModel):
    """Knobs of InterpScore; stored with the score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = FIRES_ABOVE
    """The feature fires at a token where its activation exceeds this."""
    null_candidates: int = Field(default=2_000, ge=0)
    """Random other features that are looked at; those that fire on the sentences form the null."""
    resamples: int = Field(default=RESAMPLES, ge=100)
    """Of the bootstrap."""
    permutations: int = Field(default=PERMUTATIONS, ge=99)
    seed: int = 0


DEFAULT = Settings()


class SentenceMaximum(Result):
    """How strongly a feature fires on one sentence, and where."""

    text: str
    tokens: tuple[str, ...]
    strongest: int = Field(ge=0)
    """Index into `tokens` of the largest activation that counts."""
    maximum: float = Field(allow_inf_nan=False)
    fires: bool
    """Whether the maximum exceeds the threshold."""


@dataclass(frozen=True)
class ContrastActivations:
    """What one feature, and random others beside it, do on sentences of both sets."""

    feature: int
    positive: tuple[SentenceMaximum, ...]
    negative: tuple[SentenceMaximum, ...]
    null: np.ndarray
    """Maxima [n_null, n_positive + n_negative] of random other features that fire on at least one sentence."""
    uncountable: int
    """Sentences that were left out because no token of theirs counts."""
    read: Mapping[str, TextActivations] = field(default_factory=dict)
    """What the feature alone does on the positive sentences, by text: what MUI would else compute again."""


def sentence_maximum(
    activation: TextActivations, column: int = 0, threshold: float = FIRES_ABOVE
) -> SentenceMaximum | None:
    """The largest activation of one feature (a column of `values`) over the tokens that count; None without any."""
    if not bool(activation.counts.any()):
        return None
    values = activation.values[:, column].float().masked_fill(~activation.counts, float("-inf"))
    strongest = int(values.argmax())
    maximum = float(values[strongest])
    return SentenceMaximum(
        text=activation.text,
        tokens=tuple(activation.tokens),
        strongest=strongest,
        maximum=maximum,
        fires=maximum > threshold,
    )


def contrast_activations(
    model: LanguageModel,
    sae: LoadedSae,
    feature: int,
    positive: Sequence[str],
    negative: Sequence[str],
    settings: Settings = DEFAULT,
    *,
    report: Report = silent,
) -> ContrastActivations:
    """Run both sets of sentences through the model and the SAE, up to the SAE's layer."""
    import numpy as np

    others = _random_others(feature, sae.n_features, settings)
    found: list[SentenceMaximum | None] = []
    null_columns = []
    read: dict[str, TextActivations] = {}
    for activation in activations(model, sae, [*positive, *negative], [feature, *others], report=report):
        if len(found) < len(positive):
            read[activation.text] = replace(activation, values=activation.values[:, :1].clone())
        maximum = sentence_maximum(activation, 0, settings.threshold)
        found.append(maximum)
        if maximum is not None:
            null_columns.append(activation.values[activation.counts, 1:].float().amax(dim=0).cpu().numpy())
    null = np.stack(null_columns, axis=1) if null_columns else np.zeros((len(others), 0))
    return ContrastActivations(
        feature=feature,
        positive=tuple(each for each in found[: len(positive)] if each is not None),
        negative=tuple(each for each in found[len(positive) :] if each is not None),
        null=null[(null > settings.threshold).any(axis=1)],
        uncountable=found.count(None),
        read=read,
    )


def score(
    contrast: ContrastActivations, settings: Settings = DEFAULT, *, fires_elsewhere: bool | None = None
) -> FeatureScore:
    """InterpScore of what `contrast_activations` found with the same settings.

    `fires_elsewhere`: whether the feature is known to fire on other text. Then silence on all of these sentences
    is a label that predicts nothing, a score of 0; else it may be a dead feature, and it is unscored.
    """
    details: dict[str, JsonValue] = {
        "settings": settings.model_dump(mode="json"),
        "uncountable_sentences": contrast.uncountable,
        "positive": [each.model_dump(mode="json") for each in contrast.positive],
        "negative": [each.model_dump(mode="json") for each in contrast.negative],
    }
    n = len(contrast.positive) + len(contrast.negative)
    n_firing = sum(each.fires for each in (*contrast.positive, *contrast.negative))
    if min(len(contrast.positive), len(contrast.negative)) < 2:
        return _unscored("Fewer than two sentences in a set have tokens that count.", n, details)
    if not n_firing and not fires_elsewhere:
        return _unscored(f"Feature {contrast.feature} fires on none of the {n} sentences.", n, details)
    size = effect_size(
        _maxima(contrast.positive),
        _maxima(contrast.negative),
        resamples=settings.resamples,
        permutations=settings.permutations,
        seed=settings.seed,
    )
    details |= _effect_details(size)
    details |= _null_details(contrast, size)
    details |= {
        "positive_firing": sum(each.fires for each in contrast.positive),
        "negative_firing": sum(each.fires for each in contrast.negative),
    }
    return FeatureScore(
        value=_clipped(size.d),
        interval=(_clipped(size.interval[0]), _clipped(size.interval[1])),
        n=n,
        explanation=_explanation(contrast, size, n_firing),
        details=details,
    )


def _random_others(feature: int, n_features: int, settings: Settings) -> list[int]:
    import numpy as np

    drawn = np.random.default_rng(settings.seed).permutation(n_features)
    return [int(other) for other in drawn if other != feature][: settings.null_candidates]


def _maxima(sentences: Sequence[SentenceMaximum]) -> np.ndarray:
    import numpy as np

    return np.array([each.maximum for each in sentences])


def _clipped(d: float) -> float:
    return max(0.0, min(1.0, d))


def _finite(d: float) -> float | None:
    """d, or None where it has no unit."""
    return d if abs(d) < FAR else None


def _effect_details(size: EffectSize) -> dict[str, JsonValue]:
    return {
        "d": _finite(size.d),
        "d_interval": [_finite(size.interval[0]), _finite(size.interval[1])],
        "interval_method": size.interval_method,
        "hedges_g": size.g,
        "auroc": size.auroc,
        "p": size.p,
        "degenerate": size.degenerate,
        "mean_positive": size.mean[0],
        "mean_negative": size.mean[1],
        "sd_positive": size.sd[0],
        "sd_negative": size.sd[1],
        "pooled_sd": size.pooled_sd,
    }


def _null_details(contrast: ContrastActivations, size: EffectSize) -> dict[str, JsonValue]:
    """Where d lies among the random features, ties counted half, and what they score on average."""
    if not len(contrast.null):
        return {"null_percentile": None, "null_n": 0, "null_mean_score": None}
    n_positive = len(contrast.positive)
    null = cohens_d(contrast.null[:, :n_positive], contrast.null[:, n_positive:])
    below = float((null < size.d).mean() + (null == size.d).mean() / 2)
    return {
        "null_percentile": 100 * below,
        "null_n": len(null),
        "null_mean_score": float(null.clip(0.0, 1.0).mean()),
    }


def _explanation(contrast: ContrastActivations, size: EffectSize, n_firing: int) -> str:
    sets = f"{len(contrast.positive)} positive and {len(contrast.negative)} negative sentences"
    if not n_firing:
        return f"It fires elsewhere, but on none of {sets}: the label does not predict it."
    if size.degenerate:
        return f"Degenerate: maxima of {sets} do not vary within either set, so d has no unit."
    return f"Cohen's d of the maxima of {sets}, clipped to [0, 1]; 95 % bootstrap interval."


def _unscored(reason: str, n: int, details: dict[str, JsonValue]) -> FeatureScore:
    return FeatureScore(value=None, interval=None, n=n, explanation=reason, details=details)
