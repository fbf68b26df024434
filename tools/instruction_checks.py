"""Instructions that a program can verify: each check says whether a text follows one, e.g. `no_commas`.

The idea of verifiable instructions is that of Zhou et al. (2023), "Instruction-Following Evaluation for Large
Language Models"; the checks are our own. White space around a text and markdown emphasis do not count for or
against it. Counts take `at_least` and `at_most`, both inclusive.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import JsonValue, ValidationError, validate_call

ABBREVIATIONS = r"\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|approx|no|inc|ltd|jr|sr|[a-z])\.$"
BULLET = r"(?m)^[ \t]*[-*•+–][ \t]+\S"
MARKS = " \t\n\r*_#`>~"


def check_instruction(name: str, text: str, arguments: Mapping[str, JsonValue]) -> bool:
    """Whether `text` follows the instruction called `name`. An empty text follows none.

    Raises ValueError for an unknown name and for arguments that the check does not take.
    """
    if name not in CHECKS:
        raise ValueError(f"there is no instruction check {name!r}")
    if "text" in arguments:
        raise ValueError(f"instruction check {name!r} takes no argument 'text'")
    if not text.strip():
        return False
    try:
        return _validated(name)(text, **arguments)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"instruction check {name!r}, argument {place!r}: {first['msg']}") from error


def word_count(text: str, *, at_least: int = 0, at_most: int | None = None) -> bool:
    """So many words; a contraction or hyphenated compound is one."""
    return _within(len(_words(text)), at_least, at_most)


def sentence_count(text: str, *, at_least: int = 0, at_most: int | None = None) -> bool:
    """So many sentences; abbreviations and decimal points end none, a line break ends one."""
    return _within(len(_sentences(text)), at_least, at_most)


def paragraph_count(text: str, *, at_least: int = 0, at_most: int | None = None) -> bool:
    """So many paragraphs, separated by blank lines; rulers (`***`, `---`) are none."""
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))
    return _within(sum(bool(re.search(r"\w", block)) for block in blocks), at_least, at_most)


def bullet_count(text: str, *, at_least: int = 0, at_most: int | None = None) -> bool:
    """So many lines that begin with a bullet (-, *, •, +)."""
    return _within(len(re.findall(BULLET, text)), at_least, at_most)


def numbered_list(text: str, *, length: int) -> bool:
    """Lines numbered 1 to `length` in order, as `1.` or `1)`, and no further ones."""
    numbers = [int(number) for number in re.findall(r"(?m)^[ \t*_]*(\d{1,3})[.)][ \t*_]+\S", text)]
    return numbers == list(range(1, length + 1))


def keyword_count(text: str, *, keyword: str, at_least: int = 1, at_most: int | None = None) -> bool:
    """The keyword so many times, as a whole word or phrase, in upper or lower case."""
    return _within(len(_occurrences(text, keyword)), at_least, at_most)


def avoids(text: str, *, keywords: list[str]) -> bool:
    """None of the keywords, as a whole word."""
    return not any(_occurrences(text, keyword) for keyword in keywords)


def letter_count(text: str, *, letter: str, at_least: int = 0, at_most: int | None = None) -> bool:
    """One letter so many times, in upper or lower case."""
    return _within(text.casefold().count(letter.casefold()), at_least, at_most)


def all_lowercase(text: str) -> bool:
    """Letters, and no capital among them."""
    return text.islower()


def all_uppercase(text: str) -> bool:
    """Letters, and all of them capitals."""
    return text.isupper()


def capital_words(text: str, *, at_least: int = 0, at_most: int | None = None) -> bool:
    """So many words of two or more letters in capitals."""
    shouted = [word for word in _words(text) if len(word) > 1 and word.isupper()]
    return _within(len(shouted), at_least, at_most)


def starts_with(text: str, *, phrase: str) -> bool:
    """The first words are the phrase, whatever its case."""
    return _joined(text).startswith(_joined(phrase))


def ends_with(text: str, *, phrase: str) -> bool:
    """The last words are the phrase, whatever its case and the punctuation after it."""
    return _joined(text).rstrip(".!?\"'”’ ").endswith(_joined(phrase).rstrip(".!?\"'”’ "))


def no_commas(text: str) -> bool:
    """No comma anywhere."""
    return not re.search("[,，、،]", text)


def no_digits(text: str) -> bool:
    """No digit anywhere."""
    return not re.search(r"\d", text)


def in_double_quotes(text: str) -> bool:
    """The whole text between double quotation marks, straight or curly, with something between them."""
    return bool(re.fullmatch(r'["“](?=.*\w).+["”]', text.strip(MARKS), re.DOTALL))


def title_in_angles(text: str) -> bool:
    """A title on one line in double angle brackets: <<title>>."""
    return bool(re.search(r"<<[^<>\n]*\w[^<>\n]*>>", text))


def json_object(text: str, *, keys: list[str]) -> bool:
    """Nothing but one JSON object, with exactly these keys; a code fence around it is allowed."""
    value = _json(text)
    return isinstance(value, dict) and sorted(value) == sorted(keys)


def json_list(text: str, *, length: int) -> bool:
    """Nothing but one JSON list of strings of this length; a code fence around it is allowed."""
    value = _json(text)
    return isinstance(value, list) and len(value) == length and all(isinstance(item, str) for item in value)


def all_of(text: str, *, checks: list[dict[str, Any]]) -> bool:
    """Every one of several checks, each as `{"check": name, "arguments": {...}}`."""
    results = []
    for each in checks:
        if not isinstance(each.get("check"), str) or not isinstance(each.get("arguments", {}), dict):
            raise ValueError("a part of all_of has a `check` and its `arguments`")
        if each["check"] == "all_of":
            raise ValueError("all_of takes no all_of as one of its checks")
        results.append(check_instruction(each["check"], text, each.get("arguments", {})))
    return bool(results) and all(results)


CHECKS: dict[str, Callable[..., bool]] = {
    function.__name__: function
    for function in (
        word_count,
        sentence_count,
        paragraph_count,
        bullet_count,
        numbered_list,
        keyword_count,
        avoids,
        letter_count,
        all_lowercase,
        all_uppercase,
        capital_words,
        starts_with,
        ends_with,
        no_commas,
        no_digits,
        in_double_quotes,
        title_in_angles,
        json_object,
        json_list,
        all_of,
    )
}


@cache
def _validated(name: str) -> Callable[..., bool]:
    """The check with its arguments' types enforced; built when needed, because building takes a millisecond each."""
    return validate_call(CHECKS[name])


