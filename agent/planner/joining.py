"""Whether a clause only adds to the one before it: `Ten will do.`, `only the easy ones`, `n = 64`."""

import re

from agent.planner.capabilities import (
    Found,
    counts_in,
    difficulties_in,
    mentions,
    methods_in,
    subtypes_in,
    subtypes_of,
)
from agent.planner.catalogue import table
from agent.planner.features import score_words_in
from agent.planner.plan import SessionView
from agent.planner.quotes import blank
from agent.planner.reading import read, scores_told

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_OF_FEATURES = re.compile(r"(?<!\w)(?:sae|features|latents|dictionary|sweep)(?!\w)", re.IGNORECASE)
_SWEEPS = re.compile(r"(?<!\w)(?:sweep\w*|scan|go (?:through|over) (?:all|every))(?!\w)", re.IGNORECASE)
_OF_A_LIST = re.compile(
    r"\d+|\b(?:show|list|display|return|print|keep|hand|strongest|leading|purest|cleanest|bottom)\b"
)
"""What is said of how many features a sweep is to show."""
LISTS = re.compile(
    r"(?:(?:then|afterwards|please|finally|also|next|can you|could you),? )*(?:list|show|tell|give|"
    r"display)(?: me| us)?"
    r"(?: (?:the|all|which|what|whatever|whichever|any|every|those|of|are|is|turns?|out|to|be|that|ones?|"
    r"come|comes|came|as))*(?= )"
    r"(?! only)",
    re.IGNORECASE,
)
"""How a clause begins that asks for a list (`then show me whichever are`)."""
_TOPIC = re.compile(
    r"(?<!\w)(?:topic:?|about|regarding|on the (?:topic|subject) of|themed around|set in) (?:[a-z]+ ?){1,4}$",
    re.IGNORECASE,
)


def only_adds(clause: str, before: str, view: SessionView) -> bool:
    """Whether `clause` holds slots of the order `before` and small words, and no order of its own."""
    told = read(before, view)
    added = read(clause, view)
    text = added.rest
    if added.features.numbers or added.named or added.models or added.paths:
        return False
    about_features = bool(
        told.features.numbers
        or told.features.every
        or told.reading
        or told.scores
        or _OF_FEATURES.search(before)
    )
    if _SWEEPS.search(before) and added.reading and not told.reading and LISTS.match(clause):
        return False  # `sweep it all and list whatever is dead`: the list is a step of its own
    capabilities = [wish.capability for wish in told.wishes]
    if not capabilities and not about_features and not told.named and view.last_card is None:
        return bool(counts_in(text)) and _is_small(blank(text, [span for _, span in counts_in(text)]))
    slices = _slices(text, capabilities, view)
    if any(
        not any(s.span[0] <= m.span[0] and m.span[1] <= s.span[1] for s in slices) for m in mentions(text)
    ):
        return False
    if added.format and not slices:
        return False
    if capabilities and (topic := _TOPIC.search(text.rstrip(" .!"))):
        text = text[: topic.start()]
        return _is_small(blank(text, [f.span for f in methods_in(text)] + [s for _, s in counts_in(text)]))
    spans = [found.span for found in (*slices, *methods_in(text), *difficulties_in(text))]
    spans += [span for _, span in counts_in(blank(text, spans))]
    if about_features:
        spans += [found.span for found in score_words_in(text)]
        spans += [match.span() for match in _OF_A_LIST.finditer(text)]
    steps = bool(added.steps) and bool(capabilities)
    return bool(spans or steps) and _is_small(blank(text, spans))


def only_says_how(clause: str) -> bool:
    """Whether `clause` only names a scoring method, with small words (`use partial credit`)."""
    methods = methods_in(clause)
    return bool(methods) and not mentions(clause) and _is_small(blank(clause, [f.span for f in methods]))


def only_counts(clause: str) -> bool:
    """Whether `clause` only says how many prompts, with small words (`I want 5 prompts only`)."""
    spans = [span for _, span in counts_in(clause)]
    return bool(spans) and not mentions(clause) and _is_small(blank(clause, spans))


def repeats_a_score(clause: str, view: SessionView) -> bool:
    """Whether `clause` only says a score of the last card again (`Hm, 51 only?`)."""
    spans = scores_told(clause, view)
    spans += [found.span for found in mentions(clause)] if spans else []
    return bool(spans) and _is_small(_SCORED.sub("", blank(clause, spans)))


_SCORED = re.compile(
    r"(?<!\w)(?:got|came|comes|went|ended|landed|sits|stands|scored|scores|out|up|at|in|on|a bit|bit|kind "
    r"of|meh|ok|"
    r"okay|hm+|huh|ouch|wow|nice|great|cool|bad|good|low|poor|high|weak|percent|points)(?!\w)",
    re.IGNORECASE,
)
"""Words with which a score is told."""


def _slices(text: str, capabilities: list[str], view: SessionView) -> list[Found]:
    """Words for sub-types of the capabilities spoken of before, or of the last card's where none was."""
    if not capabilities and view.last_card is not None:
        of_card = [(d.subtypes or subtypes_of(d.capability)) for d in view.last_card.dimensions]
        return subtypes_in(text, [name for names in of_card for name in names])
    return subtypes_in(text, [name for capability in capabilities for name in subtypes_of(capability)])


def _is_small(text: str) -> bool:
    """Whether `text` consists of words that ask for nothing by themselves."""
    small = _small()
    return all(word.lower() in small for word in _WORD.findall(text))


def _small() -> frozenset[str]:
    return frozenset(table("wording")["small"])
