"""Finds a better label for a feature, and keeps it only where fresh sentences show that it is better.

Proposals come from the feature's real strongest contexts in a corpus, through any `Proposer`. Old and new label
are then scored on sentences that neither has seen: each has positive sentences of its own, and all negatives are
shared, so the difference of the two d is paired. A proposal is better where the percentile interval of that
difference (bootstrap over sentences; d counts up to D_CEILING) lies above 0; the best of the better ones is kept.
The interval is a 95 % one for a single proposal; each of k that compete has its level raised to 1 - 0.05 / k
(Bonferroni), so that the label is replaced by one that is no better in at most one of twenty cases, however many
are tried.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tools.features import FeatureScore, interp_score
from tools.features._effect_size import cohens_d
from tools.features.interp_score import ContrastActivations, SentenceMaximum, contrast_activations
from tools.progress import Report, silent
from tools.results import Result

if TYPE_CHECKING:
    import numpy as np

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

Proposer = Callable[[Sequence[SentenceMaximum], Sequence[str]], str | None]
"""A label from a feature's strongest contexts and the corpus that they come from; None where nothing stands out."""

D_CEILING = 10.0
"""Beyond this, sentences are told apart whatever the label; and where maxima do not vary, d has no end."""
RESAMPLES = 5_000
MOST_WORDS = 3
FARTHEST = 60
"""Characters that unknown tokens may take up before the next known one."""
LEAST_COVERAGE = 0.1
"""A word has to account for this share of the strongest activations."""


class LabelComparison(Result):
    """An old and a new label of one feature, scored on fresh sentences."""

    feature: int
    old: str | None
    new: str
    old_score: FeatureScore | None
    """None where there was no label before."""
    new_score: FeatureScore
    difference: float | None
    """d of the new label less d of the old one (less 0 where there was none)."""
    interval: tuple[float, float] | None
    """At `confidence`."""
    confidence: float
    """0.95, or higher where several proposals compete."""
    kept: bool
    reason: str
    """Why it was kept or not, in a sentence."""


def words_of_contexts(contexts: Sequence[SentenceMaximum], corpus: Sequence[str]) -> str | None:
    """The words that the feature fires on, else the words that its contexts share; at most MOST_WORDS of them.

    A word's coverage is its share of the activation at the strongest tokens; its lift the coverage over its share of
    the corpus' words; words go by coverage x log(lift). Where no word has a fifth of the activation, the feature
    fires on what surrounds it, and every word of a context shares in its activation.
    """
    if not contexts:
        return None
    frequency = Counter(word for text in corpus for word in _words(text))
    at_token = _characteristic([(_words(_word_at(each)), each.maximum) for each in contexts], frequency)
    if at_token and at_token[0][1] >= 2 * LEAST_COVERAGE:
        return ", ".join(word for word, _ in at_token)
    around = _characteristic([(_words(each.text), each.maximum) for each in contexts], frequency)
    return ", ".join(word for word, _ in (around or at_token)) or None


def marked(context: SentenceMaximum) -> str:
    """The sentence with the word of its strongest token in «», as examples of a label have it."""
    span = _span_at(context)
    if span is not None:
        start, end = span
        return f"{context.text[:start]}«{context.text[start:end]}»{context.text[end:]}"
    word = _word_at(context).strip()
    return context.text.replace(word, f"«{word}»", 1) if word else context.text


def compare_labels(
    model: LanguageModel,
    sae: LoadedSae,
    feature: int,
    old: tuple[str, Sequence[str]] | None,
    new: tuple[str, Sequence[str]],
    negatives: Sequence[str],
    *,
    settings: interp_score.Settings = interp_score.DEFAULT,
    n_proposals: int = 1,
    report: Report = silent,
) -> LabelComparison:
    """Score both labels, each with its positive sentences, against the shared negatives.

    `n_proposals`: how many new labels compete for the feature, this one included.

    The contexts of the new label came from somewhere, so a feature that is silent on all of these is not dead: both
    labels then score 0.
    """
    found: dict[str, ContrastActivations] = {}
    for name, side in (("old", old), ("new", new)):
        if side is not None:
            found[name] = contrast_activations(
                model, sae, feature, side[1], negatives, settings, report=report
            )
    scores = {
        name: interp_score.score(contrast, settings, fires_elsewhere=True) for name, contrast in found.items()
    }
    confidence = 1 - 0.05 / n_proposals
    difference, interval = _difference(found, confidence, settings.seed)
    kept = interval is not None and interval[0] > 0
    return LabelComparison(
        feature=feature,
        old=old[0] if old else None,
        new=new[0],
        old_score=scores.get("old"),
        new_score=scores["new"],
        difference=difference,
        interval=interval,
        confidence=confidence,
        kept=kept,
        reason=_reason(kept, interval, confidence, old is not None),
    )


