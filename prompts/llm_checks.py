"""What a written draft has to pass before it becomes a case: form, plain text, no repeats, no answer inside, an
answer that holds when it is worked out again."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from prompts.instructions import filled
from prompts.llm_draft import Draft
from prompts.llm_forms import NUMERIC, Behaviour, Worked
from prompts.rejections import RejectedDraft, rejected_draft
from prompts.worked_steps import number, numbers_in
from prompts.writer import META
from prompts.written_json import items_in
from tools.answer_equality import is_mathematical, judge
from tools.answers import find_final_answer
from tools.models.embeddings import embed as minilm

if TYPE_CHECKING:
    import numpy as np

Embed = Callable[[Sequence[str]], "np.ndarray"]
Ask = Callable[[str], str]
"""Puts a prompt to the writer and gives its raw answer."""

TOO_ALIKE = 0.9
"""Cosine similarity of sentence embeddings from which on two prompts are one.

Measured with all-MiniLM-L6-v2: problems that differ in their numbers only have 0.83 to 0.98, questions that differ in
one name 0.88, different problems about train schedules at most 0.71.
"""

NOT_IN_FORM = "not in the form asked for"
NOT_PLAIN = "not plain text, or talk about the task"
DUPLICATE = "a duplicate"
NEAR_DUPLICATE = "too like another prompt"
ANSWER_INSIDE = "the answer stands in the prompt"
OTHER_ANSWER = "the answer was another when asked again"
NO_ANSWER = "the answer could not be worked out again"


class Checked:
    """The drafts of one suite that passed so far, and those that did not."""

    def __init__(self, form: type[Draft], embed: Embed = minilm) -> None:
        self.form = form
        self.rejected: list[RejectedDraft] = []
        self._embed = embed
        self._seen: set[str] = set()
        self._vectors: list[np.ndarray] = []

    def take(self, written: Iterable[Any], ask: Ask) -> list[Draft]:
        """Those of the items of a raw answer that pass; `ask` is the writer, who has to answer the same again."""
        fit = [draft for item in written if (draft := self._fit(item)) is not None]
        again = _asked_again(fit, ask)
        return [
            draft
            for place, draft in enumerate(fit)
            if self._holds(draft, again.get(place)) and self._is_new(draft)
        ]

    def _reject(self, draft: Draft | object, reason: str) -> None:
        text = draft.text if isinstance(draft, Draft) else repr(draft)
        self.rejected.append(rejected_draft(text, reason))

    def _fit(self, item: Any) -> Draft | None:
        """The draft, where it is sound by itself."""
        try:
            draft = self.form.model_validate(item)
        except (ValidationError, RecursionError):
            self._reject(item, NOT_IN_FORM)
            return None
        reason = self._repeated(draft) or _hygiene(draft) or _gives_away(draft) or draft.fault()
        if reason:
            self._reject(draft, reason)
            return None
        return draft

    def _repeated(self, draft: Draft) -> str | None:
        plain = " ".join(draft.text.casefold().split())
        if plain in self._seen:
            return DUPLICATE
        self._seen.add(plain)
        return None

    def _holds(self, draft: Draft, again: str | None) -> bool:
        if draft.question is None:
            return True
        if again is None:
            self._reject(draft, NO_ANSWER)
            return False
        if not _same_answer(draft, again):
            self._reject(draft, OTHER_ANSWER)
            return False
        return True

    def _is_new(self, draft: Draft) -> bool:
        vector = self._embed([draft.text])[0]
        if any(float(vector @ other) >= TOO_ALIKE for other in self._vectors):
            self._reject(draft, NEAR_DUPLICATE)
            return False
        self._vectors.append(vector)
        return True


def _hygiene(draft: Draft) -> str | None:
    text = draft.text
    printable = all(character.isprintable() or character in "\n\t" for character in text)
    return None if printable and not META.search(text) else NOT_PLAIN


def _gives_away(draft: Draft) -> str | None:
    answer = draft.answer_in_words
    if answer is None:
        return None
    value = number(answer)
    if value is not None and NUMERIC.fullmatch(answer):
        return ANSWER_INSIDE if abs(value) in numbers_in(draft.text) else None
    found = re.search(rf"(?<!\w){re.escape(answer.casefold())}(?!\w)", draft.text.casefold())
    return ANSWER_INSIDE if found else None


def _asked_again(drafts: Sequence[Draft], ask: Ask) -> dict[int, str]:
    """What the writer answers to the questions alone, by the draft's place; what it leaves out is not there."""
    asked = [(place, draft.question) for place, draft in enumerate(drafts) if draft.question is not None]
    if not asked:
        return {}
    questions = "\n".join(
        f"{position + 1}. {' '.join(question.split())}" for position, (_, question) in enumerate(asked)
    )
    answers: dict[int, str] = {}
    for item in items_in(ask(filled("answer_again", questions=questions)), "answers"):
        if not isinstance(item, dict):
            continue
        position, answer = item.get("number"), item.get("answer")
        if isinstance(position, int) and 1 <= position <= len(asked) and answer is not None:
            answers.setdefault(asked[position - 1][0], str(answer).strip())
    return answers


def _same_answer(draft: Draft, again: str) -> bool:
    wanted = str(getattr(draft, "answer", ""))
    if isinstance(draft, Worked):
        found = find_final_answer(f"The answer is {again}", mathematical=is_mathematical(wanted))
        return found is not None and judge(wanted, found).right
    if isinstance(draft, Behaviour):
        return again.casefold().strip(" .") == wanted
    return _bare(again) == _bare(wanted)


def _bare(text: str) -> str:
    return re.sub(r"^(?:the|an?) ", "", " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split()))