def _within(count: int, at_least: int, at_most: int | None) -> bool:
    return at_least <= count and (at_most is None or count <= at_most)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’\-][^\W_]+)*", text)


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for line in text.splitlines():
        start = 0
        for end in re.finditer(r"[.!?…]+[\"'”’)*_]*(?=\s|$)", line):
            candidate = line[start : end.end()].strip()
            if end.end() < len(line) and re.search(ABBREVIATIONS, candidate.lower()):
                continue
            sentences.append(candidate)
            start = end.end()
        sentences.append(line[start:])
    return [sentence for sentence in sentences if re.search(r"[^\W\d_]", sentence)]


def _occurrences(text: str, keyword: str) -> list[str]:
    return re.findall(rf"(?<!\w){re.escape(keyword.strip())}(?!\w)", text, re.IGNORECASE)


def _joined(text: str) -> str:
    """For comparing beginnings and ends: one space between words, straight quotes, no emphasis, case folded."""
    plain = re.sub(r"[*_`]+", "", text.strip(MARKS)).translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(plain.split()).casefold()


def _json(text: str) -> object:
    fenced = re.fullmatch(r"```(?:json)?\s*\n(.*)\n\s*```", text.strip(), re.DOTALL | re.IGNORECASE)
    try:
        return json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):  # thousands of nested brackets are no answer either
        return None
