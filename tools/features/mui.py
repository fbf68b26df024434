"""Model Utilization Index (MUI): does the model use the feature where it fires?

At each firing position, alone, the feature's contribution is taken out of the residual stream and the pass is
finished: KL = KL(P_base ‖ P_ablated) in nats, of the next-token distributions at that position. MUI is the mean KL
over firing positions, divided by the mean entropy of P_base over the same positions, clipped to [0, 1]. A feature
fires where its activation exceeds a threshold; special tokens, position 0 and attention sinks never count.

The contribution is decode(z) - decode(z with z_f = 0), so the SAE's own error stays out. The interval is a bootstrap
over sentences, because positions of one sentence are not independent, and Student's t below ten sentences.

Beside it: the noise floor (taking out a silent feature), the same with a random direction as long as the
contribution, the share of positions where the model is nearly certain (entropy under a floor; there the ratio says
little), and every position. Not measured: effects on later positions, and whether another feature would step in.
Others use the name MUI for other indices.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.features import FeatureScore
from tools.features._ratio_interval import ratio_interval
from tools.progress import Report, silent
from tools.sae.activations import FIRES_ABOVE, WINDOW
from tools.stats import CONFIDENCE

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel
    from tools.sae.activations import TextActivations, TextResiduals
    from tools.sae.load import LoadedSae

BEFORE, AFTER = 10, 4
"""Tokens around a position that are shown with it."""


class Settings(BaseModel):
    """When a feature fires, how many firings are needed, and how many are looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = Field(default=FIRES_ABOVE, ge=0.0, allow_inf_nan=False)
    min_positions: int = Field(default=5, ge=1)
    max_positions: int = Field(default=200, ge=1)
    """Of more firing positions, so many are drawn at random."""
    entropy_floor: float = Field(default=0.1, ge=0.0, allow_inf_nan=False)
    """In nats; 0.1 is a next token of about 98 %."""
    random_direction: bool = True
    """Whether the control is measured too; it takes as long as the score."""
    seed: int = 0


DEFAULT = Settings()


def score(
    model: LanguageModel,
    sae: LoadedSae,
    feature: int,
    texts: Sequence[str],
    settings: Settings = DEFAULT,
    report: Report = silent,
    *,
    read: Mapping[str, TextActivations] | None = None,
) -> FeatureScore:
    """MUI of one feature over the places in `texts` where it fires; `read`: its activations where they are known.

    Unscored, with the reason, where it fires at too few positions. Raises ModelError as `activations` and
    `ablate_many` do.
    """

    from tools.sae.ablation import ablate_many, ablate_with_control

    places, largest, kept = _firings(model, sae, feature, texts, settings, read or {}, report)
    n_firing = len(places)
    extra: dict[str, JsonValue] = {
        "n_texts": len(texts),
        "largest_activation": largest,
        "dtype": str(model.dtype).removeprefix("torch."),
    }
    if n_firing < settings.min_positions:
        return score_of([], [], n_firing=n_firing, settings=settings, extra=extra)
    if n_firing > settings.max_positions:
        drawn = random.Random(settings.seed).sample(range(n_firing), settings.max_positions)
        places = [places[index] for index in sorted(drawn)]
    used = sorted({text for text, _, _ in places})
    streams = _streams_of(model, sae, texts, used, kept, report)
    triples = [(used.index(text), feature, position) for text, position, _ in places]
    random_kl = None
    if settings.random_direction:
        ablated, control = ablate_with_control(
            model, sae, streams, triples, seed=settings.seed, report=report
        )
        random_kl = control.kl.tolist()
    else:
        ablated = ablate_many(model, sae, streams, triples, report=report)
    kl, entropy = ablated.kl.tolist(), ablated.baseline_entropy.tolist()
    positions: list[JsonValue] = []
    for index, (text, position, activation) in enumerate(places):
        tokens = streams[triples[index][0]]
        around = tokens.token_ids[max(0, position - BEFORE) : position + AFTER + 1]
        positions.append(
            {
                "text": text,
                "position": position,
                "token": tokens.tokens[position],
                "context": model.tokenizer.decode(around.tolist()),
                "activation": activation,
                "kl": _number(kl[index]),
                "entropy": _number(entropy[index]),
                "random_kl": _number(random_kl[index]) if random_kl else None,
            }
        )
    return score_of(
        kl,
        entropy,
        sentences=[text for text, _, _ in places],
        random_kl=random_kl,
        n_firing=n_firing,
        noise_floor=ablated.noise_floor,
        settings=settings,
        extra=extra | {"method": ablated.method, "note": ablated.note, "positions": positions},
    )


