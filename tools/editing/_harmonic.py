"""The harmonic mean of several scores of the same facts, with an interval that knows how they hang together."""

import math
from collections.abc import Sequence

from tools.stats import CONFIDENCE, RESAMPLES, SMALLEST_BOOTSTRAP, mean_score

BATCH = 250
"""Resamples at once, which bounds the memory at many facts."""
FROM_BOUNDS = "95 % interval from the bounds of the three (conservative)."


def harmonic_score(
    table: Sequence[Sequence[float | None]], seed: int
) -> tuple[float | None, tuple[float, float] | None, str]:
    """Harmonic mean of the columns' means, its 95 % interval, and in words how that was made."""
    columns = [[value for value in column if value is not None] for column in zip(*table, strict=True)]
    if not columns or not all(columns):
        return None, None, "Unscored: one of the three is unscored."
    value = harmonic_mean([math.fsum(column) / len(column) for column in columns])
    if len(table) < SMALLEST_BOOTSTRAP:
        return value, _from_bounds(columns, seed), FROM_BOUNDS
    import numpy as np

    values = np.array([[np.nan if cell is None else cell for cell in row] for row in table], dtype=float)
    present = ~np.isnan(values)
    generator = np.random.default_rng(seed)
    resampled: list[float] = []
    for _ in range(RESAMPLES // BATCH):
        # How often each fact is drawn; [resample, fact].
        drawn = generator.multinomial(len(values), np.full(len(values), 1 / len(values)), size=BATCH)
        sums, counts = drawn @ np.where(present, values, 0.0), drawn @ present
        resampled += [
            harmonic_mean((total / count).tolist())
            for total, count in zip(sums, counts, strict=True)
            if count.all()
        ]
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(bound) for bound in np.quantile(resampled, [tail, 1 - tail]))
    if high - low < 1e-12:  # the facts do not differ
        return value, _from_bounds(columns, seed), FROM_BOUNDS
    interval = (min(low, value), max(high, value))
    return value, interval, f"95 % percentile bootstrap of {RESAMPLES:,} resamples of the facts."


def _from_bounds(columns: Sequence[Sequence[float]], seed: int) -> tuple[float, float]:
    """A harmonic mean grows with each of its terms, so that their bounds bound it."""
    bounds = [mean_score(column, seed=seed).interval or (0.0, 1.0) for column in columns]
    return harmonic_mean([low for low, _ in bounds]), harmonic_mean([high for _, high in bounds])


def harmonic_mean(values: Sequence[float]) -> float:
    """n / sum of 1/x; 0 where one of them is 0."""
    if min(values) <= 0.0:
        return 0.0
    return len(values) / math.fsum(1 / value for value in values)
