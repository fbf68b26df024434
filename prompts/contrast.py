"""Contrast sentences: some that a feature's label implies, and as many that it does not.

A writer other than the subject is asked for one sentence at a time. What it answers is filtered: length, plain
English, no refusals or talk of the task, no duplicates, nothing that is nearly an earlier sentence; a positive must
use a word that the label lists, or be about what the label describes; a negative must use none of the label's words
and not be about it. Templates (`prompts/_templates.py`) make what is missing, and everything where there is no
writer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pydantic import Field

from prompts._label import Label, is_affix, read_label
from prompts._templates import near_negatives, negatives, neutral_sentences, positives
from prompts.rejections import RejectedDraft, Rejections
from prompts.writer import Wish, Writer, sentences_in, unfit
from tools.errors import SuiteError
from tools.models.embeddings import embed as minilm
from tools.progress import Report, silent
from tools.results import Result

if TYPE_CHECKING:
    import numpy as np

INSTRUCTIONS = "contrast/1"
"""Name and version of wishes, examples, templates and filters; a change that changes sentences raises it."""
TEMPLATES = "templates"
MOST = 100
ROUNDS = 2
SPARE = 1.5
"""Wishes for each sentence that is missing: some answers do not pass."""
TOO_ALIKE = 0.6
"""Share of words that two sentences of a set may not have in common (Jaccard), the label's own left out."""
NEAR = 0.75
"""Rank among the neutral sentences, by closeness to the label, from which on a sentence counts as being about it."""
LENGTH_SLACK = 2
"""Words by which a hard negative may be shorter or longer than every positive."""

Embed = Callable[[Sequence[str]], "np.ndarray"]


class ContrastSentences(Result):
    """Two sets of sentences for one label, with everything needed to make them again."""

    label: str
    positive: tuple[str, ...]
    """Sentences that the label implies."""
    negative: tuple[str, ...]
    """Sentences that it does not."""
    writer: str
    """Who was asked: a model's name, or `templates`."""
    instructions: str
    """Name and version of the instructions and templates."""
    seed: int
    hard_negatives: bool
    """Whether negatives were chosen to be like the positives in length and near in meaning."""
    made_by_templates: tuple[int, int]
    """How many positives and negatives templates made."""
    rejected: dict[str, int] = Field(default_factory=dict)
    """Candidates that were left out, by reason."""
    rejected_sentences: tuple[RejectedDraft, ...] = ()
    """Those of them whose text was kept."""
    notes: tuple[str, ...] = ()
    """What a reader must know before believing a score on these sentences."""


def write_contrast(
    label: str,
    *,
    writer: Writer | None = None,
    n: int = 10,
    seed: int = 0,
    hard_negatives: bool = False,
    avoid: Collection[str] = (),
    examples: Sequence[str] = (),
    embed: Embed = minilm,
    report: Report = silent,
) -> ContrastSentences:
    """Write n sentences of each set; without a writer by templates alone.

    `avoid`: sentences that must not come again, where fresh ones are wanted. `examples`: texts with the token that
    the feature fires on in «», from which words that the label lists take their capitals.

    Raises SuiteError for a label that is empty, in another language or about nothing, and where there are not enough
    different sentences.
    """
    if not 2 <= n <= MOST:
        raise SuiteError(
            f"A contrast set has 2 to {MOST} sentences, not {n}.", "Ask for a number in that range."
        )
    wanted = read_label(label, examples)
    closeness = _Closeness(wanted, embed)
    generator = random.Random(f"{INSTRUCTIONS} {seed} {wanted.text}")
    rejected = Rejections()

    positive = _Selection(wanted, n, set(avoid), rejected)
    for round_number in range(ROUNDS if writer else 0):
        wishes = _positive_wishes(wanted, positive.missing)
        _take_positives(positive, _answers(writer, wishes, seed, round_number, report), wanted, closeness)
    n_written = len(positive.chosen)
    unused = Rejections()  # templates are looked through, and what is passed over is no news
    positive.take(positives(wanted, generator))

    negative = _Selection(wanted, n, {*avoid, *positive.chosen}, rejected)
    by_writer: list[str] = []
    for round_number in range(0 if writer is None else 1 if hard_negatives else ROUNDS):
        wishes = _negative_wishes(negative.missing, generator)
        answers = _answers(writer, wishes, seed, ROUNDS + round_number, report)
        by_writer += answers
        if not hard_negatives:
            negative.take(_about_other_things(answers, wanted, closeness, rejected))
    if hard_negatives:
        pool = [*by_writer, *near_negatives(wanted, generator), *negatives(generator)]
        negative.take(_hardest(pool, positive.chosen, wanted, embed))
    else:
        negative.take(_about_other_things(negatives(generator), wanted, closeness, unused))

    for kind, selection in (("positive", positive), ("negative", negative)):
        if selection.missing:
            raise SuiteError(
                f"Only {len(selection.chosen)} of {n} different {kind} sentences could be written for the label "
                f"{wanted.text[:60]!r}.",
                "Ask for fewer sentences, or give the feature another label.",
            )
    made = n - n_written, sum(sentence not in by_writer for sentence in negative.chosen)
    return ContrastSentences(
        label=wanted.text,
        positive=tuple(positive.chosen),
        negative=tuple(negative.chosen),
        writer=TEMPLATES if writer is None else writer.name,
        instructions=INSTRUCTIONS,
        seed=seed,
        hard_negatives=hard_negatives,
        made_by_templates=made,
        rejected=rejected.reasons,
        rejected_sentences=rejected.drafts,
        notes=tuple(_notes(wanted, made, n, hard_negatives)),
    )


