"""Words that several capabilities go by (`knowledge`, `reasoning`), and which of them is meant."""

from agent.planner.capabilities import Found, subtypes_in, subtypes_of, told_by_subtype
from agent.planner.quotes import blank

LOOSE = {
    "puzzles": ("spatial_reasoning",),
    "puzzle": ("spatial_reasoning",),
    "exam": ("factual_recall", "knowledge_mcq"),
    "exam questions": ("factual_recall", "knowledge_mcq"),
    "quiz": ("factual_recall",),
    "quiz questions": ("factual_recall",),
    "knowledge": ("factual_recall", "knowledge_mcq"),
    "general knowledge": ("factual_recall", "knowledge_mcq"),
    "facts": ("factual_recall", "knowledge_mcq"),
    "trivia": ("factual_recall", "knowledge_mcq"),
    "reasoning": ("logical_reasoning", "spatial_reasoning", "cot_math"),
    "maths": ("cot_math", "arithmetic"),
    "math": ("cot_math", "arithmetic"),
    "mathematics": ("cot_math", "arithmetic"),
}


def by_slice(text: str, found: Found) -> Found:
    """A loose word (`knowledge`, `reasoning`) stands for the capability whose slice is named with it."""
    others = LOOSE.get(found.text.lower(), ())
    around = blank(text, [found.span])
    for one in told_by_subtype(around):
        if one.name in others:
            return Found(one.name, found.span, found.text)
    if not others or subtypes_in(around, subtypes_of(found.name)):
        return found
    for name in others:
        if subtypes_in(around, subtypes_of(name)):
            return Found(name, found.span, found.text)
    return found
