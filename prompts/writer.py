"""The isolated writer: a model other than the subject that writes one sentence for each instruction.

`Writer` is all that `prompts.contrast` asks for, so any source of sentences fits that takes instructions in words.
The writer here is a pristine copy of the embedded model: loaded for itself, so that neither an edit nor an ablation
of the subject reaches it.
"""

import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from tools.errors import ModelError
from tools.models.subject import Subject
from tools.progress import Progress, Report, silent
from tools.refusal import read_refusal

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

MAX_NEW_TOKENS = 40
TEMPERATURE = 0.8
FEWEST_WORDS, MOST_WORDS = 5, 28

_loading = threading.Lock()


class Writer(Protocol):
    """Writes sentences to order."""

    @property
    def name(self) -> str:
        """What to call it on a card."""
        ...

    def write(self, instructions: Sequence[str], *, seed: int, report: Report = silent) -> list[str]:
        """What it answers to each instruction, in their order, raw; equal instructions get different answers."""
        ...


class EmbeddedWriter:
    """The pristine embedded model as a writer; loaded at first use."""

    def __init__(self, subject: Subject | None = None) -> None:
        self._subject = subject
        """Used in place of the embedded model; must not be the model under inspection."""

    @property
    def name(self) -> str:
        """The model's name and that it is a copy."""
        return f"{self._model().name} (pristine copy)"

    def write(self, instructions: Sequence[str], *, seed: int, report: Report = silent) -> list[str]:
        """One short sampled answer to each instruction. Raises ModelError where the model cannot be loaded."""

        def relabelled(progress: Progress) -> None:
            report(Progress("writing sentences", progress.done, progress.total, "sentences"))

        answers = [""] * len(instructions)
        for index, generation in self._model(report).generate(
            instructions,
            max_new_tokens=MAX_NEW_TOKENS,
            temperature=TEMPERATURE,
            seed=seed,
            report=relabelled,
        ):
            answers[index] = generation.text
        return answers

    def _model(self, report: Report = silent) -> Subject:
        if self._subject is None:
            with _loading:
                self._subject = _pristine(report)
        return self._subject


def embedded_writer(report: Report = silent) -> EmbeddedWriter:
    """The embedded model, loaded and ready to write. Raises ModelError where it is not installed."""
    with _loading:
        return EmbeddedWriter(_pristine(report))


@cache
def _pristine(report: Report) -> "LanguageModel":
    from tools.models.load import EMBEDDED, load_model

    try:
        return load_model(EMBEDDED, dtype="bfloat16", report=report)
    except ModelError as error:
        raise ModelError(
            f"No writer is available, because the embedded model cannot be loaded: {error.message}",
            error.next_step,
        ) from error


_LIST_MARK = re.compile(
    r"^\s*(?:[-*•>]+|\(?\d{1,2}[.):]|[A-Za-z ]{0,30}sentence[^:\n]{0,40}:|\*\*[^*]*\*\*:?)\s*"
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")
_QUOTES = "\"'“”‘’*_` "
_META = re.compile(
    r"\b(?:as an? (?:ai|language model|assistant)|language model|sentence|the words? [\"'“‘]|here(?:'s| is| are)|"
    r"certainly|of course!|sure[,!]|i'?m sorry|i cannot|you (?:want|asked)|the (?:topic|prompt|instruction)|example)\b",
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
    if _META.search(sentence) or read_refusal(sentence).score >= 0.5:
        return "a refusal or talk about the task"
    return None
