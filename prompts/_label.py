"""What a feature's label says: the words that it lists or speaks of, and whether sentences can be written for it."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.errors import SuiteError

LONGEST = 400
WHITE_SPACE = ("newline", "blank line", "tab", "space")
"""Names of tokens that can be seen on no line."""

_QUOTED = re.compile(r"(?<!\w)[\"“‘'`«]([\w-](?:[^\"“”‘’'`«»]{0,28}[\w-])?)[\"”’'`»](?!\w)")
_SEPARATOR = re.compile(r"\s*(?:[,;|/]|\s(?:and|or|&)\s)\s*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Label:
    """A label, read."""

    text: str
    words: tuple[str, ...]
    """What it lists (`president, pope`), else the words of its description that carry meaning."""
    is_list: bool
    """Whether it lists words or tokens; a sentence then implies it by using one of them."""

    def is_met_by(self, sentence: str) -> bool:
        """Whether a sentence has one of the words just as it is, but for capitals."""
        return any(exact_pattern_of(word).search(sentence) for word in self.words)

    def uses(self, sentence: str) -> bool:
        """Whether a sentence has one of the words, in this or an inflected form."""
        return any(pattern_of(word).search(sentence) for word in self.words)


def read_label(text: str, examples: Sequence[str] = ()) -> Label:
    """Read a label. Raises SuiteError for one that is empty, too long, or in another language than English.

    `examples`: texts with the token in «», from which a listed word takes its capitals.
    """
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not label:
        raise SuiteError("The label is empty.", "Give the feature a label first.")
    if len(label) > LONGEST:
        raise SuiteError(
            f"The label has {len(label):,} characters; a label has at most {LONGEST}.", "Shorten it."
        )
    quoted = [item.strip() for item in _QUOTED.findall(label) if item.strip()]
    # A list of tokens may hold the very signs that separate one.
    parts = label.split(", ") if ", " in label else _SEPARATOR.split(label)
    items = quoted or [item for item in parts if item] or [label]
    is_list = bool(quoted) or all(_is_item(item) for item in items)
    if _is_foreign(label, is_list):
        raise SuiteError(
            f"The label {_short(label)!r} is not in English, and contrast sentences are written in English.",
            "Give the feature an English label.",
        )
    if is_list:
        words = [_as_spelt(item, examples) for item in items if item not in WHITE_SPACE]
        if not words:
            raise SuiteError(
                f"The label {label!r} means white space, and contrast sentences stand on one line each.",
                "Read the feature's purity and MUI instead.",
            )
        return Label(label, _unique(words), is_list=True)
    words = [
        word for word in _WORD.findall(label) if word.lower() not in _words("plain") | _words("talk_of_text")
    ]
    if not words:
        raise SuiteError(
            f"The label {_short(label)!r} names nothing that a sentence could be about.",
            "Give the feature a label that does.",
        )
    return Label(label, _unique(words), is_list=False)


def _as_spelt(word: str, examples: Sequence[str]) -> str:
    """A listed word with the capitals that it mostly has where examples mark it."""
    marked = [token.strip() for example in examples for token in re.findall(r"«([^»]*)»", example)]
    spellings = Counter(token for token in marked if token.casefold() == word.casefold())
    return spellings.most_common(1)[0][0] if spellings else word


def is_affix(word: str) -> bool:
    """Whether a word of a label is an ending (`-ing`) or a beginning (`un-`)."""
    return len(word) > 2 and (word.startswith("-") or word.endswith("-"))


def exact_pattern_of(word: str) -> re.Pattern[str]:
    if not _WORD.search(word):
        return re.compile(re.escape(word))
    before = r"\w" if is_affix(word) and word.startswith("-") else r"(?<!\w)"
    after = r"\w" if is_affix(word) and word.endswith("-") else r"(?!\w)"
    return re.compile(before + re.escape(word.strip("-")) + after, re.IGNORECASE)


def _is_foreign(label: str, is_list: bool) -> bool:
    """Whether a label is in another script, or a description in another language, as far as function words show.

    A list may well hold Latin words of any language: a feature can fire on `der, die, das`.
    """
    if any(not unicodedata.name(letter, "").startswith("LATIN") for letter in label if letter.isalpha()):
        return True
    words = _WORD.findall(label)
    foreign = sum(word in _words("foreign") for word in words)
    return not is_list and foreign > 0 and foreign >= sum(word in _words("plain") for word in words)


def pattern_of(word: str) -> re.Pattern[str]:
    """Finds a word of a label in a sentence with its inflections; `-ing` finds endings, `un-` beginnings."""
    if not _WORD.search(word) or is_affix(word):
        return exact_pattern_of(word)
    if len(word) < 4 or not word[-1].isalpha():
        return re.compile(rf"(?<!\w){re.escape(word)}(?:'s|s|es)?(?!\w)", re.IGNORECASE)
    if word.endswith("y"):
        return re.compile(
            rf"(?<!\w){re.escape(word[:-1])}(?:y|ies|ied|ying|ier|iest|ily)(?:'s|s)?(?!\w)", re.IGNORECASE
        )
    stem, last = (word[:-1], word[-2]) if word.endswith("e") else (word, word[-1])
    doubled = rf"{re.escape(last)}?" if last.isalpha() else ""
    endings = "(?:e|es|ed|er|ers|est|ing|ings|ly|s)?(?:'s)?"
    return re.compile(rf"(?<!\w){re.escape(stem)}{doubled}{endings}(?!\w)", re.IGNORECASE)


def _is_item(item: str) -> bool:
    """A word, or a name of two (`New York`); other pairs of words describe something."""
    words = item.split()
    return len(words) == 1 or (len(words) == 2 and all(word[0].isupper() for word in words))


@cache
def _words(kind: str) -> frozenset[str]:
    """Words that say nothing of what a label is about (`plain`, `talk_of_text`), or are no English (`foreign`)."""
    file = Path(__file__).parent / "contrast_data" / "label_words.json"
    return frozenset(json.loads(file.read_text(encoding="utf-8"))[kind])


def _unique(words: list[str]) -> tuple[str, ...]:
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]


def _short(label: str) -> str:
    return label if len(label) <= 60 else label[:57] + "..."
