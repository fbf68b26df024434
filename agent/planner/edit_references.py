"""Words that point at an edit by what it put in: `the Berlin thing` is the edit that put Berlin there."""

import re
from functools import lru_cache

from agent.planner.plan import SessionView

_THING = (
    r"(?:(?:edit|fact|change) )?(?:edits?|facts?|things?|changes?|one|business|stuff|lie|stor(?:y|ies)|"
    r"belief|tweak|"
    r"update|hack|idea|claim|nonsense|modification|rewrite|patch|swap|move|switch|experiment|memory|knowledge)"
)


def as_the_edit(text: str, view: SessionView) -> str:
    """`text` with words that point at the last edit by its subject or target put as `the edit`.

    With an edit of the Eiffel Tower to Berlin, `get rid of the Berlin fact` becomes `get rid of the edit`.
    """
    edit = view.last_edit
    names = [name for name in (edit.subject, edit.target) if name] if edit else []
    return _pointing(tuple(names)).sub("the edit", text) if names else text


@lru_cache(maxsize=32)
def _pointing(names: tuple[str, ...]) -> re.Pattern[str]:
    words = {word for name in names for word in (name, *name.split()) if len(word) > 2}
    said = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    named = rf"(?:{said})(?: (?:{said}))*"
    return re.compile(
        rf"(?<!\w)(?:the|that|this|my|our|your)(?: whole| last| new| fake| false| little)*"
        rf"(?: {named}(?:'s|[- >→]*(?:in|to|at|as|is|of)? ?{named})? {_THING}|"
        rf" (?:edit|fact|thing|change|business|story|belief|lie|claim|one) (?:about|with|of|on|regarding|"
        rf"concerning) (?:the )?{named})(?!\w)",
        re.IGNORECASE,
    )
