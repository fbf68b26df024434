"""Requests in German, French, Spanish, Italian and Portuguese, put into English word by word."""

import re
from functools import cache

from agent.planner.catalogue import table
from agent.planner.quotes import blank, quoted_spans

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ELIDED = re.compile(r"\b(?:l|d|qu|j|n|s|c|un|dell|all|nell|sull)'(?=\w)", re.IGNORECASE)
_ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "of",
        "and",
        "it",
        "at",
        "on",
        "how",
        "what",
        "which",
        "with",
        "this",
        "that",
        "to",
        "for",
        "its",
        "does",
        "do",
        "did",
        "can",
        "my",
        "me",
        "show",
        "run",
        "was",
        "be",
        "you",
        "i",
        "a",
        "in",
        "as",
        "an",
        "by",
        "from",
        "model",
        "feature",
    ]
)


def language(text: str) -> str | None:
    """The language of a request other than English, as a key of the table; None for English."""
    words = [word.lower() for word in _WORD.findall(_ELIDED.sub("", blank(text, quoted_spans(text))))]
    english = sum(word in _ENGLISH for word in words)
    counts = {
        name: sum(
            1 if len(word) > 2 or word not in _ENGLISH else 0.5
            for word in words
            if word in _single_words(name)
        )
        for name in table("languages")
    }
    best = max(counts, key=lambda name: counts[name])
    telling = sum(word in _single_words(best) and word not in _ENGLISH | _LIKE_ENGLISH for word in words)
    return best if telling and counts[best] > english and counts[best] >= 0.3 * len(words) else None


_LIKE_ENGLISH = frozenset(
    [
        "compare",
        "prompts",
        "test",
        "teste",
        "as",
        "no",
        "so",
        "do",
        "son",
        "fort",
        "bass",
        "questions",
        "charge",
        "carte",
        "prova",
        "solo",
        "todo",
        "mates",
        "me",
        "or",
        "pas",
        "son",
        "des",
        "mal",
        "male",
        "de",
        "la",
        "le",
        "un",
        "en",
        "es",
        "si",
        "au",
        "du",
        "con",
        "come",
        "sin",
        "con",
        "die",
        "der",
        "den",
        "bei",
        "im",
        "am",
        "exercises",
        "execute",
        "salve",
        "carta",
        "file",
        "index",
        "cards",
        "mach",
        "i",
        "e",
        "o",
        "a",
        "y",
        "are",
        "in",
        "on",
    ]
)


def in_english(text: str) -> str:
    """`text` with the words of another language replaced by English ones; English text comes back as it is."""
    name = language(text)
    if name is None:
        return text
    quoted = quoted_spans(text)
    gloss = table("languages")[name]

    def replace(match: re.Match[str]) -> str:
        if any(a <= match.start() < b for a, b in quoted):
            return match.group()
        return str(gloss[match.group().lower()])

    spaced = _ELIDED.sub("", text) if not quoted else text
    return " ".join(_phrases(name).sub(replace, spaced).split())


@cache
def _phrases(name: str) -> re.Pattern[str]:
    longest_first = sorted(table("languages")[name], key=len, reverse=True)
    return re.compile(
        rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/-]|\.\w)", re.IGNORECASE
    )


@cache
def _single_words(name: str) -> frozenset[str]:
    return frozenset(word for phrase in table("languages")[name] for word in phrase.split())
