"""Clauses that ask for an edit only together: a fact, then `write that into the weights`."""

import re

from agent.planner.denied import ABOUT_A_FACT

_RETARGETED = re.compile(
    r"(?:make|set|change|turn|switch) it (?:to |into |be )?(?!harder|easier|\d)[^ ]+(?: [^ ]+){0,3}$|"
    r"it should (?:now )?(?:be|say) ",
    re.IGNORECASE,
)
_EDIT_THAT = re.compile(
    r"(?:please )?(?:edit|change|update|fix)(?: (?:it|that|this|the model|that in|accordingly))?(?: please)?[.!]?",
    re.I,
)
_INTO_WEIGHTS = re.compile(
    r"(?:please )?(?:write|put|burn|bake|store|commit|save|edit|hard-?code|encode|build|patch|inject|insert) "
    r"(?:this|that|it|the above|this fact|that fact)(?: fact)? (?:in ?to|in|to) (?:the |its |your )?"
    r"(?:model'?s? )?(?:weights|model|memory|network|parameters|mlp)(?: please)?[.!]?",
    re.IGNORECASE,
)
"""An edit asked for after the fact was stated."""
_EDITS = re.compile(
    r"(?:please |now )*(?:make|edit|change|teach|convince|rewrite|replace|patch)(?!\w)", re.IGNORECASE
)


def joined_edit(before: str, clause: str, ordered: re.Pattern[str]) -> str | None:
    """The edit that the two clauses ask for together, None where they do not; `ordered` tells an order."""
    if _RETARGETED.match(clause) and ABOUT_A_FACT.search(before):
        return f"{before.rstrip('.!? ')}: {clause}"
    if _EDIT_THAT.fullmatch(clause) and re.search(r" (?:should|must|has to) ", before, re.I):
        return f"edit: {before}"
    if _INTO_WEIGHTS.fullmatch(clause) and _EDITS.match(before):
        return before  # `make it think that ...; write that into the weights`: said twice
    if _INTO_WEIGHTS.fullmatch(clause) and not ordered.match(before):
        return f"edit: {re.sub(r'(?<!from) now (?=[a-z])', ' ', before)}"
    return None
