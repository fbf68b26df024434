"""Capabilities that a request names only through what their prompts are about, and everyday words for a data set."""

import re
from functools import cache

from agent.planner.binding import EACH, segments_of
from agent.planner.capabilities import (
    DATA,
    PROMPT_WORDS,
    Found,
    is_qualified,
    known,
    subtypes_in,
    subtypes_of,
    told_by_subtype,
)
from agent.planner.catalogue import pattern, table
from agent.planner.plan import SessionView
from agent.planner.wish_topics import column_in

_COUNTED_SLICE = re.compile(
    r"(?<![\w.])\d+ (?:(?:very|really|more|of the|of|quick) )*(?P<what>[a-z].*)", re.IGNORECASE
)


def listed_slices(text: str, found: list[Found], methods: list[Found]) -> list[Found]:
    """Capabilities that an item of a list names only through a sub-type (`20 directions questions and 20 facts`),
    where the item has a number or a method of its own or the words are clear (`recursive functions`)."""
    named = {one.name for one in found}
    more: list[Found] = []
    for start, end in segments_of(text, [one.span for one in found]):
        if any(start <= one.span[0] < end for one in found):
            continue
        item = _COUNTED_SLICE.search(EACH.sub(lambda match: " " * len(match.group()), text[start:end]))
        if item is None:
            method = any(start <= one.span[0] < end for one in methods)
            for clear in told_by_subtype(text[start:end]):
                if clear.name not in named and clear.name not in DATA and (method or " " in clear.text):
                    a, b = clear.span
                    more.append(Found(clear.name, (start + a, start + b), clear.text))
                    named.add(clear.name)
            continue
        if any(subtypes_in(item["what"], subtypes_of(name)) for name in named):
            continue
        place = start + item.start("what")
        told = told_by_subtype(item["what"]) or [
            Found(name, one.span, one.text)
            for name in known()
            if name not in DATA
            for one in subtypes_in(item["what"], subtypes_of(name))
        ]
        if told and told[0].name not in named:
            a, b = told[0].span
            more.append(Found(told[0].name, (place + a, place + b), told[0].text))
            named.add(told[0].name)
    return more


@cache
def _data_cues() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {
        name: (pattern(tuple(cues["things"])), pattern(tuple(cues["compared"])))
        for name, cues in table("wording")["data_cues"].items()
    }


_DATA_SET = re.compile(
    r"(?<!\w)(?:data ?sets?|data|csv|corpus|column|rows?|labels?|classes|spreadsheet)(?!\w)", re.I
)
_ASKED = re.compile(
    r"(?:(?:and|so|ok(?:ay)?|but|also|now|please|tell me|check|see|find out|i wonder|show me|can you "
    r"tell)(?: me)?,? )*"
    r"(?:is|are|do|does|did|how|what|which|whether|if|any|has|have|was|were|can|could)(?!\w)|.*\?$",
    re.IGNORECASE,
)


def of_data(text: str, view: SessionView) -> list[Found]:
    """What is asked about a data set in everyday words: how its labels compare, how alike its texts are."""
    if view.context != "data_inspection" and not _DATA_SET.search(text):
        return []
    if not _ASKED.match(text.strip()):
        return []
    found = []
    for name, (things, compared) in _data_cues().items():
        thing, said = things.search(text) or column_in(text, view.columns), compared.search(text)
        if thing and said:
            found.append(Found(name, said.span(), said.group()))
    return found[:1]


def with_qualifier(text: str) -> list[Found]:
    """The capability whose sub-types are named with their qualifier (`deception and its lookalikes`)."""
    for name in known():
        slices = subtypes_in(text, subtypes_of(name))
        marked = [one for one in slices if is_qualified(one.name)]
        if marked and len(marked) < sum(map(is_qualified, subtypes_of(name))):
            return [Found(name, marked[0].span, marked[0].text)]
    return []


_ABOUT = re.compile(
    rf"(?<!\w)(?:exams?|quiz(?:zes)?|tests?|{PROMPT_WORDS}|assessment|trivia)(?: \w+)? (?:about|on|"
    rf"around|regarding|covering|for) "
    r"(?P<what>[^,;.?!]+)",
    re.IGNORECASE,
)


def asked_about(text: str) -> list[Found]:
    """The capability of the sub-type that questions are wanted about (`an exam about the currency of countries`)."""
    asked = _ABOUT.search(text)
    if asked is None:
        return []
    place = asked.start("what")
    told = [
        Found(name, (place + one.span[0], place + one.span[1]), one.text)
        for name in known()
        if name not in DATA
        for one in subtypes_in(asked["what"], subtypes_of(name))
    ]
    return told[:1]
