"""The 95 % interval of a ratio of means whose observations come in clusters (positions of the same sentence)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tools.stats import CONFIDENCE, RESAMPLES, SMALLEST_BOOTSTRAP

if TYPE_CHECKING:
    import numpy as np


def ratio_interval(
    numerator: np.ndarray, denominator: np.ndarray, clusters: np.ndarray, seed: int = 0
) -> tuple[tuple[float, float] | None, str]:
    """Interval of mean(numerator) / mean(denominator), all [n], and in words how it was made; None for one cluster.

    Clusters are drawn with replacement, each with all its observations (Davison and Hinkley 1997, section 3.8), and
    the percentiles taken. With fewer than ten clusters that is too narrow, and the interval is the linearised
    ratio's with Student's t (Cochran 1977, section 6.3 with 9A.1).
    """
    import numpy as np

    _, cluster = np.unique(clusters, return_inverse=True)
    above, below = np.bincount(cluster, numerator), np.bincount(cluster, denominator)
    n = len(above)
    if n < 2:
        return None, "no interval, because all positions are of one sentence"
    if n < SMALLEST_BOOTSTRAP:
        from scipy.stats import t

        ratio = above.sum() / below.sum()
        residual = above - ratio * below
        error = math.sqrt(residual @ residual / (n * (n - 1))) / below.mean()
        half = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * error
        return (float(ratio - half), float(ratio + half)), f"95 % t interval over {n} sentences"
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (drawn @ above) / (drawn @ below)
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.nanpercentile(ratios, [tail, 100 - tail])
    return (float(low), float(high)), f"95 % bootstrap over {n} sentences"
