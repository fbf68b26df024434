"""Paired comparison of two runs of one suite, case by case: difference, interval, test, and better, worse or tie."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from tools.results import Result, UnitInterval
from tools.stats import CONFIDENCE

SIGNIFICANCE = 1 - CONFIDENCE
PERMUTATIONS = 9_999
"""Random sign flips where the exact distribution has more. The smallest p that they can give is 1e-4."""

Verdict = Literal["better", "worse", "tie", "not tested"]


class PairedTest(Result):
    """Whether the second run of a suite went otherwise than the first, on the cases that both have scored."""

    n: int
    """Pairs."""
    n_better: int
    n_worse: int
    difference: float | None
    """Mean credit of the second run less that of the first, in [-1, 1]; None without pairs."""
    interval: tuple[float, float] | None
    """95 %, of the difference."""
    p: UnitInterval | None
    """Two-sided; None where nothing can be tested."""
    p_corrected: UnitInterval | None = None
    """After Holm's correction over all tests of one table."""
    test: str
    """Its name, or why there is none."""

    @property
    def verdict(self) -> Verdict:
        """What the test says at 5 %, after correction where there was one."""
        p = self.p if self.p_corrected is None else self.p_corrected
        if p is None or self.difference is None:
            return "not tested"
        if p >= SIGNIFICANCE:
            return "tie"
        return "better" if self.difference > 0 else "worse"


def compare_credits(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> PairedTest:
    """Compare credits of the same cases in the same order, each in [0, 1].

    Credits of 0 and 1: exact McNemar test (McNemar 1947; two-sided binomial over the discordant pairs), interval
    of the difference by Agresti and Min (2005, section 3: half a pair added to each of the four cells). Graded
    credits: permutation test of the mean difference by sign flips (Fisher 1935, section 21), exact for up to 13
    pairs, else 9,999 seeded ones; interval of the paired t-test. Raises ValueError for lists of unequal length.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    n = len(differences)
    better, worse = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    if n == 0:
        return _untested(0, None, "no case was scored in both runs")
    mean = math.fsum(differences) / n
    if all(credit in (0, 1) for credit in (*first, *second)):
        p = _mcnemar(better, worse)
        return PairedTest(
            n=n,
            n_better=better,
            n_worse=worse,
            difference=mean,
            interval=_agresti_min(better, worse, n),
            p=p,
            test="exact McNemar test",
        )
    if n < 2:
        return _untested(n, mean, "one pair cannot be tested", better, worse)
    return PairedTest(
        n=n,
        n_better=better,
        n_worse=worse,
        difference=mean,
        interval=_t_interval(differences),
        p=_sign_flips(differences, seed),
        test="paired permutation test (sign flips)",
    )


def compare_scores(
    observations: Sequence[tuple[str, str]],
    score: Callable[[Sequence[str]], float | None],
    *,
    seed: int = 0,
    rounds: int = 999,
) -> PairedTest:
    """Compare two runs that have one score over all cases (`divergence`), from (first, second) category pairs.

    Permutation test of the scores' difference: within each case the two observations change places at random
    (Good 2005, section 3.6). `score` maps the categories of all cases, in order, to a number in [0, 1] or None.
    """
    import numpy as np

    n = len(observations)
    first, second = [a for a, _ in observations], [b for _, b in observations]
    value_first, value_second = score(first), score(second)
    if value_first is None or value_second is None:
        return _untested(n, None, "one of the runs has no score")
    difference = value_second - value_first
    if n < 2:
        return _untested(n, difference, "one pair cannot be tested")
    random = np.random.default_rng(seed)
    extreme, done = 0, 0
    for _ in range(rounds):
        swapped = random.random(n) < 0.5
        one = score([b if swap else a for (a, b), swap in zip(observations, swapped, strict=True)])
        other = score([a if swap else b for (a, b), swap in zip(observations, swapped, strict=True)])
        if one is not None and other is not None:
            done += 1
            extreme += abs(other - one) >= abs(difference) - 1e-12
    return PairedTest(
        n=n,
        n_better=0,
        n_worse=0,
        difference=difference,
        interval=None,
        p=(extreme + 1) / (done + 1),
        test="paired permutation test of the score (observations change places)",
    )


def corrected(tests: Sequence[PairedTest]) -> list[PairedTest]:
    """The tests with Holm's correction over all of them that have a p-value (Holm 1979)."""
    with_p = sorted((test.p, index) for index, test in enumerate(tests) if test.p is not None)
    adjusted: dict[int, float] = {}
    largest = 0.0
    for rank, (p, index) in enumerate(with_p):
        largest = max(largest, min(1.0, (len(with_p) - rank) * p))
        adjusted[index] = largest
    return [test.model_copy(update={"p_corrected": adjusted.get(i)}) for i, test in enumerate(tests)]


def _untested(n: int, difference: float | None, why: str, better: int = 0, worse: int = 0) -> PairedTest:
    return PairedTest(
        n=n, n_better=better, n_worse=worse, difference=difference, interval=None, p=None, test=why
    )


def _mcnemar(better: int, worse: int) -> float:
    from scipy.stats import binomtest

    return 1.0 if better + worse == 0 else float(binomtest(better, better + worse).pvalue)


def _agresti_min(better: int, worse: int, n: int) -> tuple[float, float]:
    from scipy.special import ndtri

    b, c, total = better + 0.5, worse + 0.5, n + 2
    centre = (b - c) / total
    half = float(ndtri((1 + CONFIDENCE) / 2)) * math.sqrt(b + c - (b - c) ** 2 / total) / total
    low, high = max(-1.0, centre - half), min(1.0, centre + half)
    mean = (better - worse) / n
    return min(low, mean), max(high, mean)


def _t_interval(differences: Sequence[float]) -> tuple[float, float] | None:
    """None where all differences are alike: they show no spread to reckon with."""
    from scipy.stats import ttest_1samp

    if max(differences) - min(differences) < 1e-12:
        return None
    interval = ttest_1samp(differences, 0.0).confidence_interval(CONFIDENCE)
    return max(-1.0, float(interval.low)), min(1.0, float(interval.high))


def _sign_flips(differences: Sequence[float], seed: int) -> float:
    import numpy as np
    from scipy.stats import permutation_test

    if not any(differences):
        return 1.0
    found = permutation_test(
        (np.asarray(differences, dtype=float),),
        np.mean,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        vectorized=True,
        batch=500,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)
