"""Quoted strings in a request: where they stand, and how to look past them."""

import re

_QUOTED = re.compile(r'"[^"\n]*"|(?<![\w])\'(?=\S)[^\n]*?(?<=\S)\'(?![\w])')


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Where quoted strings stand, with their quotation marks."""
    return [match.span() for match in _QUOTED.finditer(text)]


def blank(text: str, spans: list[tuple[int, int]], mark: str = " ") -> str:
    """`text` of the same length with the characters of `spans` replaced by `mark`."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = mark * (end - start)
    return "".join(characters)


def masked(text: str) -> tuple[str, list[str]]:
    """`text` with each quoted string replaced by a mark, and the strings."""
    quotes: list[str] = []
    pieces: list[str] = []
    last = 0
    for start, end in quoted_spans(text):
        pieces += [text[last:start], f"⟦{len(quotes)}⟧"]
        quotes.append(text[start + 1 : end - 1].strip())
        last = end
    return "".join(pieces) + text[last:], quotes
