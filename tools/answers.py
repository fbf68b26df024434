r"""Finds the final answer that a model's text gives, and the reasoning that stands beside it.

In this order, the first that is there:

1. the last `\boxed{...}`;
2. what stands after the last answer statement ("the answer is ...", "Answer: ...", "#### ..."), up to the end
   of its sentence; for a mathematical answer a statement without any digit or LaTeX command is passed over;
3. for a mathematical answer the last number of the text (numbers of steps and list items apart), read with
   the sentence it stands in, and for a verbal answer the last line.

A text may give several answers at once: two boxes in one line, or a box and a later answer statement. All of
them are returned, and whoever compares has to find every one of them right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

LONGEST_ANSWER = 200
"""Characters of a final answer that are read. Longer ones are cut at a blank."""

ENUMERATION = 4
"""Bare numbers in a row that make an enumeration."""


_LABEL = re.compile(
    r"^[ \t>#*-]*\d{1,2}[.):](?=[ \t]+\S)|\bstep[ \t]+\d{1,2}\b", re.IGNORECASE | re.MULTILINE
)


def without_labels(text: str) -> str:
    """`text` without the numbers of steps and list items ("Step 11:", "2. "), which are no results."""
    return _LABEL.sub(" ", text)


@dataclass(frozen=True)
class FinalAnswer:
    """What a text gives as its answer."""

    candidates: tuple[str, ...]
    """The answer as written; more than one where the text gives several at once."""
    stated_by: Literal["boxed", "statement", "last number", "last line"]
    reasoning: str
    """The text without its answer statement; the whole text where there is none."""


def find_final_answer(text: str, *, mathematical: bool) -> FinalAnswer | None:
    """The final answer of `text`, or None where it gives none. `mathematical`: a number or formula is expected."""
    statement = _last_statement(text, mathematical)
    boxes = _last_boxes(text)
    if boxes:
        given = [*boxes, statement] if statement and statement.start > boxes[-1].start else boxes
        return FinalAnswer(tuple(part.content for part in given), "boxed", _without(text, given))
    if statement:
        return FinalAnswer((statement.content,), "statement", _without(text, [statement]))
    return _last_number(text) if mathematical else _last_line(text)


@dataclass(frozen=True)
class _Part:
    """A piece of the text that gives an answer."""

    start: int
    end: int
    content: str


def _without(text: str, parts: Sequence[_Part]) -> str:
    for part in reversed(parts):
        text = f"{text[: part.start]}\n{text[part.end :]}"
    return text


_BOXED = re.compile(r"\\boxed\s*\{(?P<content>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\}){0,200})\}")

_STATEMENT = re.compile(
    r"\banswer(?:\s+(?:to|of|for)\s[^.:\n]{1,80}?)?[*_]*\s*"
    r"(?:\b(?:is|was|are|would be|will be|must be|should be)\b[*_]*:?|=|:)|####(?!#)",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"[\s*_`>\"“”]*")
_DISPLAY = re.compile(r"\$\$(.{1,200}?)\$\$|\\\[(.{1,200}?)\\\]", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?][*_)\"”]*(?=\s|$)(?!\s*=)|\n")
_MATHEMATICS = re.compile(r"[\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]|\\(?:frac|dfrac|tfrac|sqrt|pi)\b")
# "#### Step 2" is a heading; "#### 42" is an answer.
_AFTER_HASHES = re.compile(r"[-−+(]?\s*[$€£]?\s*(?:\d|\.\d|\\)")
_NUMBER = re.compile(r"\d")
_BARE_NUMBER = re.compile(r"[-−$€£\d.,%/ ]+")
_NEGATION = re.compile(r"not\b", re.IGNORECASE)


def _last_statement(text: str, mathematical: bool) -> _Part | None:
    for match in reversed(list(_STATEMENT.finditer(text))):
        begin = _skip(_DECORATION, text, match.end())
        end, content = _content(text, begin)
        unusable = (
            not content
            or _NEGATION.match(content)
            or (mathematical and not _MATHEMATICS.search(content))
            or (mathematical and match.group() == "####" and not _AFTER_HASHES.match(content))
        )
        if not unusable:
            return _Part(match.start(), end, content)
    return None


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _content(text: str, begin: int) -> tuple[int, str]:
    """End and text of the answer that begins at `begin`: a displayed formula, or up to the sentence's end."""
    display = _DISPLAY.match(text, begin)
    if display:
        return display.end(), f"${(display[1] or display[2]).strip()}$"
    found = _SENTENCE_END.search(text, begin)
    end = found.start() if found else len(text)
    return end, _shortened(text[begin:end].strip().rstrip("*_`"))


def _shortened(content: str) -> str:
    if len(content) <= LONGEST_ANSWER:
        return content
    head, blank, _ = content[: LONGEST_ANSWER + 1].rpartition(" ")
    # Without a blank the cut would change a number: better to have no answer than another one.
    return head if blank else ""


def _last_boxes(text: str) -> list[_Part]:
    """The last box with something in it, and those before it in its line."""
    boxes = [match for match in _BOXED.finditer(text) if match["content"].strip()]
    if not boxes:
        return []
    line_start = text.rfind("\n", 0, boxes[-1].start()) + 1
    return [
        _Part(box.start(), box.end(), _shortened(box["content"].strip()))
        for box in boxes
        if box.start() >= line_start
    ]


def _last_number(text: str) -> FinalAnswer | None:
    """The last sentence with a digit, or the enumeration that it ends. Comparing it reads its last number."""
    sentences = [part.strip() for part in _SENTENCE_END.split(without_labels(text)) if _NUMBER.search(part)]
    if not sentences:
        return None
    bare = list(takewhile(_BARE_NUMBER.fullmatch, reversed(sentences)))
    answer = ", ".join(reversed(bare)) if len(bare) >= ENUMERATION else sentences[-1]
    return FinalAnswer((_tail(answer),), "last number", text)


def _tail(sentence: str) -> str:
    if len(sentence) <= LONGEST_ANSWER:
        return sentence
    return sentence[-LONGEST_ANSWER - 1 :].partition(" ")[2]


def _last_line(text: str) -> FinalAnswer | None:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    return FinalAnswer((_tail(lines[-1].strip()),), "last line", "\n".join(lines[:-1]))
