"""Sentences without a model: neutral ones, and the words of a label placed into frames that take their class."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from prompts._label import Label, is_affix, pattern_of
from tools.models.embeddings import model_folder

T = TypeVar("T")
FOLDER = Path(__file__).parent / "contrast_data"

WORDS_WITH_A_PART = 10
"""For a part of a word (`-tion`), so many words that have it are placed into frames."""
OPENERS = (
    "As far as I know,",
    "To be honest,",
    "In the second chapter,",
    "According to my cousin,",
    "A few years ago,",
    "If I remember rightly,",
    "As so often,",
    "Strange as it sounds,",
)
"""Go before any sentence, so that there are fresh ones when the plain ones are used up."""

_ENDINGS = (
    ("ing", "gerund"),
    ("ed", "past"),
    ("ly", "adverb"),
    ("ous", "adjective"),
    ("ful", "adjective"),
    ("ive", "adjective"),
    ("able", "adjective"),
    ("ible", "adjective"),
    ("less", "adjective"),
    ("ish", "adjective"),
    ("ic", "adjective"),
    ("ise", "verb"),
    ("ize", "verb"),
    ("ify", "verb"),
    ("ness", "noun"),
    ("ss", "noun"),
    ("us", "noun"),
    ("is", "noun"),
    ("s", "plural"),
)
_WORDS = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")
_SHORTEST_WITH_ENDING = 5
"""Below that many letters an ending says little: `king`, `bed`, `fly`, `gas`."""


@cache
def neutral_sentences() -> dict[str, tuple[str, ...]]:
    """Plain sentences on everyday matters, by topic."""
    return _read("neutral.json")


@cache
def frames() -> dict[str, tuple[str, ...]]:
    """Sentences with a `{w}` that takes any word of their class."""
    return _read("frames.json")


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Common words by class."""
    return _read("words.json")


@cache
def common_words() -> tuple[str, ...]:
    """English words of five letters or more, roughly by how common they are: the embedding model's vocabulary."""
    vocabulary = (model_folder() / "vocab.txt").read_text(encoding="utf-8").split()
    return tuple(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 4)


def word_class(word: str) -> str:
    """The class of frames that take a word, by a list of common words, then by its form; a noun where unclear.

    `any` (frames that quote the word) for what is no word, and for function words.
    """
    if not _WORDS.fullmatch(word):
        return "any"
    for name, members in words().items():
        if word in members or word.lower() in members:
            return name
    if any(character.isdigit() for character in word):
        return "number" if word.isdigit() else "any"
    if len(word) < 3 or "'" in word or (word == word.lower() and _is_function_word(word)):
        return "any"
    if word[0].isupper():
        return "name"
    if len(word) >= _SHORTEST_WITH_ENDING:
        for ending, name in _ENDINGS:
            if word.endswith(ending):
                return name
    return "noun"


def fill(frame: str, word: str) -> str:
    """The frame with the word in its place, `a` or `an` and the capital at the beginning put right."""
    if word[:1].lower() in "aeiou":
        frame = re.sub(r"\b([Aa]) (?=\{w\})", r"\1n ", frame)
    return frame.replace("{W}", word[:1].upper() + word[1:]).replace("{w}", word)


def positives(label: Label, generator: random.Random) -> Iterator[str]:
    """Sentences with the label's words, each word in turn, in random order: everyday ones, frames, longer frames."""
    shuffled = {kind: _shuffled(members, generator) for kind, members in frames().items()}
    n = len(label.words)
    dealt = [{kind: _dealt(members, i, n) for kind, members in shuffled.items()} for i in range(n)]
    plain = list(
        _in_turn([_sentences_with(*pair, generator) for pair in zip(label.words, dealt, strict=True)])
    )
    yield from plain
    for sentence in plain:
        yield _opened(generator.choice(OPENERS), sentence)


def negatives(generator: random.Random) -> Iterator[str]:
    """All neutral sentences, the topics in turn."""
    topics = [_shuffled(sentences, generator) for sentences in neutral_sentences().values()]
    yield from _in_turn(_shuffled(topics, generator))


def near_negatives(label: Label, generator: random.Random) -> Iterator[str]:
    """The frames that `positives` uses, with other words of the same class in them."""
    for word in label.words:
        kind = word_class(word)
        if kind in words():
            for frame in _shuffled(frames()[kind], generator):
                for other in generator.sample(words()[kind], 5):
                    yield fill(frame, other)


def _sentences_with(word: str, own_frames: dict[str, list[str]], generator: random.Random) -> list[str]:
    pattern = pattern_of(word)
    everyday = [sentence for topic in neutral_sentences().values() for sentence in topic]
    found = [sentence for sentence in everyday if pattern.search(sentence)]
    if is_affix(word):
        fitting = [each for each in common_words() if pattern.search(each)][:WORDS_WITH_A_PART]
        filled = [fill(frame, each) for each in fitting for frame in own_frames[word_class(each)]]
        filled = _shuffled(filled, generator)
    else:
        filled = [fill(frame, word) for frame in own_frames[word_class(word)]]
    return _shuffled(found, generator) + filled


def _dealt(members: list[str], index: int, n: int) -> list[str]:
    """Frames in the order in which the word at `index` of n takes them: other words take others at the same time."""
    size = len(members)
    return [members[(place + place // size) % size] for place in range(index, size * n, n)]


def _opened(opener: str, sentence: str) -> str:
    first = sentence.split(maxsplit=1)[0]
    keeps_capital = first in (*words()["name"], "I", "I'll")
    return f"{opener} {sentence if keeps_capital else sentence[0].lower() + sentence[1:]}"


def _is_function_word(word: str) -> bool:
    """Whether a word is so common in everyday sentences that a noun's frames would not take it."""
    return (
        sum(word in sentence.lower().split() for topic in neutral_sentences().values() for sentence in topic)
        >= 4
    )


def _in_turn(sources: list[list[str]]) -> Iterator[str]:
    """First of each, second of each, and so on."""
    for row in zip_longest(*sources):
        yield from (sentence for sentence in row if sentence is not None)


def _shuffled(items: Sequence[T], generator: random.Random) -> list[T]:
    return generator.sample(list(items), len(items))


def _read(name: str) -> dict[str, tuple[str, ...]]:
    content = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return {key: tuple(values) for key, values in content.items()}