@dataclass
class _Selection:
    """The sentences of one set, as they are chosen."""

    label: Label
    n: int
    avoid: set[str]
    rejected: Rejections
    chosen: list[str] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return self.n - len(self.chosen)

    def take(self, candidates: Iterable[str]) -> None:
        """Choose fit candidates in their order until the set is full."""
        for sentence in candidates:
            if not self.missing:
                return
            reason = self._fault(sentence)
            if reason is None:
                self.chosen.append(sentence)
            else:
                self.rejected.add(sentence, reason)

    def _fault(self, sentence: str) -> str | None:
        if sentence in self.avoid or sentence in self.chosen:
            return "a duplicate"
        if any(self._alike(sentence, other) >= TOO_ALIKE for other in self.chosen):
            return "too like another sentence"
        return None

    def _alike(self, sentence: str, other: str) -> float:
        own = {word.casefold() for word in self.label.words}
        one, two = (
            {word.strip(".,;:!?").casefold() for word in text.split()} - own for text in (sentence, other)
        )
        return len(one & two) / max(1, len(one | two))


class _Closeness:
    """How near sentences are to a label, measured against neutral sentences."""

    def __init__(self, label: Label, embed: Embed) -> None:
        import numpy as np

        self._embed = embed
        self._label = embed([label.text])[0]
        everyday, vectors = _neutral_vectors(embed)
        cosines = vectors @ self._label
        self._near = float(np.quantile(cosines, NEAR))
        self._known = dict(zip(everyday, cosines >= self._near, strict=True))

    def is_near(self, sentences: Sequence[str]) -> list[bool]:
        """For each sentence, whether it counts as being about the label."""
        unknown = [sentence for sentence in sentences if sentence not in self._known]
        if unknown:
            near = self._embed(unknown) @ self._label >= self._near
            self._known |= dict(zip(unknown, near, strict=True))
        return [bool(self._known[sentence]) for sentence in sentences]


def everyday_sentences() -> list[str]:
    """Plain sentences on many everyday matters, always the same ones."""
    return [sentence for topic in neutral_sentences().values() for sentence in topic]


@cache
def _neutral_vectors(embed: Embed) -> tuple[list[str], np.ndarray]:
    everyday = everyday_sentences()
    return everyday, embed(everyday)


def _positive_wishes(label: Label, missing: int) -> list[Wish]:
    n = round(SPARE * missing)
    if not label.is_list:
        return [Wish(label.text, uses_it=False)] * n
    return [Wish(label.words[i % len(label.words)], uses_it=True) for i in range(n)]


def _negative_wishes(missing: int, generator: random.Random) -> list[Wish]:
    topics = generator.sample(list(neutral_sentences()), len(neutral_sentences()))
    return [Wish(topics[i % len(topics)], uses_it=False) for i in range(round(SPARE * missing))]


