"""Whether a request about features wants them excluded from later commands, or back again.

Read from the user's words: the arguments of a `list_features` step are fixed (features, reading, top) and say only
which features are meant.
"""

import re
from typing import Literal

_OUT = r"(?:\w+[ ,]+){0,6}out\b"
_EXCLUDE = re.compile(
    rf"\b(?:exclude|filter {_OUT}|filter (?:them|those|these)\b|leave {_OUT}|throw {_OUT}|sort {_OUT}|hide|drop"
    r"|remove|ignore|skip|discard|forget|get rid of|do(?:n't| not) (?:show|list|sweep|score|use))\b",
    re.IGNORECASE,
)
_INCLUDE = re.compile(
    r"\b(?:clear|reset|undo|empty|delete|remove|drop|lift|forget) (?:\w+ ){0,3}"
    r"(?:filters?|exclusions?|excluded|list)\b"
    r"|\b(?:un-?filter|un-?exclude|include\b|re-?admit|bring (?:\w+[ ,]+){0,6}back|put (?:\w+[ ,]+){0,6}back"
    r"|stop (?:filter|exclud|hid|leav|ignor|skipp)ing)"
    r"|\b(?:do(?:n't| not)|never|no longer) (?:exclude|filter|leave|hide|drop|remove|ignore|skip|discard|forget)\b"
    r"|\bkeep\b(?! only\b| just\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:what|which|who|whose|how|why|when|is|are|was|were|do|does|did|any|should)\b(?! not\b|n't\b)",
    re.IGNORECASE,
)


def filter_wish(request: str) -> Literal["exclude", "include"] | None:
    """What a request wants done with the filter; None for one that only asks or lists.

    >>> filter_wish("filter out the dead ones"), filter_wish("keep 12 and 40"), filter_wish("which ones can I drop?")
    ('exclude', 'include', None)
    """
    if _ASKS.search(request):
        return None
    if _INCLUDE.search(request):
        return "include"
    return "exclude" if _EXCLUDE.search(request) else None
