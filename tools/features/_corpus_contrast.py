"""Corpus contrast: does a label predict on which sentences of a corpus its feature fires? For many features at once.

The sentences whose embeddings (all-MiniLM-L6-v2) are nearest to the label's stand against random ones from the half
that is farthest from it; Cohen's d of the feature's maxima on both, clipped to [0, 1], as in InterpScore. It is not
InterpScore: nobody wrote these sentences for the label, and few of them may really be about it, so it is lower, and
unscored where fewer than FEWEST sentences of the corpus come near the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.features import FeatureScore
from tools.features._effect_size import FAR, cohens_d

if TYPE_CHECKING:
    import numpy as np

EACH = 10
"""Sentences on each side."""
FEWEST = 5
NEAR = 0.3
"""Cosine from which on a sentence counts as near to a label; unrelated ones lie near 0, related at 0.3 to 0.7."""
RESAMPLES = 1_000


def choose_sentences(
    labels: np.ndarray, sentences: np.ndarray, *, seed: int = 0
) -> tuple[list[np.ndarray], np.ndarray]:
    """For each label the indices of the sentences near it (at most EACH, nearest first) and of EACH far ones.

    labels: unit vectors [n, width]; sentences: unit vectors [m, width]. Far ones come as [n, EACH] (fewer where the
    corpus is small).
    """
    import numpy as np

    cosine = labels @ sentences.T
    order = np.argsort(-cosine, axis=1, kind="stable")
    near = [row[:EACH][values[row[:EACH]] >= NEAR] for row, values in zip(order, cosine, strict=True)]
    half = order[:, order.shape[1] // 2 :]
    drawn = np.random.default_rng(seed).permuted(np.tile(np.arange(half.shape[1]), (len(labels), 1)), axis=1)
    return near, np.take_along_axis(half, drawn[:, :EACH], axis=1)


def corpus_contrast(near: Sequence[float], far: Sequence[float], *, seed: int = 0) -> FeatureScore:
    """The score of a feature's maxima on sentences near the label and far from it."""
    import numpy as np

    x, y = (np.asarray(side, dtype=float) for side in (near, far))
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    n = len(x) + len(y)
    if len(x) < FEWEST or len(y) < FEWEST:
        reason = f"Only {len(x)} sentences of the corpus come near the label; {FEWEST} are needed."
        return FeatureScore(value=None, interval=None, n=n, explanation=reason)
    d = float(cohens_d(x, y))
    generator = np.random.default_rng(seed)
    resampled = cohens_d(
        x[generator.integers(len(x), size=(RESAMPLES, len(x)))],
        y[generator.integers(len(y), size=(RESAMPLES, len(y)))],
    )
    low, high = np.quantile(resampled, (0.025, 0.975))
    value = _clipped(d)
    return FeatureScore(
        value=value,
        interval=(min(value, _clipped(low)), max(value, _clipped(high))),
        n=n,
        explanation=(
            f"Cohen's d of the maxima on {len(x)} corpus sentences near the label and {len(y)} far from it, clipped "
            "to [0, 1]; 95 % percentile bootstrap interval."
        ),
        details={"d": d if abs(d) < FAR else None},
    )


def _clipped(d: float) -> float:
    return float(max(0.0, min(1.0, d)))
