"""Text that is no request: a program, markup, SQL, or the same few words again and again."""

import re

CODE = re.compile(
    r"[\W\d]*(?:(?:drop|truncate|alter|create) (?:table|database)\b|delete from \w+(?:;| where\b)|"
    r"insert into \w+ ?(?:values\b|\()|update \w+ set \w+ ?=|union (?:all )?select\b|select (?:\*|[\w, ]+? from "
    r"\w+(?:;| where\b))|or \d+ ?= ?\d+|</?(?:script|html|div|img|iframe)\b|#!/|rm -rf?\b|"
    r"(?:def|function) \w+ ?\(|import \w+(?:;| as \w+;?$)|(?:print|eval|exec|alert|console\.log|system) ?\(|"
    r"public static\b|for ?\(|while ?\(|\w+\(\) ?\{)",
    re.IGNORECASE,
)
"""A request that begins as SQL, markup or a program is pasted text."""
MOST_REPEATED = 48
"""Words from which on a text whose words stand four times each on average is not read."""


def repeats_itself(text: str) -> bool:
    """Whether `text` is a long row of few different words, which is no request and takes long to read."""
    words = text.lower().split()
    return len(words) > MOST_REPEATED and 4 * len(set(words)) < len(words)
