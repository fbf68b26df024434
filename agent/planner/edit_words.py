"""The words for edits and their benchmarks in a clause."""

import re

from agent.planner.capabilities import Found, longest, matches
from agent.planner.catalogue import patterns
from agent.planner.plan import SessionView

EDIT_WORD = re.compile(
    r"(?<!\w)(?:edit(?:s|ed|ing)?|rewrite|weight change|rome update|fact change|"
    r"(?:new|edited|changed|planted|false|fake) (?:fact|belief))(?!\w)",
    re.IGNORECASE,
)
_ASKS_MEANING = re.compile(
    r"(?:(?:so|and|hey|ok(?:ay)?),? )*(?:what|explain|(?:give me|gimme|tell me|get) the gist|define|"
    r"describe|how (?:is|are|do|does|was))(?!\w)|"
    r".*\bmeans?\b",
    re.IGNORECASE,
)


def edit_benchmarks_called(text: str) -> list[Found]:
    """The edit benchmarks that `text` calls by a name."""
    return matches(text, patterns("measures", "edit_benchmarks"))


def edit_benchmarks_in(text: str, view: SessionView) -> list[Found]:
    """The edit benchmarks that `text` calls by name, or tells by what they look at where an edit is spoken of."""
    called = edit_benchmarks_called(text)
    if not (view.last_edit or called or EDIT_WORD.search(text) or _ASKS_MEANING.match(text)):
        return []
    told = matches(text, patterns("measures", "edit_meanings"))
    asked = text.rfind("?", 0, called[0].span[0]) if called else -1
    return longest([*called, *(one for one in told if one.span[0] > asked)])  # `is it memorised? PM score`
