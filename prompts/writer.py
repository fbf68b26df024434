"""The isolated writer: a model other than the subject that writes one sentence for each wish.

`Writer` is all that `prompts.contrast` asks for; how a wish is put into words is the writer's own business. The
writer here is a pristine copy of the embedded model: loaded for itself, so that neither an edit nor an ablation of
the subject reaches it. A model of that size follows examples better than instructions, so a wish is put to it as the
last of three examples, in plain text.
"""

import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tools.errors import ModelError
from tools.models.subject import Subject
from tools.progress import Progress, Report, silent
from tools.refusal import read_refusal

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

MAX_NEW_TOKENS = 32
TEMPERATURE = 0.8
FEWEST_WORDS, MOST_WORDS = 5, 28

_loading = threading.Lock()
_pristine: list["LanguageModel"] = []
"""The one copy, once it is loaded."""


@dataclass(frozen=True)
class Wish:
    """One sentence that is wanted."""

    subject: str
    """A word, a label or a topic."""
    uses_it: bool
    """Whether the sentence must use the subject word for word; else it is about it."""


class Writer(Protocol):
    """Writes sentences to order."""

    @property
    def name(self) -> str:
        """What to call it on a card."""
        ...

    def write(self, wishes: Sequence[Wish], *, seed: int, report: Report = silent) -> list[str]:
        """What it answers to each wish, in their order, raw; equal wishes get different answers."""
        ...


EXAMPLES = {
    True: (
        ("ladder", "The ladder was too short to reach the roof."),
        ("borrowed", "He borrowed my coat last winter and never brought it back."),
        ("slowly", "The old boat drifted slowly towards the bridge."),
        ("bakeries", "Two of the bakeries in our street had closed by noon."),
    ),
    False: (
        ("train delays", "We waited on the platform for an hour before anything came."),
        ("medical advice", "The doctor told her to rest for a week."),
        ("feelings of regret", "I wish I had never sent that letter."),
        ("farm animals", "The cows stood by the gate and waited to be milked."),
    ),
}
"""Subjects with a sentence, by whether the sentence uses the subject."""


class ModelWriter:
    """A loaded model as a writer; it must not be the one under inspection."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    @property
    def name(self) -> str:
        """The model's name."""
        return self._subject.name

    def write(self, wishes: Sequence[Wish], *, seed: int, report: Report = silent) -> list[str]:
        """One sampled line for each wish."""

        def as_writing(progress: Progress) -> None:
            report(Progress("writing sentences", progress.done, progress.total, "sentences"))

        generator = random.Random(seed)
        answers = [""] * len(wishes)
        for index, generation in self._subject.generate(
            [_prompt(wish, generator) for wish in wishes],
            max_new_tokens=MAX_NEW_TOKENS,
            stop=("\n",),
            temperature=TEMPERATURE,
            seed=seed,
            chat=False,
            report=as_writing,
        ):
            answers[index] = generation.text
        return answers


def _prompt(wish: Wish, generator: random.Random) -> str:
    """The wish as the last of three examples; which other two is drawn, so that answers differ."""
    shown = generator.sample(EXAMPLES[wish.uses_it], 2)
    heading = 'A plain sentence with the word "{}":\n{}' if wish.uses_it else "A plain sentence about {}:\n{}"
    return "\n\n".join(heading.format(*each) for each in [*shown, (wish.subject, "")])


def embedded_writer(report: Report = silent) -> ModelWriter:
    """A pristine copy of the embedded model, loaded once in a process. Raises ModelError where there is none."""
    with _loading:
        if not _pristine:
            _pristine.append(_load(report))
        return ModelWriter(_pristine[0])


def _load(report: Report) -> "LanguageModel":
    from tools.models.load import EMBEDDED, load_model

    try:
        return load_model(EMBEDDED, dtype="bfloat16", report=report)
    except ModelError as error:
        raise ModelError(
            f"No writer is available, because the embedded model cannot be loaded: {error.message}",
            error.next_step,
        ) from error


_LIST_MARK = re.compile(
    r"^\s*(?:[-*•>]+|\(?\d{1,2}[.):]|[A-Za-z ]{0,30}[Ss]entence[^:\n]{0,40}:|\*\*[^*]*\*\*:?)\s*"
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")
_QUOTES = "\"'“”‘’*_` "
META = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|sentence|the words? [\"'“‘]|here(?:'s| is| are)|"
    r"certainly|of course!|sure[,!]|i'?m sorry|i cannot|you (?:want|asked)|"
    r"the (?:topic|prompt|instruction)|example)\b",
    re.IGNORECASE,
)


def sentences_in(answer: str) -> list[str]:
    """The sentences of a raw answer without list marks, quotes and headings; an unfinished last one is left out."""
    found = []
    for line in answer.splitlines():
        text = _LIST_MARK.sub("", line).strip(_QUOTES)
        if text.count('"') == 1:
            text = text.replace('"', "")
        found += [piece.strip() for piece in _END_OF_SENTENCE.split(text)]
    return [" ".join(sentence.split()) for sentence in found if sentence and sentence[-1] in ".!?\"”'’"]


def unfit(sentence: str) -> str | None:
    """Why a sentence cannot be used, whatever its label, or None."""
    n_words = len(sentence.split())
    if n_words < FEWEST_WORDS:
        return "too short"
    if n_words > MOST_WORDS:
        return "too long"
    if not sentence.isprintable() or "_" in sentence or re.search(r"[\[\]{}<>|\\]", sentence):
        return "not plain text"
    if sum(character.isalpha() and ord(character) > 0x24F for character in sentence):
        return "not English"
    if META.search(sentence) or read_refusal(sentence).score >= 0.5:
        return "a refusal or talk about the task"
    return None
