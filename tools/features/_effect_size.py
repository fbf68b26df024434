"""How far two samples of activations lie apart: Cohen's d, Hedges' g, AUROC, bootstrap interval, permutation p."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.stats import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 5_000
PERMUTATIONS = 9_999
FAR = 1e6
"""What d counts as where the pooled standard deviation is 0 and the means differ: finite, so that it ranks."""


@dataclass(frozen=True)
class EffectSize:
    """The difference of two samples, in pooled standard deviations."""

    d: float
    """Cohen's d; 0 where neither sample varies and the means are equal, else plus or minus FAR."""
    degenerate: bool
    """Whether neither sample varies, so that d has no unit."""
    g: float | None
    """Hedges' g: d without its small-sample bias; None where degenerate."""
    auroc: float
    """How often a value of the first sample beats one of the second, ties counted half."""
    interval: tuple[float, float]
    """95 % interval of d."""
    interval_method: str
    p: float
    """One-sided permutation p: how often shuffled samples lie as far apart, the first above the second."""
    mean: tuple[float, float]
    sd: tuple[float, float]
    pooled_sd: float


def effect_size(
    first: np.ndarray,
    second: np.ndarray,
    *,
    resamples: int = RESAMPLES,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> EffectSize:
    """Compare two samples of at least two values each (raises ValueError below that, and for NaN or infinity).

    d = (mean of first - mean of second) / pooled sd, ddof 1 (Cohen 1988, section 2.5.1). g = d (1 - 3 / (4 df - 1))
    with df = n1 + n2 - 2 (Hedges 1981). AUROC is the Mann-Whitney U over n1 n2. The interval is a BCa bootstrap
    (Efron 1987) of both samples, or its plain percentiles where BCa is not defined: at 10 + 10 normal values BCa
    covers d in 91 to 98 % of samples, the plain percentiles in 86 to 94 %. The permutation test takes the
    difference of means, whose order under shuffling is that of d.
    """
    import numpy as np
    from scipy.stats import mannwhitneyu, permutation_test

    samples = [np.asarray(sample, dtype=float) for sample in (first, second)]
    if any(sample.ndim != 1 or sample.size < 2 or not np.isfinite(sample).all() for sample in samples):
        raise ValueError("an effect size needs two samples of at least two finite values each")
    x, y = samples
    d = float(cohens_d(x, y))
    degenerate = bool(np.ptp(x) == 0 and np.ptp(y) == 0)
    interval, method = _interval(x, y, d, resamples, seed)
    test = permutation_test(
        (x, y),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        alternative="greater",
        n_resamples=permutations,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    df = x.size + y.size - 2
    sd = float(x.std(ddof=1)), float(y.std(ddof=1))
    return EffectSize(
        d=d,
        degenerate=degenerate,
        g=None if degenerate else d * (1 - 3 / (4 * df - 1)),
        auroc=float(mannwhitneyu(x, y).statistic) / (x.size * y.size),
        interval=interval,
        interval_method=method,
        p=float(test.pvalue),
        mean=(float(x.mean()), float(y.mean())),
        sd=sd,
        pooled_sd=math.sqrt(((x.size - 1) * sd[0] ** 2 + (y.size - 1) * sd[1] ** 2) / df),
    )


def cohens_d(x: np.ndarray, y: np.ndarray, axis: int = -1) -> Any:
    """Cohen's d along an axis: (mean of x - mean of y) / pooled sd, ddof 1; see `EffectSize.d` for no variation."""
    import numpy as np

    n, m = x.shape[axis], y.shape[axis]
    difference = x.mean(axis=axis) - y.mean(axis=axis)
    squares = (n - 1) * x.var(axis=axis, ddof=1) + (m - 1) * y.var(axis=axis, ddof=1)
    # Rounding leaves the variance of equal numbers a little above 0, so equality is asked for as such.
    still = (np.ptp(x, axis=axis) == 0) & (np.ptp(y, axis=axis) == 0)
    pooled = np.sqrt(np.where(still, 1.0, squares) / (n + m - 2))
    alike = still & np.isclose(difference, 0.0, atol=1e-12)
    return np.where(alike, 0.0, np.where(still, np.sign(difference) * FAR, difference / pooled))


def _interval(
    x: np.ndarray, y: np.ndarray, d: float, resamples: int, seed: int
) -> tuple[tuple[float, float], str]:
    """The bootstrap interval, which always contains d, and how it was made."""
    import numpy as np
    from scipy.stats import bootstrap

    for method in ("BCa", "percentile"):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # BCa warns where it is not defined, and the percentiles follow
            found = bootstrap(
                (x, y),
                cohens_d,
                n_resamples=resamples,
                confidence_level=CONFIDENCE,
                method=method,
                vectorized=True,
                rng=np.random.default_rng(seed),
            ).confidence_interval
        if np.isfinite([found.low, found.high]).all():
            break
    return (min(float(found.low), d), max(float(found.high), d)), f"bootstrap_{method.lower()}"
