"""Requests in other languages, put into English word by word."""

import re
from functools import cache, lru_cache

from agent.planner.catalogue import table
from agent.planner.quotes import blank, quoted_spans

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ELIDED = re.compile(r"\b(?:l|d|qu|j|n|s|c|un|dell|all|nell|sull)'(?=\w)", re.IGNORECASE)
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]{2}")),
)
"""Languages that are told by their letters; Japanese before Chinese, as it uses Chinese characters too."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]+")
_VERB_FINAL = frozenset(["ja", "ko", "tr"])
_FINAL_VERB = re.compile(
    r"^(?P<rest>.+?) (?P<verb>load|open|export|save|compare|explain|show|undo|test|run|evaluate|measure|check)"
    r"(?P<end>(?: please| again)*[\s.!?。]*)$"
)


@lru_cache(maxsize=256)
def language(text: str) -> str | None:
    """The language of a request other than English, as a key of the table; None for English."""
    visible = blank(text, quoted_spans(text))
    for name, letters in _SCRIPTS:
        if letters.search(visible):
            return name
    words = [_folded(word) for word in _WORD.findall(_ELIDED.sub("", visible))]
    english = sum(word in _english() for word in words)
    counts = {
        name: sum(1 if len(word) > 2 or word not in _english() else 0.5 for word in words if _has(name, word))
        for name in table("languages")
    }
    best = max(counts, key=lambda name: counts[name])
    telling = sum(
        _has(best, word) and word not in _english() and word not in _like_english() for word in words
    )
    return best if telling and counts[best] > english and counts[best] >= 0.3 * len(words) else None


def in_english(text: str, spoken: str | None = None) -> str:
    """`text` with the words of another language replaced by English ones; English text comes back as it is.

    `spoken`: the language of the whole request, where `text` is a part of it.
    """
    name = spoken or language(text)
    if name is None:
        return text
    quoted = quoted_spans(text)
    unspaced = name in ("zh", "ja", "ko")

    def replace(match: re.Match[str]) -> str:
        if any(a <= match.start() < b for a, b in quoted):
            return match.group()
        english = _gloss(name, _folded(match.group()))
        return f" {english} " if unspaced else english

    spaced = _ELIDED.sub("", text) if not quoted else text
    put = _phrases(name).sub(replace, spaced)
    if unspaced:
        spans = quoted_spans(put)
        put = _UNSPACED.sub(lambda m: m.group() if any(a <= m.start() < b for a, b in spans) else " ", put)
    put = " ".join(put.split())
    if name in _VERB_FINAL and (match := _FINAL_VERB.match(put)):
        return f"{match['verb']} {match['rest']}{match['end']}"
    return put


def _folded(word: str) -> str:
    return word.lower().replace("i\u0307", "i")  # the Turkish capital I with a dot


def _gloss(name: str, phrase: str) -> str:
    """English for a phrase that matched: its own entry, else the longest entry with * that it begins with."""
    gloss = table("languages")[name]
    if phrase in gloss:
        return str(gloss[phrase])
    return str(next(gloss[key] for key in _longest_first(name) if _as_pattern(key).fullmatch(phrase)))


@cache
def _longest_first(name: str) -> tuple[str, ...]:
    return tuple(sorted(table("languages")[name], key=len, reverse=True))


@cache
def _as_pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.escape(key).replace(r"\*", r"[^\W\d_]*"), re.IGNORECASE)


@cache
def _phrases(name: str) -> re.Pattern[str]:
    joined = "|".join(_as_pattern(key).pattern for key in _longest_first(name))
    if name in ("zh", "ja", "ko"):
        return re.compile(joined, re.IGNORECASE)
    return re.compile(rf"(?<![\w/.-])(?:{joined})(?![\w/-]|\.\w)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _has(name: str, word: str) -> bool:
    """Whether `word` stands in the table of a language, alone or in a phrase."""
    words, stems = _single_words(name)
    return word in words or word.startswith(stems)


@cache
def _single_words(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    listed = [word for phrase in table("languages")[name] for word in phrase.split()]
    whole = frozenset(word for word in listed if not word.endswith("*"))
    return whole, tuple(word[:-1] for word in listed if word.endswith("*"))


@cache
def _english() -> frozenset[str]:
    """Small words that tell English."""
    return frozenset(table("wording")["english"])


@cache
def _like_english() -> frozenset[str]:
    """Words of other languages that alone do not tell them."""
    return frozenset(table("wording")["shared"])
