"""The dimension that a clause asks for without naming a capability, or the sub-type without naming that."""

import re

from agent.planner import meanings
from agent.planner.binding import bind_counts, bind_difficulty, bind_methods, segments_of
from agent.planner.capabilities import (
    DATA,
    PROMPT_WORDS,
    counts_in,
    is_qualified,
    mentions,
    methods_in,
    subtypes_of,
)
from agent.planner.catalogue import table
from agent.planner.dimensions import excluded
from agent.planner.loose_words import LOOSE
from agent.planner.plan import SessionView
from agent.planner.quotes import blank
from agent.planner.wish import Wish
from agent.planner.wish_topics import column_in, topic_after

_SEGMENT = re.compile(r"[^,;:.!?()–—]+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ASKS = re.compile(
    r"(?:(?:and|so|but|also|please|now|ok(?:ay)?),? )*(?:can|could|does|do|will|would|how|whether|if)(?!\w)",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?<!\w)(?:again|redo|re-?run|once more|same (?:thing|one|card|again)|the same)(?!\w)", re.IGNORECASE
)
_HOW = re.compile(r"(?:so |and |but )?(?:how|why|what)(?!\w)|explain", re.IGNORECASE)
_FEW_THINGS = re.compile(rf"(?<![\w.])[2-9] (?!{PROMPT_WORDS})(?:\w+ )?[a-z]+s(?!\w)", re.IGNORECASE)
"""A small number of things that prompts speak of (`when do two trains meet`) is no number of prompts."""
_OF_THE_WORLD = re.compile(r"(?:how (?:many|much|do|to)|who|what|where|when|which|why) ", re.IGNORECASE)
_OF_THE_MODEL = re.compile(
    r"(?<!\w)(?:its?|it's|models?|checkpoint|thing|network|they|them|knows?|tests?|testing|check|bench\w*|measur\w*|quiz|"
    r"eval\w*|assess|prob(?:e|lems?)|puzzles?|questions?|prompts?|that (?:kind|sort)|stuff)(?!\w)",
    re.IGNORECASE,
)
"""A question (`how many legs has a spider?`) is about a capability where it speaks of the model or of a test."""
_VAGUE = ("instruction", "instructions", "code", "codes")
"""Words of capabilities that have other senses."""
CERTAIN = 0.8
"""How likely a meaning has to be to outweigh or narrow what is named."""
NEARLY_SURE = 0.9
"""How likely it has to be where nothing speaks of the model: a remark (`exec meeting in 10 min`) reads so too."""
LEAST_WORDS = 3
"""A clause of fewer words says too little for its meaning to be told."""


def meant(text: str, view: SessionView) -> list[Wish]:
    """The dimension that `text`, in which no capability is named, asks for; [] where its meaning is not sure."""
    words = told(text)
    if excluded(text) or (methods_in(text) and _HOW.match(words)):
        return []  # `everything except refusal`, `how does binary scoring decide`
    if len(_WORD.findall(words)) < LEAST_WORDS or (
        _OF_THE_WORLD.match(words) and not _OF_THE_MODEL.search(text)
    ):
        return []
    column = column_in(text, view.columns) if view.context == "data_inspection" else None
    found = meanings.meaning(words, among=DATA) if column else meanings.meaning(words)
    if view.last_card and _AGAIN.search(words):
        return []
    if found is None or found.likely < _least(text, view):
        return []
    wish = Wish(
        found.capability, (0, 0), likely=found.likely, subtypes=_subtypes(found.capability, found.subtype)
    )
    if found.capability in DATA and view.context == "data_inspection":
        wish.subtypes, wish.topic = [], column
    text = _FEW_THINGS.sub(lambda match: " " * len(match.group()), text)
    segments = segments_of(text, [])
    bind_counts(text, [wish], segments)
    bind_methods(text, [wish], methods_in(text), segments)
    bind_difficulty(text, [wish], segments)
    return [wish]


def outweighed(asked: list[Wish], text: str, view: SessionView) -> list[Wish]:
    """`asked`, or what `text` means as a whole where only a loose word names a capability (`the same facts`)."""
    if len(asked) != 1 or _is_named(text, asked[0]):
        return asked
    other = meant(text, view)
    certain = other and (found := meanings.meaning(told(text))) and found.likely >= CERTAIN
    return other if certain and other[0].capability != asked[0].capability else asked


def _is_named(text: str, wish: Wish) -> bool:
    """Whether the capability is named by more than a loose word or a word for a sub-type."""
    named = [one.text.lower() for one in mentions(text) if one.name == wish.capability]
    own = [part[:4] for part in wish.capability.split("_")]
    return any(
        words not in LOOSE and (" " in words or words[:4] in own) and words not in _VAGUE for words in named
    )


def refine(asked: list[Wish], text: str, view: SessionView) -> None:
    """Give a named capability the sub-type that is meant, where `text` says none of its words."""
    if len(asked) != 1 or asked[0].subtypes:
        return
    wish = asked[0]
    if wish.topic and topic_after(text, only_said=True):
        return  # `about cooking`, not what follows some `of` or `in`
    if wish.capability in DATA and view.context == "data_inspection":
        return
    found = meanings.meaning(told(text))
    if found is not None and found.capability == wish.capability and found.likely >= CERTAIN:
        wish.subtypes = _subtypes(wish.capability, found.subtype)
        wish.topic = None if wish.subtypes else wish.topic


def _least(text: str, view: SessionView) -> float:
    """How likely a meaning has to be: more where a card may be spoken of, most where nothing speaks of the model."""
    if not (_OF_THE_MODEL.search(text) or _ASKS.match(text)):
        return NEARLY_SURE
    return CERTAIN if view.last_card else meanings.SURE


def told(text: str) -> str:
    """`text` without what only says how many and how: numbers, methods, and stretches of small words."""
    text = blank(text, [f.span for f in methods_in(text)] + [span for _, span in counts_in(text)])
    small = frozenset(table("wording")["small"])
    kept = [
        segment
        for segment in (match.group().strip() for match in _SEGMENT.finditer(text))
        if any(word.lower() not in small for word in _WORD.findall(segment))
    ]
    return " ".join(", ".join(kept).split())


def _subtypes(capability: str, subtype: str | None) -> list[str]:
    """The sub-type as the capability declares it; a qualifier (`lookalike`) stands for all that have it."""
    if subtype is None:
        return []
    declared = subtypes_of(capability)
    if subtype in declared:
        return [subtype]
    return [name for name in declared if is_qualified(name) and name.endswith(f"_{subtype}")]
