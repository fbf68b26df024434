"""Requests that lean on the last card: "again with 50", "just the spatial ones", "the same but harder"."""

import re

from agent.planner.capabilities import counts_in, difficulty_in, methods_in, subtypes_in, subtypes_of
from agent.planner.dimensions import excluded
from agent.planner.plan import CardDimension, LastCard, SessionView
from agent.planner.reading import Reading
from agent.planner.wish import Wish

_WORST = re.compile(r"(?<!\w)(?:worst|weakest|lowest|poorest)(?!\w)", re.IGNORECASE)
_BEST = re.compile(r"(?<!\w)(?:best|strongest|highest)(?!\w)", re.IGNORECASE)
_FACTOR = (("double|twice(?: as many)?", 2.0), ("triple|three times", 3.0), ("halve|half", 0.5))


def dimension_of(card: LastCard, name: str) -> CardDimension | None:
    """The card's dimension for a capability, also where the word fits by family (`reasoning`, `maths`)."""
    exact = next((d for d in card.dimensions if d.capability == name), None)
    if exact:
        return exact
    family = next((f for f in _FAMILIES if name in f), ())
    return next((d for d in card.dimensions if d.capability in family), None)


_FAMILIES = (
    ("logical_reasoning", "spatial_reasoning", "cot_math"),
    ("cot_math", "arithmetic"),
    ("factual_recall", "knowledge_mcq"),
)


def in_card(card: LastCard, text: str) -> list[tuple[CardDimension, str]]:
    """Sub-types of the last card that `text` names, each with its dimension."""
    found: list[tuple[CardDimension, str]] = []
    for dimension in card.dimensions:
        names = dimension.subtypes or list(subtypes_of(dimension.capability))
        found += [(dimension, f.name) for f in subtypes_in(text, names)]
    return found


def name_as_in_card(asked: list[Wish], card: LastCard, text: str) -> None:
    """Put the card's own sub-type names into the wishes for its dimensions: those are what can be run again."""
    for wish in asked:
        dimension = next((d for d in card.dimensions if d.capability == wish.capability), None)
        names = [f.name for f in subtypes_in(text, dimension.subtypes)] if dimension else []
        own = set(wish.capability.split("_"))
        names = [name for name in dict.fromkeys(names) if not set(name.split("_")) <= own]
        if names:
            wish.subtypes, wish.topic = names, None


def followed(reading: Reading, view: SessionView) -> list[Wish] | None:
    """The dimensions of a follow-up on the last card; None where nothing of the card is meant."""
    card = view.last_card
    if card is None or not card.dimensions:
        return None
    text = reading.rest
    chosen = _scoped(card, reading) or [_again(d) for d in card.dimensions]
    left_out = set(excluded(text))
    chosen = [w for w in chosen if w.capability not in left_out] or chosen
    counts = [n for n, _ in counts_in(text)]
    method = next((f.name for f in methods_in(text)), None)
    level = difficulty_in(text)
    for wish in chosen:
        dimension = next((d for d in card.dimensions if d.capability == wish.capability), None)
        wish.n_prompts = counts[0] if counts else _scaled(text, dimension)
        wish.method = method
        wish.difficulty = level
    return chosen


def _scoped(card: LastCard, reading: Reading) -> list[Wish] | None:
    """The dimensions narrowed to the sub-types or capabilities named, or to the weakest one."""
    text = reading.rest
    by_capability: dict[str, list[str]] = {}
    for dimension, name in in_card(card, text):
        whole = next((m for m in reading.mentions if m.name == dimension.capability), None)
        if whole and set(name.split("_")) <= set(re.findall(r"\w+", whole.text.lower().replace("_", " "))):
            continue
        by_capability.setdefault(dimension.capability, []).append(name)
    if by_capability:
        return [Wish(capability, (0, 0), subtypes=names) for capability, names in by_capability.items()]
    scored = [d for d in card.dimensions if d.score is not None]
    for expression, pick in ((_WORST, min), (_BEST, max)):
        if scored and expression.search(text) and len(card.dimensions) > 1:
            return [Wish(pick(scored, key=lambda d: d.score or 0.0).capability, (0, 0))]
    return None


def _again(dimension: CardDimension) -> Wish:
    """The dimension once more. A card that was narrowed to one of several sub-types stays narrowed."""
    known = subtypes_of(dimension.capability)
    narrowed = len(dimension.subtypes) == 1 and dimension.subtypes[0] in known and len(known) > 1
    return Wish(dimension.capability, (0, 0), subtypes=list(dimension.subtypes) if narrowed else [])


def _scaled(text: str, dimension: CardDimension | None) -> int | None:
    if dimension is None or dimension.n_prompts is None:
        return None
    for words, factor in _FACTOR:
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            return max(1, int(dimension.n_prompts * factor))
    return None