def score_of(
    kl: Sequence[float],
    entropy: Sequence[float],
    *,
    sentences: Sequence[int] | None = None,
    random_kl: Sequence[float] | None = None,
    n_firing: int | None = None,
    noise_floor: float | None = None,
    settings: Settings = DEFAULT,
    extra: Mapping[str, JsonValue] | None = None,
) -> FeatureScore:
    """MUI from what ablating the feature did at n of its firing positions: KL and baseline entropy in nats, [n].

    `sentences`: which sentence each position is of (None: each of another); `random_kl`: the control, [n];
    `n_firing`: at how many positions the feature fires (None: n); `extra` is put into the details. Unscored, with
    the reason, for too few positions, a model whose logits are not numbers, and one that is certain of every token.
    """
    import numpy as np

    kls, entropies = np.asarray(kl, dtype=float), np.asarray(entropy, dtype=float)
    owners = np.arange(len(kls)) if sentences is None else np.asarray(sentences)
    sound = np.isfinite(kls) & np.isfinite(entropies)
    n, n_firing, needed = int(sound.sum()), len(kls) if n_firing is None else n_firing, settings.min_positions
    details: dict[str, JsonValue] = {
        "n_firing": n_firing,
        "n_sentences": len(set(owners[sound].tolist())),
        "n_not_numbers": len(kls) - n,
        "threshold": settings.threshold,
        "noise_floor": None if noise_floor is None else _number(noise_floor),
        **(extra or {}),
    }
    if n_firing < needed:
        where = f"only {_positions(n_firing)}" if n_firing else "no position"
        of_texts = f" of {details['n_texts']} texts" if details.get("n_texts") else ""
        why = f"It fires above {settings.threshold:g} at {where}{of_texts}, and {needed} are needed."
        return FeatureScore(value=None, interval=None, n=0, explanation=why, details=details)
    if n < needed:
        why = (
            f"The model's logits are numbers at only {n} of {_positions(len(kls))}, and {needed} are needed."
        )
        return FeatureScore(value=None, interval=None, n=n, explanation=why, details=details)
    kls, entropies, owners = kls[sound], entropies[sound], owners[sound]
    mean_kl, mean_entropy = float(kls.mean()), float(entropies.mean())
    details |= {
        "mean_kl": mean_kl,
        "mean_entropy": mean_entropy,
        "entropy_floor": settings.entropy_floor,
        "share_under_entropy_floor": float((entropies < settings.entropy_floor).mean()),
    }
    if mean_entropy <= 0:
        why = "The model is certain of every next token here, so there is no entropy to divide by."
        return FeatureScore(value=None, interval=None, n=n, explanation=why, details=details)
    if random_kl is not None:
        control = np.asarray(random_kl, dtype=float)[sound]
        control_kl = float(control.mean()) if np.isfinite(control).all() else None
        details |= {
            "random_mean_kl": control_kl,
            "random_value": None if control_kl is None else min(1.0, control_kl / mean_entropy),
        }
    ratio = mean_kl / mean_entropy
    value = min(1.0, ratio)
    bounds, method = ratio_interval(kls, entropies, owners, settings.seed)
    interval = None
    if bounds is not None:
        interval = (max(0.0, min(bounds[0], value)), min(1.0, max(bounds[1], value)))
    details |= {
        "unclipped": ratio,
        "interval_method": method,
        "confidence": CONFIDENCE,
        "seed": settings.seed,
    }
    share = _positions(n) if n == n_firing else f"{n} of {n_firing} firing positions"
    clipped = ", clipped to 1" if ratio > 1 else ""
    explanation = (
        f"Mean KL {mean_kl:.4f} over mean entropy {mean_entropy:.4f} nats at {share}{clipped}; {method}."
    )
    return FeatureScore(value=value, interval=interval, n=n, explanation=explanation, details=details)


def _firings(
    model: LanguageModel,
    sae: LoadedSae,
    feature: int,
    texts: Sequence[str],
    settings: Settings,
    known: Mapping[str, TextActivations],
    report: Report,
) -> tuple[list[tuple[int, int, float]], float | None, dict[int, TextResiduals]]:
    """Where the feature fires as (text, position, activation), its largest activation, and streams worth keeping."""
    from tools.sae.activations import activations

    places: list[tuple[int, int, float]] = []
    largest: float | None = None
    kept: dict[int, TextResiduals] = {}
    n_kept = 0
    missing = [text for text in texts if text not in known]
    unknown = activations(model, sae, missing, [feature], report=report)
    for text, read in enumerate(_in_order(texts, known, unknown)):
        values = read.values[:, 0]
        counting = values[read.counts]
        if len(counting):
            largest = max(counting.max().item(), -math.inf if largest is None else largest)
        where = ((values > settings.threshold) & read.counts).nonzero()[:, 0].tolist()
        places += [(text, position, float(values[position])) for position in where]
        if where and n_kept < WINDOW:
            kept[text] = read.read
            n_kept += len(read.token_ids)
    return places, largest, kept


def _in_order(
    texts: Sequence[str], known: Mapping[str, TextActivations], unknown: Iterator[TextActivations]
) -> Iterator[TextActivations]:
    for text in texts:
        yield known[text] if text in known else next(unknown)
    next(unknown, None)  # which reports its end


def _streams_of(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[str],
    used: Sequence[int],
    kept: dict[int, TextResiduals],
    report: Report,
) -> list[TextResiduals]:
    """The streams of the texts in `used`: those that were kept, and the others once more."""
    from tools.sae.activations import residuals

    missing = [text for text in used if text not in kept]
    again = residuals(model, sae, [texts[text] for text in missing], report=report)
    found = kept | dict(zip(missing, again, strict=True))
    return [found[text] for text in used]


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None


def _positions(n: int) -> str:
    return "1 position" if n == 1 else f"{n} positions"
