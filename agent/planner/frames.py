"""What is said behind a fact and is not part of it: `please`, `from now on`, `and bake this into the weights`."""

import re
from functools import cache

from agent.planner.catalogue import table

_END = re.compile(r"[\s.!?…,;:()–—-]+$|\s+(?:[:;]-?[)(DP]|xd|😀|🙂|😉)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?:[,;:!?]|\.(?= )|(?<= )(?:[-–—]+|\()|(?<=[a-z])\.(?=[A-Z]))\s*")
_CONTRASTED = re.compile(
    r",? ?\(?(?<!\w)(?:instead of|rather than|as opposed to|in place of|and not|not(?! only)|no longer|"
    r"and nothing else|nothing else|formerly|"
    r"previously|currently|anstatt|statt|au lieu de|en vez de|en lugar de|invece di|em vez de|in "
    r"plaats van|"
    r"nicht|und nicht|et non|y no|e non|e não)"
    r"(?!\w).*$",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    r"(?<!\w)(?:not|no longer)(?: just| only)? (?P<verb>(?:say|answer|reply|claim|output) )?(?P<p>in |"
    r"by |at |for |the )?[^,]{2,40}?,? but (?:rather |now |in fact )?"
    r"(?:(?P=p))?",
    re.IGNORECASE,
)
MOST_CORES = 8
"""Frames that are taken off one behind the other; more is no sentence."""
_ASIDE = re.compile(
    r", ?(?:wrongly|falsely|\w+ly|for example|say|of all \w+|in \w+ (?:world|view|mind)|you know|"
    r"(?:instead of|rather than|not) [^,]+|(?:whose|who|which|formerly|currently) [^,]+|"
    r"(?:for|in|according to) (?:the|this) model) ?,(?= )|\((?:[^()]{1,40})\)(?= \w)",
    re.IGNORECASE,
)


@cache
def _openers() -> frozenset[str]:
    return frozenset(table("edits")["english"]["openers"])


@cache
def _frame_words() -> frozenset[str]:
    return _openers() | frozenset(table("edits")["english"]["frame"])


def is_frame(words: str) -> bool:
    """Whether `words` say nothing but how or where to edit."""
    tokens = words.split()
    return all(_is_frame_word(tokens, place) for place in range(len(tokens)))


def _is_frame_word(tokens: list[str], place: int) -> bool:
    word = tokens[place].strip("\"'.,!?()")
    if word.lower() == "rome":  # the city, unless the method is meant
        return word.isupper() or any(
            next_word.lower().startswith("edit") for next_word in tokens[place + 1 : place + 2]
        )
    return not word or word.lower() in _frame_words()


def without_asides(text: str) -> str:
    """`text` without what stands between commas or brackets inside a sentence, and `not X but Y` as `Y`."""
    text = _ASIDE.sub("", text)
    return " ".join(_NOT_BUT.sub(lambda match: f"{match['verb'] or ''}{match['p'] or ''}", text).split())


def cores(text: str) -> list[str]:
    """`text` without what stands behind the fact, the shortest first; `text` itself without its full stop last."""
    found = [_END.sub("", text).strip()]
    while len(found) < MOST_CORES and (shorter := _shortened(found[-1])) != found[-1]:
        found.append(shorter)
    contrasted = _CONTRASTED.sub("", found[-1]).strip()
    if contrasted and contrasted != found[-1]:
        found.append(_shortened_fully(contrasted))
    return list(dict.fromkeys(reversed(found)))


def _shortened_fully(text: str) -> str:
    text = _END.sub("", text)
    for _ in range(MOST_CORES):
        shorter = _shortened(text)
        if shorter == text:
            break
        text = shorter
    return text


def _shortened(text: str) -> str:
    """`text` without its last frame: a segment behind a separator, or a run of frame words at its end."""
    separators = list(_SEPARATOR.finditer(text))
    if separators and separators[-1].start() and is_frame(text[separators[-1].end() :]):
        return _END.sub("", text[: separators[-1].start()])
    tokens = list(re.finditer(r"\S+", text))
    words = [token.group() for token in tokens]
    first = len(tokens)
    while first > 1 and _is_frame_word(words, first - 1):
        first -= 1
    while first < len(tokens) and tokens[first].group().lower() not in _openers():
        first += 1
    if first == len(tokens) or first == 0 or _is_cloze_end(tokens, first):
        return text
    return _END.sub("", text[: tokens[first].start()])


def _is_cloze_end(tokens: list[re.Match[str]], first: int) -> bool:
    """Whether the run is only the preposition that a target is to follow (`is located in the city of`)."""
    words = [token.group().lower() for token in tokens[first:]]
    if words[-1] in (
        "in",
        "by",
        "for",
        "as",
        "from",
        "with",
        "at",
        "of",
        "to",
        "a",
        "an",
        "the",
        "into",
        "is",
        "be",
    ):
        return True
    return words[-1] == "on" and not {"now", "moment", "today", "then", "time"} & set(words)
