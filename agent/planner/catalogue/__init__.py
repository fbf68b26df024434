"""What people say and what it stands for, as data: phrasings, capabilities, measures, other languages."""

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed TOML file `name` of this folder."""
    return tomllib.loads(source(name))


@cache
def source(name: str) -> str:
    """The text of the file `name` of this folder."""
    return (files(__package__) / f"{name}.toml").read_text(encoding="utf-8")


def digest(text: str) -> str:
    """A short hash of `text`, the key under which what was computed from it is kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def pattern(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for all `alternatives`, at word boundaries, whatever the case.

    The longest alternative does not win by itself: callers compare the spans of the matches.
    """
    joined = "|".join(f"(?:{alternative})" for alternative in alternatives)
    return re.compile(rf"(?<![\w])(?:{joined})(?![\w])", re.IGNORECASE)


@cache
def patterns(name: str, section: str) -> dict[str, list[re.Pattern[str]]]:
    """Each name in a section of a file with its expressions, one each, so that the longest can win."""
    return {key: [pattern((one,)) for one in values] for key, values in table(name)[section].items()}
