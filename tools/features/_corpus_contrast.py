"""Corpus contrast: does a label predict on which sentences of a corpus its feature fires? For many features at once.

A label that lists words implies the sentences that use one of them, just as the positives of InterpScore do; one that
describes something, the sentences whose embeddings (all-MiniLM-L6-v2) are nearest to its own. They stand against as
many random ones from the half of the corpus that is farthest from the label, of which none uses its words in any
form; Cohen's d of the feature's maxima on both, clipped to [0, 1], as in InterpScore. It is not InterpScore: nobody
wrote these sentences for the label, and few of them may really be about it, so it is lower, and unscored where the
corpus has fewer than FEWEST for the label.

Where 5, 10 and 20 sentences were drawn from the hundred and more of common labels of the demo SAE, the level was sure
and wrong in 4, 2 and 1 of 100 cases. A label that was made from this corpus is judged on what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tools.features import FeatureScore
from tools.features._effect_size import FAR, cohens_d

if TYPE_CHECKING:
    import numpy as np

MOST = 100
"""Sentences on each side: d at 0.6 then has a standard error of 0.15, where 10 leave one of 0.46."""
FEWEST = 5
FEWEST_FAR = 10
NEAR = 0.3
"""Cosine from which on a sentence counts as near to a label; unrelated ones lie near 0, related at 0.3 to 0.7."""
RESAMPLES = 1_000

Uses = Callable[[str], tuple[Sequence[int], Sequence[int]] | None]
"""For a label that lists words: the corpus' sentences that use one of them, and those that use one in any form, by
index. None for a label that describes something."""


def choose_sentences(
    cosines: np.ndarray,
    used: tuple[Sequence[int], Sequence[int]] | None,
    generator: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the sentences that a label implies, at most MOST, and of those far from it: as many, or FEWEST_FAR.

    cosines: of the label and every sentence [m]; used: what `Uses` says of the label. Of many sentences with the
    label's words, and of the far ones, some are drawn at random; a description takes the nearest.
    """
    import numpy as np

    order = np.argsort(-cosines, kind="stable")
    if used is None:
        near = order[:MOST][cosines[order[:MOST]] >= NEAR]
        excluded = near
    else:
        exactly, in_any_form = used
        near = generator.permutation(np.asarray(exactly, dtype=int))[:MOST]
        excluded = np.asarray([*exactly, *in_any_form], dtype=int)
    farthest = order[len(order) // 2 :]
    far = generator.permutation(farthest[~np.isin(farthest, excluded)])
    return near, far[: max(len(near), FEWEST_FAR)]


def corpus_contrast(near: Sequence[float], far: Sequence[float], *, seed: int = 0) -> FeatureScore:
    """The score of a feature's maxima on sentences near the label and far from it."""
    import numpy as np

    x, y = (np.asarray(side, dtype=float) for side in (near, far))
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    n = len(x) + len(y)
    if len(x) < FEWEST or len(y) < FEWEST:
        reason = (
            f"The corpus has {len(x)} sentences for the label and {len(y)} far from it; {FEWEST} are needed."
        )
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
            f"Cohen's d of the maxima on {len(x)} corpus sentences for the label and {len(y)} far from it, clipped "
            "to [0, 1]; 95 % percentile bootstrap interval."
        ),
        details={"d": d if abs(d) < FAR else None},
    )


def _clipped(d: float) -> float:
    return float(max(0.0, min(1.0, d)))
