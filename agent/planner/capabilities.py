"""Capabilities in a request with everything said about each: method, count, sub-types, topic, difficulty."""

import re
from dataclasses import dataclass
from functools import cache

from agent.planner.catalogue import pattern, patterns, table
from agent.planner.quotes import blank
from prompts.capabilities import CONTRACT
from tools import registry

PACKAGE = "prompts.capabilities"

DATA = ("data_diversity", "label_balance")
"""Capabilities of a data set, not of a model."""

PROMPT_WORDS = (
    r"(?:prompts?|questions?|examples?|cases?|items?|problems?|samples?|tasks?|"
    r"exercises?|queries|tests?|trials?|ones|sentences|documents|functions|"
    r"rows|shots?(?! )|of (?:them|these|those|each))"
)

_COUNT = re.compile(
    r"(?<![\w.@/#=<>+*-])(?:x ?|n ?= ?|n ?: ?|× ?)?(\d+)(?:x(?!\w))?(?![\w%@]|"
    r"\.\d|[-/](?!prompt|question|example|case|item|problem|sample)\w|"
    r" ?(?:%|percent|-?(?:digit|step|hop|shot|bit|nd|rd|th)(?!\w)|capabilit|"
    r"benchmarks?|models?|checkpoints|features|times|minutes|seconds|"
    r"hours|cores|gpus?|layers?))"
)

_NOT_COUNTS = re.compile(
    r"(?<!\w)(?:row|line|entry|seed|layer|temperature|top|version|v|threshold|gpu|rank|"
    r"epoch|below|above|(?:under|over)(?! \d+ (?:\w+ )?(?:prompts?|questions?|"
    r"examples?|cases?|items?|problems?|samples?))|score(?:d|s)? (?:of|"
    r"only)?|at least|\+|than|got)[ =:]*\d+(?:\.\d+)?%?|"
    r"\d+ ?[+*x/×] ?\d+|top[- ]\d+|\d+(?:st|nd|rd|th)(?!\w)",
    re.IGNORECASE,
)

_DIFFICULTY = {
    "easy": r"(?:very |really )?(?:easy|easier|easiest|simple ones|simpler|beginner|"
    r"trivial)(?: (?:ones|level|difficulty|mode))?",
    "medium": r"(?:medium|moderate|intermediate)(?:[- ](?:difficulty|level|hard|ones))?(?! results?| steps?)",
    "hard": r"(?:very |really )?(?:hard|harder|hardest|difficult|tough|tougher|"
    r"toughest|challenging|tricky|trickier)(?: (?:ones|level|difficulty|"
    r"mode))?",
}


@dataclass(frozen=True)
class Found:
    """A name of the catalogue found at a place of the text."""

    name: str
    span: tuple[int, int]
    text: str


@cache
def known() -> tuple[str, ...]:
    """Every capability: those of the catalogue and any further module of the registry."""
    spoken = [name for name in table("capabilities") if name != "subtypes"]
    return tuple(spoken) + tuple(name for name in registry.names(PACKAGE) if name not in spoken)


@cache
def subtypes_of(capability: str) -> tuple[str, ...]:
    """The sub-types that the capability's module declares; () while there is no such module."""
    if capability not in registry.names(PACKAGE):
        return ()
    return tuple(registry.load(PACKAGE, capability, CONTRACT).module.SUBTYPES)


@cache
def default_method(capability: str) -> str | None:
    """The capability's own scoring method."""
    if capability not in registry.names(PACKAGE):
        return None
    return str(registry.load(PACKAGE, capability, CONTRACT).module.SCORING)


def longest(found: list[Found]) -> list[Found]:
    """The longest of overlapping finds, in order of their place; of equals, the earlier listed."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda f: f.span[0] - f.span[1]):
        if all(one.span[1] <= k.span[0] or k.span[1] <= one.span[0] for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda f: f.span)


def matches(text: str, section: dict[str, list[re.Pattern[str]]]) -> list[Found]:
    """The names of `section` whose words stand in `text`, longest first where they overlap."""
    return longest(
        [
            Found(name, m.span(), m.group())
            for name, expressions in section.items()
            for expression in expressions
            for m in expression.finditer(text)
            if m.group()
        ]
    )


@cache
def _capability_patterns() -> dict[str, list[re.Pattern[str]]]:
    spoken = {name: table("capabilities").get(name, {}).get("patterns", []) for name in known()}
    return {
        name: [pattern((one,)) for one in (*expressions, re.sub("_", "[-_ ]?", name))]
        for name, expressions in spoken.items()
    }


def mentions(text: str) -> list[Found]:
    """The capabilities that `text` names."""
    return matches(text, _capability_patterns())


@cache
def _subtype_pattern(name: str) -> re.Pattern[str]:
    """Words for a sub-type: its own name with blanks, singular or plural, and the catalogue's synonyms."""
    words = [word for word in name.lower().split("_") if word not in ("and", "of", "the", "to")]
    spelt = r"[-_ ]?(?:(?:and|of|the|to|&) )?".join(_inflected(word) for word in words)
    alternatives = [spelt]
    for spoken, parts in table("capabilities")["subtypes"].items():
        if any(word.startswith(part) for word in words for part in parts):
            alternatives.append(spoken)
    if len(words) > 1 and len(words[0]) > 4 and words[0] not in _WEAK:
        alternatives.append(_inflected(words[0]))
    return pattern(tuple(alternatives))


_WEAK = frozenset(
    [
        "simple",
        "basic",
        "short",
        "single",
        "multi",
        "long",
        "general",
        "common",
        "mixed",
        "other",
        "plain",
        "country",
    ]
)


def _inflected(word: str) -> str:
    stem = re.escape(re.sub(r"(?:ies|y|es|s|ing|e)$", "", word)) if len(word) > 4 else re.escape(word)
    return rf"{stem}(?:ies|y|es|s|ing|e|ed|al)?"


def subtypes_in(text: str, names: list[str] | tuple[str, ...]) -> list[Found]:
    """Those of the sub-types `names` that `text` speaks of."""
    return matches(text, {name: [_subtype_pattern(name)] for name in names})


def methods_in(text: str) -> list[Found]:
    """The scoring methods that `text` names."""
    return matches(text, patterns("measures", "methods"))


def difficulty_in(text: str) -> str | None:
    """The difficulty that is asked for."""
    for name, words in _DIFFICULTY.items():
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            return name
    return None


def counts_in(text: str) -> list[tuple[int, tuple[int, int]]]:
    """Numbers that can be numbers of prompts, with their places."""
    text = blank(text, [m.span() for m in _NOT_COUNTS.finditer(text)])
    return [(int(m.group(1)), m.span()) for m in _COUNT.finditer(text)]
