"""Sentences out of running text: the units of the corpus on which features are read."""

import re
from collections.abc import Iterable

FEWEST_WORDS = 5
MOST_WORDS = 60
"""A longer sentence (a list, a table, a model that never stops) is cut into pieces of so many words."""

_BEGINNING = r"\s+(?=[\"'“‘(]*[^\W_a-zß-ÿ])"
_END = re.compile(
    rf"(?<=[.!?]){_BEGINNING}|(?<=[.!?][\"'”’)]){_BEGINNING}|\n\s*\n|\n(?=\s*(?:[-*#>]|\d+[.)]))"
)


def sentences(texts: Iterable[str]) -> list[str]:
    """The different sentences of the texts in order, each on one line; very short ones are left out.

    A sentence ends at a full stop, question or exclamation mark that is followed by a capital letter or digit, at a
    blank line, and where an item of a list begins. An abbreviation before a name cuts a sentence in two, which does
    no harm here.
    """
    found: dict[str, None] = {}
    for text in texts:
        for piece in _END.split(text):
            words = piece.split()
            for start in range(0, len(words), MOST_WORDS):
                if len(words) - start >= FEWEST_WORDS:
                    found[" ".join(words[start : start + MOST_WORDS])] = None
    return list(found)