def best_of(proposals: Sequence[LabelComparison]) -> list[LabelComparison]:
    """The same comparisons, in their order, at most one of them kept: the better label with the largest d."""
    better = [each for each in proposals if each.kept]
    best = max(better, key=lambda each: each.difference or 0.0, default=None)
    return [
        each.model_copy(update={"kept": False, "reason": f"{each.reason} {best.new!r} does better still."})
        if best is not None and each.kept and each is not best
        else each
        for each in proposals
    ]


def _difference(
    found: dict[str, ContrastActivations], confidence: float, seed: int
) -> tuple[float | None, tuple[float, float] | None]:
    import numpy as np

    sides = [(_maxima(contrast.positive), _maxima(contrast.negative)) for contrast in found.values()]
    if any(len(positive) < 2 or len(negative) < 2 for positive, negative in sides):
        return None, None
    generator = np.random.default_rng(seed)
    # Negatives are shared: a resample takes the same ones for both labels.
    shared = generator.integers(len(sides[0][1]), size=(RESAMPLES, len(sides[0][1])))
    points, resampled = [], []
    for positive, negative in sides:
        own = generator.integers(len(positive), size=(RESAMPLES, len(positive)))
        points.append(_counted(cohens_d(positive, negative)))
        resampled.append(_counted(cohens_d(positive[own], negative[shared])))
    new, old = resampled[-1], resampled[0] if len(resampled) == 2 else 0.0
    low, high = np.quantile(new - old, (0.5 - confidence / 2, 0.5 + confidence / 2))
    difference = float(points[-1] - (points[0] if len(points) == 2 else 0.0))
    return difference, (min(float(low), difference), max(float(high), difference))


def _counted(d: np.ndarray) -> np.ndarray:
    return d.clip(-D_CEILING, D_CEILING)


def _maxima(sentences: Sequence[SentenceMaximum]) -> np.ndarray:
    import numpy as np

    return np.array([each.maximum for each in sentences])


def _reason(kept: bool, interval: tuple[float, float] | None, confidence: float, replaces: bool) -> str:
    if interval is None:
        return "Too few sentences have tokens that count, so the labels cannot be compared."
    spread = f"{interval[0]:.2f} to {interval[1]:.2f}"
    what = "The difference of d" if replaces else "d of the new label"
    level = f"{100 * confidence:.4g} %"
    if kept:
        return f"{what} has a {level} interval of {spread}, above 0."
    return f"{what} has a {level} interval of {spread}, which is not above 0."


def _characteristic(
    weighted: Sequence[tuple[Sequence[str], float]], frequency: Counter[str]
) -> list[tuple[str, float]]:
    """Words with their coverage, the most characteristic first; equal ones in alphabetical order."""
    weight: dict[str, float] = defaultdict(float)
    for words, value in weighted:
        for word in set(words):
            weight[word] += value
    total = sum(value for words, value in weighted if words) or 1.0
    n_words = max(1, frequency.total())

    def score(word: str) -> float:
        coverage = weight[word] / total
        return coverage * math.log(coverage * n_words / max(1, frequency[word]))

    best = sorted(weight, key=lambda word: (-score(word), word))
    covering = [(word, weight[word] / total) for word in best if score(word) > 0]
    return [each for each in covering if each[1] >= LEAST_COVERAGE][:MOST_WORDS]


def _word_at(context: SentenceMaximum) -> str:
    """The word of the text that holds the strongest token, or the token where it is not found there."""
    span = _span_at(context)
    return context.tokens[context.strongest] if span is None else context.text[span[0] : span[1]]


def _span_at(context: SentenceMaximum) -> tuple[int, int] | None:
    """Where in the text the word stands that holds the strongest token; None where it is not found.

    Tokens are followed through the text without its spaces, because many tokenizers decode a token without the
    space before it; one that is not there (a special or unknown token) is passed over.
    """
    places = [index for index, character in enumerate(context.text) if not character.isspace()]
    bare = "".join(context.text[index] for index in places).casefold()
    if len(bare) != len(places):  # a character that folds into two
        return None
    at = start = 0
    for token in context.tokens[: context.strongest + 1]:
        piece = "".join(token.split()).casefold()
        start = bare.find(piece, at, at + FARTHEST) if piece else -1
        at = start + len(piece) if start >= 0 else at
    if start < 0:
        return None
    place = places[start]
    return next(word.span() for word in re.finditer(r"\S+", context.text) if word.end() > place)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())
