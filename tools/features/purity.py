"""FeaturePurityScore: is a feature about one thing?

The sentences on which the feature fired are embedded with all-MiniLM-L6-v2.

    c = mean cosine similarity over all pairs of different sentences (the upper triangle)
    purity = (1 + c) / 2

so c = 0.81 gives 90.5 % and c = 0.21 gives 60.5 %. Fewer than two firing sentences: unscored.

Beside it: the 95 % interval by the jackknife over sentences (Arvesen 1969, for U-statistics), because a bootstrap
would pair sentences with copies of themselves (of sets of 5 to 20 sentences from a corpus, 96 to 98 in 100 such
intervals held the corpus' own value); and the z-score against random sets of as many sentences of similar
length from a corpus. Unrelated sentences have a c near 0, so purity has its floor near 0.5 and not at 0: a score
counts for something only where it beats that null.

Caveats: sentences that were written from one label, or from the same frames, are alike for that reason. Embeddings
judge whole sentences; with a window, only the words around the strongest token are embedded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.features import FeatureScore
from tools.features._random_sets import RandomSentences, no_comparison
from tools.features.interp_score import SentenceMaximum
from tools.models.embeddings import embed as minilm
from tools.stats import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np

Embed = Callable[[Sequence[str]], "np.ndarray"]
"""Texts to unit vectors [n, width]."""

CORPUS_LIMIT = 1_000
"""Sentences of the corpus that are embedded."""
TEXTS_KEPT = 20
"""Embedded sentences that are kept in the details."""


class Settings(BaseModel):
    """Knobs of FeaturePurityScore; stored with the score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: int | None = Field(default=None, ge=1)
    """Embed only so many words on both sides of the strongest token's word; None: whole sentences."""
    random_sets: int = Field(default=200, ge=20)
    """Random sets of sentences that the score is compared with."""
    seed: int = 0


DEFAULT = Settings()


def random_sentences(
    corpus: Sequence[str], settings: Settings = DEFAULT, *, embed: Embed = minilm
) -> RandomSentences:
    """At most CORPUS_LIMIT different sentences of the corpus, drawn at random; with a window, a piece of each.

    Embedding takes a few seconds: keep the result for all features that are scored with the same settings.
    """
    import numpy as np

    generator = np.random.default_rng(settings.seed)
    texts = [text for text in dict.fromkeys(corpus) if text.strip()]
    texts = [texts[i] for i in generator.permutation(len(texts))[:CORPUS_LIMIT]]
    if settings.window is not None:
        texts = [
            _piece(text, settings.window, int(generator.integers(max(1, len(text.split())))))
            for text in texts
        ]
        texts = list(dict.fromkeys(texts))
    return RandomSentences(texts, embed(texts) if texts else np.zeros((0, 1)))


def score(
    sentences: Sequence[SentenceMaximum],
    null: RandomSentences | None = None,
    settings: Settings = DEFAULT,
    *,
    source: str = "positive sentences",
    embed: Embed = minilm,
) -> FeatureScore:
    """Purity of the sentences that the feature fired on; those that it did not fire on are left out.

    `null`, from `random_sentences` with the same settings, gives the z-score; the feature's own sentences are never
    drawn. `source` says in the plural where the sentences come from.
    """
    texts = [
        each.text if settings.window is None else words_around_strongest(each, settings.window)
        for each in sentences
        if each.fires
    ]
    n = len(texts)
    details: dict[str, JsonValue] = {"source": source, "settings": settings.model_dump(mode="json")}
    if n < 2:
        how_many = "only one" if n else "none"
        of_all = f"of {len(sentences)} {source}" if sentences else f"of the {source}, for there are none"
        reason = f"The feature fires on {how_many} {of_all}; two are needed."
        return FeatureScore(value=None, interval=None, n=n, explanation=reason, details=details)
    details["texts"] = [*texts[:TEXTS_KEPT]]
    vectors = embed(texts)
    cosine = mean_pairwise_cosine(vectors)
    details["mean_cosine"] = cosine
    if null is None:
        details |= no_comparison("no corpus", n)
    else:
        details |= null.compared(texts, _purity(cosine), settings.random_sets, settings.seed)
    interval = _jackknife(vectors, cosine)
    how = "95 % jackknife interval" if interval else "two sentences are too few for an interval"
    return FeatureScore(
        value=_purity(cosine),
        interval=interval,
        n=n,
        explanation=f"(1 + c) / 2 with c the mean cosine of all pairs of {n} {source} that fire; {how}.",
        details=details,
    )


def mean_pairwise_cosine(vectors: np.ndarray) -> float:
    """Mean cosine over the upper triangle of unit vectors [n, width], n at least 2."""
    n = len(vectors)
    # The squared norm of the sum holds every ordered pair and the n pairs of a vector with itself.
    total = vectors.astype("float64").sum(axis=0)
    own = float((vectors.astype("float64") ** 2).sum())
    return (float(total @ total) - own) / (n * (n - 1))


def words_around_strongest(sentence: SentenceMaximum, window: int) -> str:
    """The word of the strongest token with so many words on both sides."""
    before = "".join(sentence.tokens[: sentence.strongest])
    token = sentence.tokens[sentence.strongest]
    after = "".join(sentence.tokens[sentence.strongest + 1 :])
    text = before + token + after
    place = len(before) + len(token) - len(token.lstrip())
    words = list(re.finditer(r"\S+", text))
    index = next((i for i, word in enumerate(words) if word.end() > place), len(words) - 1)
    return _piece(text, window, index)


def _piece(text: str, window: int, index: int) -> str:
    words = text.split()
    return " ".join(words[max(0, index - window) : index + window + 1])


def _purity(cosine: float) -> float:
    return max(0.0, min(1.0, (1 + cosine) / 2))


def _jackknife(vectors: np.ndarray, cosine: float) -> tuple[float, float] | None:
    """95 % interval of purity: Student's t on the spread of c with each sentence left out in turn."""
    from scipy.special import stdtrit

    n = len(vectors)
    if n < 3:
        return None
    each = vectors.astype("float64")
    total, own = each.sum(axis=0), (each**2).sum(axis=1)
    without = (((total - each) ** 2).sum(axis=1) - (own.sum() - own)) / ((n - 1) * (n - 2))
    error = math.sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    return _purity(cosine - half), _purity(cosine + half)