def _answers(
    writer: Writer | None, wishes: Sequence[Wish], seed: int, round_number: int, report: Report
) -> list[str]:
    """The sentences in the writer's answers; each round draws others."""
    if writer is None or not wishes:
        return []
    answers = writer.write(wishes, seed=seed * 2 * ROUNDS + round_number, report=report)
    return [sentence for answer in answers for sentence in sentences_in(answer)]


def _take_positives(selection: _Selection, sentences: Sequence[str], label: Label, near: _Closeness) -> None:
    """Choose what implies the label: a description is best implied without its own words, a list by them."""
    fit = _fit(sentences, selection.rejected)
    if label.is_list:
        implies, reason = [label.is_met_by(sentence) for sentence in fit], "lacks the label's words"
    else:
        implies, reason = near.is_near(fit), "not about the label"
    implying = _kept(fit, implies, selection.rejected, reason)
    if not label.is_list:
        implying.sort(key=label.uses)  # stable: those that merely repeat it come last
    selection.take(implying)


def _about_other_things(
    sentences: Iterable[str], label: Label, closeness: _Closeness, rejected: Rejections
) -> list[str]:
    """Those that neither use the label's words nor are about it."""
    fit = _without_the_words(sentences, label, rejected)
    far = [not is_near for is_near in closeness.is_near(fit)]
    return _kept(fit, far, rejected, "a negative that comes near the label")


def _hardest(pool: Sequence[str], positive: Sequence[str], label: Label, embed: Embed) -> list[str]:
    """The pool's sentences of the positives' length, those nearest to the positives first.

    One that is nearer to the label than the positives are on average would imply it, and is left out.
    """
    import numpy as np

    lengths = [len(sentence.split()) for sentence in positive]
    shortest, longest = min(lengths) - LENGTH_SLACK, max(lengths) + LENGTH_SLACK
    fit = [
        sentence
        for sentence in dict.fromkeys(_without_the_words(pool, label, Rejections()))
        if shortest <= len(sentence.split()) <= longest
    ]
    if not fit:
        return []
    label_vector, positive_vectors, vectors = embed([label.text])[0], embed(positive), embed(fit)
    limit = float((positive_vectors @ label_vector).mean())
    to_label, to_positives = vectors @ label_vector, vectors @ positive_vectors.mean(axis=0)
    implying = to_label > limit
    return [fit[i] for i in np.argsort(-to_positives, kind="stable") if not implying[i]]


def _without_the_words(sentences: Iterable[str], label: Label, rejected: Rejections) -> list[str]:
    fit = _fit(sentences, rejected)
    return _kept(
        fit, [not label.uses(sentence) for sentence in fit], rejected, "a negative with the label's words"
    )


def _kept(sentences: Sequence[str], passes: Sequence[bool], rejected: Rejections, reason: str) -> list[str]:
    """Those that pass; the others are rejected for this reason."""
    kept = []
    for sentence, passed in zip(sentences, passes, strict=True):
        if passed:
            kept.append(sentence)
        else:
            rejected.add(sentence, reason)
    return kept


def _fit(sentences: Iterable[str], rejected: Rejections) -> list[str]:
    fit = []
    for sentence in sentences:
        reason = unfit(sentence)
        if reason is None:
            fit.append(sentence)
        else:
            rejected.add(sentence, reason)
    return fit


def _notes(label: Label, made: tuple[int, int], n: int, hard: bool) -> Iterable[str]:
    if label.is_list:
        yield "The label lists words, and the positives use them: InterpScore tests words here, not an idea."
    if any(is_affix(word) for word in label.words):
        yield "The label names parts of words, which the subject may cut elsewhere in the words of these sentences."
    if made[0]:
        how = "placing the label's words into frames"
        yield f"{made[0]} of {n} positives were made by {how}" + (
            "." if label.is_list else ", which cannot paraphrase a description."
        )
    if made[1]:
        yield f"{made[1]} of {n} negatives are ready-made sentences."
    if hard:
        yield "Negatives were chosen to be near the positives; some may come close to implying the label."
