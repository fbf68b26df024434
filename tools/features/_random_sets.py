"""Random sets of corpus sentences of similar length, against which the purity of very many features is compared.

The same null as in `purity`, drawn for all random sets at once: that takes a millisecond a feature, where drawing
them one by one takes a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.features import FeatureScore

if TYPE_CHECKING:
    import numpy as np

SETS = 200
NEAREST_IN_LENGTH = 50


class RandomSets:
    """The corpus in order of length, with its embeddings."""

    def __init__(self, corpus: Sequence[str], vectors: np.ndarray, seed: int = 0) -> None:
        """`vectors`: unit vectors [n, width] of the sentences of `corpus`."""
        import numpy as np

        lengths = np.array([len(text.split()) for text in corpus])
        order = np.argsort(lengths, kind="stable")
        self._lengths, self._vectors = lengths[order], vectors[order]
        self._seed = seed

    def compared(self, purity: FeatureScore, texts: Sequence[str]) -> FeatureScore:
        """The purity of `texts` with its z-score among random sets, and whether it is above 95 % of them.

        Against a corpus of fewer sentences than three times the texts there is no z-score.
        """
        import numpy as np

        n, size = len(texts), len(self._lengths)
        if purity.value is None or size < 3 * n:
            return purity
        generator = np.random.default_rng([self._seed, n])
        at = np.searchsorted(self._lengths, [len(text.split()) for text in texts])
        span = min(NEAREST_IN_LENGTH, size)
        first = np.clip(at - span // 2, 0, size - span)
        chosen = first + generator.integers(span, size=(SETS, n))
        total = self._vectors[chosen].sum(axis=1)
        # A sentence may be drawn twice: it is not paired with itself, whose cosine is 1.
        itself = (chosen[:, :, None] == chosen[:, None, :]).sum(axis=(1, 2))
        pairs = np.maximum(n * n - itself, 1)
        cosines = ((total**2).sum(axis=1) - itself) / pairs
        purities = np.clip((1 + cosines) / 2, 0.0, 1.0)
        mean, sd = float(purities.mean()), float(purities.std(ddof=1))
        p = (int((purities >= purity.value).sum()) + 1) / (len(purities) + 1)
        return purity.model_copy(
            update={
                "details": purity.details
                | {
                    "z": (purity.value - mean) / sd if sd > 0 else None,
                    "random_mean": mean,
                    "random_sd": sd,
                    "random_p": p,
                    "beats_random": p < 0.05,
                }
            }
        )
