"""The 95 % interval of a formula over groups of probes, where the score is no plain mean."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from tools.stats import CONFIDENCE

Observation = TypeVar("Observation")


def jackknife_interval(
    groups: Sequence[Sequence[Observation]], formula: Callable[[Sequence[Sequence[Observation]]], float]
) -> tuple[tuple[float, float] | None, str]:
    """Interval of formula(groups) within [0, 1], and in words how it was made, or why there is none.

    The stratified jackknife's standard error (Efron and Tibshirani 1993, chapter 11): each observation is left out
    once, within its group; with Student's t on the observations less the groups. A bootstrap of six to eight probes
    is too narrow.
    """
    from scipy.special import stdtrit

    if any(len(group) < 2 for group in groups):
        return None, "no interval, because a group has a single probe"
    value = formula(groups)
    variance = 0.0
    for place, group in enumerate(groups):
        without = [
            formula([*groups[:place], [*group[:left], *group[left + 1 :]], *groups[place + 1 :]])
            for left in range(len(group))
        ]
        centre = math.fsum(without) / len(without)
        variance += (len(group) - 1) / len(group) * math.fsum((each - centre) ** 2 for each in without)
    if variance < 1e-18:  # rounding, not spread
        return None, "no interval, because the probes do not differ"
    freedom = sum(len(group) for group in groups) - len(groups)
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    low, high = max(0.0, value - half), min(1.0, value + half)
    return (low, high), "95 % jackknife interval with Student's t over the probes"
