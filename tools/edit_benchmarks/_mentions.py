"""Whether a text says an answer, as whole words, and whether it says it of something that is not so."""

import re

_NEGATION = re.compile(
    r"(?:(?<!\w)(?:not(?! (?:only|just|merely))|never|no longer|neither|nor|rather than|instead of|cannot)|n['’]t)"
    r"(?:\W+\w+){0,4}\W+$",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n+")


def says(text: str, answer: str) -> bool:
    """Whether the answer stands in the text as whole words, in any case."""
    return bool(answer.strip()) and _pattern(answer).search(text) is not None


def affirms(sentence: str, answer: str) -> bool:
    """Whether some mention of the answer in the sentence has no negation within five words before it."""
    return any(not _NEGATION.search(before) for before in _befores(sentence, answer))


def denies(sentence: str, answer: str) -> bool:
    """Whether some mention of the answer in the sentence has a negation within five words before it."""
    return any(_NEGATION.search(before) for before in _befores(sentence, answer))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, an unfinished last one included."""
    return [piece for piece in map(str.strip, _END_OF_SENTENCE.split(text)) if piece]


def _befores(sentence: str, answer: str) -> list[str]:
    """What stands before each mention, as far back as a negation matters."""
    if not answer.strip():
        return []
    return [
        sentence[max(0, found.start() - 200) : found.start()] for found in _pattern(answer).finditer(sentence)
    ]


def _pattern(answer: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, answer.split()))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
