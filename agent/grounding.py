"""Two or three sentences on what a card shows, by a language model, with every number checked against the card.

The model sees names and numbers, never outputs. A sentence may use a number where the card has it, as it stands
there or rounded, and, where the sentence names capabilities, sub-types or benchmarks, where it belongs to one of
these or to the card as a whole. One number that is not there, and the whole text is dropped for a plain account.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Sequence

from agent.card_account import plain_account
from agent.card_figures import Figure, figures, figures_of, names_in
from agent.endpoint import Endpoint, EndpointError
from prompts.instructions import filled
from sessions.card import Card

MOST_CARDS = 3
LONGEST = 1_200
MOST_SENTENCES = 7
MAX_TOKENS = 400

_CONFIDENCE = re.compile(r"95(?:\s?%|[ -]per ?cent)(?= (?:confidence )?(?:interval|CI)\b)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])([-−]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(\s?%| per ?cent\b)?|\d")
_WORDS = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
"""Without "one", which is mostly no number."""
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_RECKONED = re.compile(
    r"\b(?:half|halves|twice|thrice|doubl\w+|tripl\w+|quarters?|thirds|dozens?|thousands?|millions?|\w+fold)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\w://|\bwww\.|\]\(|[<>`|]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'])")


def grounded_answer(cards: Sequence[Card], request: str, llm: Endpoint) -> str:
    """What the cards show: the model's text where all of it is on the cards, else the plain account and why."""
    told = figures_of(cards)
    prompt = filled("grounded_answer", request=json.dumps(request[:1_000]), figures=json.dumps(told))
    try:
        reply = llm.ask([{"role": "user", "content": prompt}], max_tokens=MAX_TOKENS)
    except EndpointError as error:
        return f"{plain_account(cards)} ({error.message})"
    text = " ".join(reply.text.split())
    fault = "no whole text" if reply.calls or not reply.complete or not text else unfounded(text, told)
    if fault is None:
        return text
    return f"{plain_account(cards)} (Written from the card: the text of {llm.name} was dropped for {fault}.)"


def unfounded(text: str, told: Sequence[object]) -> str | None:
    """What in a text is not in `figures_of` the cards, in words; None where all of it is."""
    if len(text) > LONGEST or _LINK.search(text):
        return "its form"
    sentences = _SENTENCE_END.split(text)
    if len(sentences) > MOST_SENTENCES:
        return "its length"
    known = list(figures(list(told)))
    names = sorted(set(names_in(list(told))), key=len, reverse=True)
    for sentence in sentences:
        fault = _unfounded_in(sentence, known, names)
        if fault is not None:
            return fault
    return None


def _unfounded_in(sentence: str, known: Sequence[Figure], names: Sequence[str]) -> str | None:
    named = {name for name in names if _named(name).search(sentence)}
    belonging = {name for figure in known for name in figure.belongs_to}
    meant = named & belonging
    values = [
        figure.value for figure in known if not meant or not figure.belongs_to or figure.belongs_to & meant
    ]
    rest = _CONFIDENCE.sub(" ", sentence).replace("pass@1", " ")
    for name in names:  # the longest first
        rest = _named(name).sub(" ", rest)
    reckoned = _RECKONED.search(rest)
    if reckoned:
        return f"{reckoned.group()!r}, which it reckoned itself"
    odd = next((c for c in rest if unicodedata.numeric(c, None) is not None and not ("0" <= c <= "9")), None)
    if odd is not None:
        return f"the number {odd!r}"
    for match in _NUMBER.finditer(rest):
        if match[2] is None or not _is_there(match[2], bool(match[1]), match[3] is not None, values):
            return f"the number {match.group().strip()}, which the card does not have there"
    for match in _WORD.finditer(rest):
        if _WORDS[match.group().casefold()] not in values:
            return f"the number {match.group()!r}, which the card does not have there"
    return None


def _is_there(written: str, negative: bool, percent: bool, values: Collection[float]) -> bool:
    """Whether one of the values reads like this when it is rounded to as many decimals as are written."""
    plain = written.replace(",", "")
    decimals = len(plain.partition(".")[2])
    number = float(plain)
    for value in values:
        for shown in (value, 100 * value) if percent and abs(value) <= 1 else (value,):
            if negative and shown > 0:
                continue
            # Half a unit of the last place, both ways of rounding a tie included.
            if abs(abs(shown) - number) <= 0.5 * 10.0**-decimals + 1e-9 and (
                decimals or _may_be_whole(shown)
            ):
                return True
    return False


def _may_be_whole(value: float) -> bool:
    """0.62 is not said as 1."""
    return abs(value) >= 1 or value == 0


def _named(name: str) -> re.Pattern[str]:
    """A name as it may stand in prose: `cot_math`, `cot math`."""
    spelled = re.escape(name.casefold()).replace("_", "[_ -]")
    return re.compile(rf"(?<!\w){spelled}(?!\w)", re.IGNORECASE)
