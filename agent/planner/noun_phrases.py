"""Noun phrases as facts have them: what can be a subject, and where the last one of a sentence begins."""

import re
from functools import cache

from agent.planner.catalogue import table

_LINKS = frozenset(table("edits")["english"]["name_links"])
"""Small words that may stand inside a name between two capitalised words (Rio de Janeiro, Bank of America)."""
SMALL_WORDS = frozenset(table("edits")["english"]["small_words"])
_PREPOSITIONS = SMALL_WORDS - {"the", "a", "an"}
_STOPS_INSIDE = re.compile(r"[:;!?|<>={}\[\]]|(?<![A-Z])(?<!St)(?<!Mr)(?<!Dr)(?<!Mrs)\.(?= )|->|, | [-–—]+ ")
_MODEL_NAME = re.compile(
    r"(?<!\w)(?:(?:distil)?gpt(?:-?\w+)?(?!\w)|pythia-\S+|llama-\S+|qwen\S*|smollm\S*)", re.IGNORECASE
)
_MARK = re.compile(r"⟦\d+⟧")


@cache
def _never_in_subjects() -> frozenset[str]:
    """Words that ask, point, judge or link clauses, and so never stand in the subject of a fact."""
    return frozenset(word for group in table("edits")["not_in_subjects"].values() for word in group)


@cache
def _never_at_all() -> frozenset[str]:
    return frozenset(table("edits")["not_in_subjects"]["things"])


@cache
def _never_first() -> frozenset[str]:
    edits = table("edits")
    return frozenset(edits["english"]["not_first_in_subjects"]) | frozenset(edits["verbs"]["participles"])


def can_be_subject(words: str) -> bool:
    """Whether `words` can name what a fact is about: a name, or an article and nouns, and nothing that asks."""
    words = words.strip(" \"'")
    tokens = words.split()
    if _MODEL_NAME.search(words):
        return False
    if not 1 <= len(tokens) <= 10 or not re.search(r"\w", words) or _STOPS_INSIDE.search(words):
        return False
    if tokens[0] in _never_first() or tokens[0].lower() in _PREPOSITIONS or tokens[-1].lower() in SMALL_WORDS:
        return False
    for place, token in enumerate(tokens):
        bare = token.strip("\"'(),.").lower()
        if bare in _never_at_all() or (bare in _never_in_subjects() and not (place and token[:1].isupper())):
            return False
    return True


def is_named(words: str) -> bool:
    """Whether `words` hold a name: a capital letter, a digit, or a quotation."""
    return bool(re.search(r"[A-ZÀ-Þ\d]", words) or _MARK.search(words))


def last_phrase(words: str) -> int:
    """Where the last noun phrase of `words` begins: its last name, or what follows its last small word.

    >>> words = "is located in the city of Rio de Janeiro"
    >>> words[last_phrase(words):]
    'Rio de Janeiro'
    """
    tokens = list(re.finditer(r"\S+", words))
    if not tokens:
        return 0
    first = len(tokens) - 1
    if _is_name(tokens[first].group()):
        place = first
        while place > 0:
            token = tokens[place - 1].group()
            if _is_name(token):
                place -= 1
                first = place
            elif token.lower() in _LINKS and place > 1:
                place -= 1
            else:
                break
        return tokens[first].start()
    while first > 0 and tokens[first - 1].group().lower() not in SMALL_WORDS:
        first -= 1
    return tokens[first].start()


def _is_name(token: str) -> bool:
    return token.lstrip("\"'(")[:1].isupper() or token[:1].isdigit() or bool(_MARK.match(token))
