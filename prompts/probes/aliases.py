"""Other names of a subject by rule: shortened names, initials, descriptions from a head noun.

Rules know names, not the world: where none applies, the axis stays empty with the reason. `prompts.probes.llm` asks a
language model first, where there is one.
"""

import re
from typing import Literal

from pydantic import Field

from prompts.probes.frames import kinds
from prompts.probes.relation import vocabulary
from prompts.probes.wording import Wording
from tools.results import Result

AliasAxis = Literal["nickname", "abbreviation", "description"]
ALIAS_AXES: tuple[AliasAxis, ...] = ("nickname", "abbreviation", "description")
PHRASES: dict[AliasAxis, str] = {
    "nickname": "a nickname",
    "abbreviation": "an abbreviation",
    "description": "a description",
}
PERSONS = frozenset({"person", "athlete", "musician"})

_WORD = re.compile(r"[^\W_][\w'’.&-]*")
_SUFFIX = re.compile(r"\s*(?:\(.*\)|[,:;–—].*|\s-\s.*)$")
_RANK = re.compile(
    r"(?:,? (?:[1-9]\d*(?:st|nd|rd|th)|Jr\.?|Sr\.?|I{1,3}|IV|VI{0,3}|IX|XI{0,3}|XI?V|XVI{0,3}))+$"
)
_SMALL = frozenset(
    {
        *("the", "a", "an", "of", "and", "in", "on", "at", "for", "to", "de", "la", "le", "du", "des"),
        *("del", "di", "da", "von", "van", "der", "den", "&", "y", "e", "et"),
    }
)
_ADJECTIVAL = (
    "ish",
    "ian",
    "ean",
    "ese",
    "ic",
    "al",
    "ed",
    "new",
    "old",
    "great",
    "north",
    "south",
    "east",
    "west",
)
"""A name that loses its head noun must not leave an adjective behind: `the Royal`."""


class Aliases(Result):
    """Other names of one subject on each alias axis, and why an axis has none."""

    names: dict[AliasAxis, tuple[str, ...]] = Field(default_factory=dict)
    missing: dict[AliasAxis, str] = Field(default_factory=dict)


def rule_aliases(wording: Wording) -> Aliases:
    """What the rules make of a subject, given its kind."""
    subject = wording.request.subject.strip()
    found: dict[AliasAxis, tuple[str, ...]] = {}
    if wording.kind in PERSONS:
        found = _of_person(subject, kinds()[wording.kind].noun)
    else:
        found = _of_thing(subject, is_title=wording.kind == "work")
    names = {axis: kept for axis, made in found.items() if (kept := _usable(made, wording))}
    return Aliases(
        names=names,
        missing={
            axis: f"no rule makes {PHRASES[axis]} of the name {subject!r}"
            for axis in ALIAS_AXES
            if axis not in names
        },
    )


def _of_person(subject: str, noun: str) -> dict[AliasAxis, tuple[str, ...]]:
    """Surname, initial with surname, and `the athlete Valderrama`; kings and saints have no surname."""
    plain = _SUFFIX.sub("", subject)
    words = plain.split()
    if (
        len(words) < 2
        or _RANK.search(plain)
        or any(w.casefold() in ("of", "the", "saint", "pope") for w in words)
    ):
        short = (plain,) if plain != subject else ()
        return {"nickname": short}
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _SMALL | {
        "al",
        "ibn",
        "bin",
        "mac",
        "ter",
        "ten",
        "dos",
    }:
        start -= 1
    surname = " ".join(words[start:])
    shown = surname[0].upper() + surname[1:]
    found: dict[AliasAxis, tuple[str, ...]] = {
        "nickname": (shown,),
        "abbreviation": (f"{words[0][0]}. {surname}",)
        if words[0][0].isupper() and not words[0].endswith(".")
        else (),
    }
    found["description"] = (f"the {noun} whose surname is {shown}",)
    if noun != "person":
        found["description"] = (f"the {noun} {shown}", *found["description"])
    return found


def _of_thing(subject: str, *, is_title: bool) -> dict[AliasAxis, tuple[str, ...]]:
    """A name without what follows a comma or without its head noun, its initials, and `the tower`."""
    plain = _SUFFIX.sub("", subject)
    words = _WORD.findall(plain)
    bare = [word for word in words if word.casefold() != "the"]
    heads = vocabulary("head_nouns")
    nickname: list[str] = [plain] if plain != subject and len(plain) > 2 else []
    description: list[str] = []
    if len(bare) >= 2 and not is_title:
        last, first = bare[-1], bare[0]
        if last.casefold() in vocabulary("legal_forms"):
            nickname.append(plain[: plain.rindex(last)].rstrip(" ,&"))
        elif last.casefold() in heads:
            rest = " ".join(bare[:-1])
            description += [f"the {last.lower()}", f"the {last.lower()} called {rest}"]
            if not rest.casefold().endswith(_ADJECTIVAL):
                nickname.append(f"the {rest}" if plain.casefold().startswith("the ") else rest)
        elif first.casefold() in heads:
            rest = " ".join(bare[1:])
            noun = {"mount": "mountain", "lac": "lake", "monte": "mountain"}.get(
                first.casefold(), first.lower()
            )
            if bare[1].casefold() not in _SMALL:
                description += [f"the {noun}", f"the {noun} called {rest}"]
                nickname.append(rest)
            else:
                description.append(f"the {noun}")
    weighty = [word for word in bare if word.casefold() not in _SMALL]
    initials = "".join(word[0] for word in weighty)
    abbreviation = (initials,) if len(weighty) >= 3 and initials.isupper() and len(initials) <= 8 else ()
    return {
        "nickname": tuple(nickname),
        "abbreviation": abbreviation,
        "description": tuple(description),
    }


def _usable(names: tuple[str, ...], wording: Wording) -> tuple[str, ...]:
    """Names that differ from the subject and do not give the target away."""
    own = wording.subject.casefold()
    target = wording.request.target.casefold()
    return tuple(
        dict.fromkeys(
            name
            for name in names
            if len(name) > 1
            and name.casefold() not in (own, f"the {own}", own.removeprefix("the "))
            and target not in name.casefold()
        )
    )
