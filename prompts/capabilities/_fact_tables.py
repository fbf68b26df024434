"""The form of our tables of facts: by difficulty, pairs of what is asked and its answer.

The facts are such as no source disputes and no year changes. Left out: works whose authorship is debated, dates
given differently by calendar or definition, birthplaces that are traditions rather than records, animals with
several names for their young, and answers that are spelt in several ways (accents, transliterations, initials).
"""

import re

from tools.cases import Difficulty

Table = dict[Difficulty, tuple[tuple[str, str], ...]]


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The lines of `text`, each `what is asked = answer`.

    >>> pairs("War and Peace = Leo Tolstoy")
    (('War and Peace', 'Leo Tolstoy'),)
    """
    rows = (line.rpartition(" = ") for line in text.strip().splitlines())
    return tuple((asked.strip(), answer.strip()) for asked, _, answer in rows)


def words(text: str) -> tuple[tuple[str, str], ...]:
    """The words of `text`, each `asked:answer` with underscores for spaces.

    >>> words("Rio_de_Janeiro:BR gold:Au")
    (('Rio de Janeiro', 'BR'), ('gold', 'Au'))
    """
    rows = (word.replace("_", " ").split(":") for word in text.split())
    return tuple((asked, answer) for asked, answer in rows)


def gives_away(prompt: str, answer: str) -> bool:
    """Whether the answer stands in the prompt, as a word or, from three letters on, inside one.

    >>> gives_away("The official language of Thailand is", "Thai")
    True
    >>> gives_away("In chemistry, the symbol for indium is", "In")
    True
    """
    pattern = re.escape(answer) if len(answer) > 2 else rf"\b{re.escape(answer)}\b"
    return re.search(pattern, prompt, re.IGNORECASE) is not None
