"""What a feature's label says: the words that it lists or speaks of, and whether sentences can be written for it."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.errors import SuiteError

LONGEST = 400
WORDS_IN_AN_ITEM = 2
"""A list's items are words or pairs of words; anything longer is a description."""

_QUOTED = re.compile(r"[\"“”'‘’`«»]([^\"“”'‘’`«»]{1,30})[\"“”'‘’`«»](?!\w)")
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

    def uses(self, sentence: str) -> bool:
        """Whether a sentence has one of the words, in this or an inflected form."""
        return any(pattern_of(word).search(sentence) for word in self.words)


def read_label(text: str) -> Label:
    """Read a label. Raises SuiteError for one that is empty, too long, or in another language than English."""
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not label:
        raise SuiteError("The label is empty.", "Give the feature a label first.")
    if len(label) > LONGEST:
        raise SuiteError(
            f"The label has {len(label):,} characters; a label has at most {LONGEST}.", "Shorten it."
        )
    quoted = [item.strip() for item in _QUOTED.findall(label) if item.strip()]
    items = quoted or [item for item in _SEPARATOR.split(label) if item] or [label]
    is_list = bool(quoted) or (
        (len(items) > 1 or " " not in label) and all(len(item.split()) <= WORDS_IN_AN_ITEM for item in items)
    )
    if _is_foreign(label, is_list):
        raise SuiteError(
            f"The label {_short(label)!r} is not in English, and contrast sentences are written in English.",
            "Give the feature an English label.",
        )
    if is_list:
        return Label(label, _unique(items), is_list=True)
    words = [
        word for word in _WORD.findall(label) if word.lower() not in _words("plain") | _words("talk_of_text")
    ]
    if not words:
        raise SuiteError(
            f"The label {_short(label)!r} names nothing that a sentence could be about.",
            "Give the feature a label that does.",
        )
    return Label(label, _unique(words), is_list=False)


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
    if not _WORD.search(word):
        return re.compile(re.escape(word))
    if word.startswith(("-", "‑", "##")):
        return re.compile(rf"\w{re.escape(word.lstrip('-‑#'))}(?!\w)", re.IGNORECASE)
    if word.endswith(("-", "‑")):
        return re.compile(rf"(?<!\w){re.escape(word.rstrip('-‑'))}\w", re.IGNORECASE)
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


@cache
def _words(kind: str) -> frozenset[str]:
    """Words that say nothing of what a label describes (`plain`, `talk_of_text`), or that English lacks (`foreign`)."""
    file = Path(__file__).parent / "contrast_data" / "label_words.json"
    return frozenset(json.loads(file.read_text(encoding="utf-8"))[kind])


def _unique(words: list[str]) -> tuple[str, ...]:
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]


def _short(label: str) -> str:
    return label if len(label) <= 60 else label[:57] + "..."
