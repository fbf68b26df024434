"""Random sets of corpus sentences, as many and of similar length: the null that purity is compared with.

Every set has for each of the feature's sentences one that is drawn from those nearest to it in words, without the
feature's own and none twice. All sets are drawn at once, a few milliseconds for a feature.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

if TYPE_CHECKING:
    import numpy as np

NEAREST_IN_LENGTH = 50
"""A sentence's stand-in is drawn from as many that are nearest to it in words; more for a large set."""
SIGNIFICANT = 0.05
ROUNDING = 1e-9
"""Purities that differ by less do not differ."""


class RandomSentences:
    """Sentences of a corpus in order of length, embedded once."""

    def __init__(self, texts: Sequence[str], vectors: np.ndarray, rows: Sequence[int] | None = None) -> None:
        """`texts` are all different; `vectors[rows]`: their unit vectors [n, width] (None: all, in order).

        The vectors are not copied.
        """
        import numpy as np

        lengths = np.array([len(text.split()) for text in texts], dtype=int)
        order = np.argsort(lengths, kind="stable")
        self.texts = tuple(texts[index] for index in order)
        self.lengths = lengths[order]
        """In words, ascending."""
        self._vectors = vectors
        self._rows = order if rows is None else np.asarray(rows)[order]
        self._place = {text: index for index, text in enumerate(self.texts)}

    def compared(self, texts: Sequence[str], purity: float, n_sets: int, seed: int) -> dict[str, JsonValue]:
        """The z-score of the purity of `texts` among `n_sets` random sets, and whether it beats 95 % of them.

        Where the corpus has fewer sentences than three times the texts, there is none, and a note says so.
        """
        import numpy as np

        n = len(texts)
        if len(self.texts) < 3 * n:
            return no_comparison(f"a corpus of only {len(self.texts)} sentences", n)
        sets = self._drawn(texts, n_sets, np.random.default_rng([seed, n]))
        # The squared norm of a sum of unit vectors holds every ordered pair, and each vector with itself.
        squares = (self._vectors[self._rows[sets]].sum(axis=1) ** 2).sum(axis=1)
        purities = np.clip((1 + (squares - n) / (n * (n - 1))) / 2, 0.0, 1.0)
        mean, sd = float(purities.mean()), float(purities.std(ddof=1))
        p = (int((purities >= purity).sum()) + 1) / (n_sets + 1)
        return {
            "z": (purity - mean) / sd if sd > ROUNDING else None,
            "random_mean": mean,
            "random_sd": sd,
            "random_p": p,
            "beats_random": p < SIGNIFICANT,
        }

    def _drawn(self, texts: Sequence[str], n_sets: int, generator: np.random.Generator) -> np.ndarray:
        """Indices [n_sets, n] of different sentences, none of them one of `texts`."""
        import numpy as np

        own = [self._place[text] for text in texts if text in self._place]
        free = np.delete(np.arange(len(self.texts)), own)
        words, lengths = [len(text.split()) for text in texts], self.lengths[free]
        at = (np.searchsorted(lengths, words, "left") + np.searchsorted(lengths, words, "right")) // 2
        span = min(max(NEAREST_IN_LENGTH, 3 * len(texts)), len(free))
        first = np.clip(at - span // 2, 0, len(free) - span)
        drawn = first + generator.integers(span, size=(n_sets, len(texts)))
        # What a set already has is drawn again: at least half of the span is free, so this ends soon.
        while (again := _repeated(drawn)).any():
            drawn[again] = (first + generator.integers(span, size=drawn.shape))[again]
        return free[drawn]


def no_comparison(corpus: str, n: int) -> dict[str, JsonValue]:
    """The details of a purity that was not compared with random sets of n, for want of a corpus."""
    return {"z": None, "beats_random": None, "random_note": f"{corpus}, so no random sets of {n}"}


def _repeated(rows: np.ndarray) -> np.ndarray:
    """Which entries of each row an earlier entry of the row equals, bool as `rows`."""
    import numpy as np

    order = np.argsort(rows, axis=1, kind="stable")
    ascending = np.take_along_axis(rows, order, axis=1)
    equal = np.zeros(rows.shape, dtype=bool)
    equal[:, 1:] = ascending[:, 1:] == ascending[:, :-1]
    found = np.empty_like(equal)
    np.put_along_axis(found, order, equal, axis=1)
    return found
