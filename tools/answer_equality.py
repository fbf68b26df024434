r"""Decides whether a final answer is the right one: formulas with `math-verify`, words by a normalised comparison.

A target is mathematical where it is a number, a fraction, a plain calculation or LaTeX, with or without a unit
("1,200", "-3/4", "18 dollars", "20%", "\frac{1}{2}"); everything else ("Yes", "north", "7:15", "3 km north") is
words.

A mathematical answer that names two different numbers as alternatives or in a list ("5 or 6", "4, 5, 6")
contradicts itself and is wrong; one that is unsafe to evaluate is wrong too, with that note.

Words are compared without case, markup, punctuation, blanks and leading fillers ("the", "to the", "facing").
An answer may go on after a comma or "because" with a clause of at least two words; a list of words or an "or"
is no answer. For yes and no the first word counts, unless the other one follows.
"""

import re
import unicodedata
from dataclasses import dataclass

from tools.answers import FinalAnswer
from tools.formulas import NUMBER, NotEvaluatedError, equal_formulas, names_several


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and why not where the reason is another than a different value."""

    right: bool
    note: str | None = None


def is_mathematical(target: str) -> bool:
    """Whether `target` is compared by math-verify rather than as words."""
    return "\\" in target or (_NUMERIC.fullmatch(target.strip()) is not None and not _NO_UNIT.search(target))


def judge(target: str, answer: FinalAnswer) -> Verdict:
    """Compare an answer with `target`: right only where everything that was given as the answer is right."""
    compare = _compare_formulas if is_mathematical(target) else _compare_words
    verdicts = [compare(target, candidate, answer.stated_by) for candidate in answer.candidates]
    wrong = next((verdict for verdict in verdicts if not verdict.right), None)
    if wrong and any(verdict.right for verdict in verdicts):
        return Verdict(False, "the answer contradicts itself: it is given twice, differently")
    return wrong or Verdict(True)


_UNIT = r"(?:%|[a-zA-Z]{1,12}(?: [a-z]{1,12}){0,2})"
_NUMERIC = re.compile(
    rf"[-−+(]*\s*[$€£]?\s*{NUMBER}(?:\s*[-−+*/^×÷()]+\s*[$€£]?\s*{NUMBER})*\)*\s*{_UNIT}?\.?"
)
_NO_UNIT = re.compile(
    r"\b(?:north|south|east|west|left|right|up|down|above|below|am|pm|ad|bc)", re.IGNORECASE
)

_DENIED = re.compile(r"(?:\bnot|n't)\s+[$€£]?-?\d", re.IGNORECASE)


def _compare_formulas(target: str, candidate: str, stated_by: str) -> Verdict:
    if names_several(candidate):
        return Verdict(False, "the answer contradicts itself: it names several numbers")
    if _DENIED.search(candidate):
        return Verdict(False, "the answer says what it is not")
    try:
        return Verdict(equal_formulas(target, candidate, anchored=stated_by != "last number"))
    except NotEvaluatedError as obstacle:
        return Verdict(False, f"the answer was not evaluated: {obstacle}")


_FILLERS = re.compile(
    r"the|an?|that|its?|is|to|in|at|on|of|definitely|therefore|thus|so|clearly|then|now|still|facing|heading|option"
)
_OPPOSITE = {"yes": "no", "no": "yes"}
_GOES_ON = re.compile(r"\s*(?:[,;:.(\-–—)]\s|\)|\.$|\b(?:because|since|as)\b)\s*", re.IGNORECASE)
_JOINS = frozenset({"or", "and", "nor", "not", "either", "neither"})


def _compare_words(target: str, candidate: str, stated_by: str) -> Verdict:
    wanted = _words(target)
    given = _words(candidate)
    if not wanted:
        return Verdict(False, "the target has no words")
    if _joined(given) == _joined(wanted):
        return Verdict(True)
    if len(wanted) == 1 and wanted[0] in _OPPOSITE:
        return Verdict(given[:1] == wanted and _OPPOSITE[wanted[0]] not in given)
    if "or" in given:
        return Verdict(False, "the answer contradicts itself: it names alternatives")
    head = _GOES_ON.split(candidate, maxsplit=1)[0]
    if _joined(_words(head)) == _joined(wanted):
        clauses = re.split("[,;&]", candidate[len(head) :])[1:]
        is_list = any(len(clause.split()) < 2 for clause in clauses)
        return Verdict(not is_list, "the answer contradicts itself: it is a list" if is_list else None)
    return Verdict(stated_by == "last line" and _ends_with(candidate, given, wanted))


def _ends_with(candidate: str, given: list[str], wanted: list[str]) -> bool:
    """Whether a closing sentence ends with the answer, and not with a list or a denial of it."""
    before = given[: -len(wanted)]
    single = "," not in candidate[-len(" ".join(wanted)) - 4 :]
    return given[-len(wanted) :] == wanted and single and not (before and before[-1] in _JOINS)


def _words(text: str) -> list[str]:
    text = re.sub(r"\\(?:text|textbf|mathrm|mbox)\s*\{([^{}]*)\}", r"\1", unicodedata.normalize("NFKC", text))
    words = re.findall(r"\w+", text.casefold().replace("'", "").replace("’", ""))
    while len(words) > 1 and _FILLERS.fullmatch(words[0]):
        words = words[1:]
    return words


def _joined(words: list[str]) -> str:
    """Words without blanks, so that "north-east" and "northeast" are equal."""
    return "".join(words)
