"""The diagnostic triple: InterpScore, purity and MUI of one feature, read together.

Each score is high from its threshold on (0.6 by default), low below it, uncertain where its 95 % interval spans the
threshold or it rests on too little, and unscored where there is none. Three sure levels give one of eight readings;
anything else is `uncertain`, with the reasons and the readings that remain possible. Threshold and the first five
readings: Aquin Labs, Benchmarks, part I; the other three combinations are read in the same spirit.
"""

from itertools import product
from typing import Literal

from pydantic import Field

from tools.features import FeatureScore
from tools.results import Result, UnitInterval

Level = Literal["high", "low", "uncertain", "unscored"]
Reading = Literal[
    "ideal",
    "decorative",
    "too coarse",
    "scattered and unused",
    "mislabelled",
    "unused and mislabelled",
    "polysemantic",
    "dead or noise",
    "uncertain",
]

READINGS: dict[tuple[bool, bool, bool], Reading] = {
    (True, True, True): "ideal",
    (True, True, False): "decorative",
    (True, False, True): "too coarse",
    (True, False, False): "scattered and unused",
    (False, True, True): "mislabelled",
    (False, True, False): "unused and mislabelled",
    (False, False, True): "polysemantic",
    (False, False, False): "dead or noise",
}
"""By whether InterpScore, purity and MUI are high."""

ADVICE: dict[Reading, str] = {
    "ideal": "The label predicts it, it is about one thing, and the model uses it: it can be trusted and steered.",
    "decorative": "It is understood, but the model hardly uses it: steering or ablating it will change little.",
    "too coarse": "The label predicts it, but it fires across related contexts: narrow the label before using it.",
    "scattered and unused": "The label predicts it, yet its contexts are scattered and the model hardly uses it: "
    "don't build on it.",
    "mislabelled": "It is coherent and load-bearing, but the label misses what it is: relabel it first.",
    "unused and mislabelled": "It is coherent, but the label misses it and the model hardly uses it: relabel it only "
    "if it is needed.",
    "polysemantic": "The model uses it, but it stands for several things: handle with care, split before steering.",
    "dead or noise": "Low on all three: filter it out.",
}
DEAD = "It never fires, so it is dead on this text: filter it out."


class Thresholds(Result):
    """From where on a score is high, and how much it must rest on."""

    interp: UnitInterval = 0.6
    purity: UnitInterval = 0.6
    mui: UnitInterval = 0.6
    fewest_sentences: int = Field(default=5, ge=2)
    """Purity over fewer firing sentences, and InterpScore over fewer sentences, is uncertain."""
    fewest_positions: int = Field(default=10, ge=1)
    """MUI over fewer firing positions is uncertain."""


class Levels(Result):
    """How high each score is."""

    interp: Level
    purity: Level
    mui: Level


class Diagnosis(Result):
    """What three scores say together, and how sure that is."""

    levels: Levels
    reading: Reading
    advice: str
    """What it means and what to do, in a sentence or two."""
    possible: tuple[Reading, ...]
    """Readings that the sure levels leave open; just the reading where all are sure."""
    reasons: tuple[str, ...]
    """Why a level is not sure, one sentence each."""
    beats_random: bool | None
    """Whether purity is above that of random sentences of similar length; None where that was not measured."""
    thresholds: Thresholds


def diagnose(
    interp: FeatureScore | None,
    purity: FeatureScore | None,
    mui: FeatureScore | None,
    *,
    firings: int | None = None,
    thresholds: Thresholds | None = None,
) -> Diagnosis:
    """Read the triple; a score that was not asked for, or has no label to go by, is None.

    `firings`: at how many tokens of all text looked at the feature fires. 0 reads as dead; None: not counted.
    """
    limits = thresholds or Thresholds()
    judged = (
        _judge("InterpScore", interp, limits.interp, limits.fewest_sentences, "sentences"),
        _judge("Purity", purity, limits.purity, limits.fewest_sentences, "firing sentences"),
        _judge("MUI", mui, limits.mui, limits.fewest_positions, "firing positions"),
    )
    levels = Levels(interp=judged[0][0], purity=judged[1][0], mui=judged[2][0])
    possible = _possible(levels)
    reading = possible[0] if len(possible) == 1 else "uncertain"
    advice = ADVICE[reading] if reading in ADVICE else _undecided(possible)
    if firings == 0:
        reading, advice, possible = "dead or noise", DEAD, ("dead or noise",)
    beats_random = purity.details.get("beats_random") if purity is not None else None
    return Diagnosis(
        levels=levels,
        reading=reading,
        advice=advice,
        possible=possible,
        reasons=tuple(reason for _, reason in judged if reason),
        beats_random=beats_random if isinstance(beats_random, bool) else None,
        thresholds=limits,
    )


def _judge(
    name: str, score: FeatureScore | None, threshold: float, fewest: int, unit: str
) -> tuple[Level, str | None]:
    """The level of one score, and why it is not sure where it is not."""
    if score is None:
        return "unscored", f"{name} was not measured."
    if score.value is None:
        return "unscored", f"{name} is unscored: {score.explanation}"
    if score.n < fewest:
        return "uncertain", f"{name} rests on {score.n} {unit}, fewer than {fewest}."
    if score.interval is None:
        return "uncertain", f"{name} has no interval."
    low, high = score.interval
    if low < threshold <= high:
        return "uncertain", f"{name}'s 95 % interval, {low:.2f} to {high:.2f}, spans {threshold:g}."
    return ("high" if score.value >= threshold else "low"), None


def _possible(levels: Levels) -> tuple[Reading, ...]:
    sure = {"high": (True,), "low": (False,)}
    interps, purities, muis = (
        sure.get(level, (True, False)) for level in (levels.interp, levels.purity, levels.mui)
    )
    return tuple(READINGS[combination] for combination in product(interps, purities, muis))


def _undecided(possible: tuple[Reading, ...]) -> str:
    if len(possible) == len(READINGS):
        return "No score is sure: no verdict."
    return f"No verdict: it may be {', '.join(possible[:-1])} or {possible[-1]}."
