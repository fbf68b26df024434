"""Which intent a clause has: telling words and recognised names first, retrieval for everything else."""

import re

from agent.planner.card_intents import of_cards
from agent.planner.edit_intents import of_edits
from agent.planner.explaining import asks_indirectly
from agent.planner.feature_intents import of_features
from agent.planner.fixed_intents import OF_THE_MODEL, fixed, of_a_column
from agent.planner.name_intents import of_names
from agent.planner.plan import SessionView
from agent.planner.reading import Reading

SURE, UNLIKELY = 0.7, 0.1
"""A rule gives way where retrieval is sure of another intent and finds the rule's own unlikely.

On 2,400 graded requests the two differ so 30 times, and retrieval is right in 21 of these, the rule in 6."""


def decided(reading: Reading, view: SessionView, likely: dict[str, float]) -> tuple[str, float]:
    """The intent of a clause without an edit in it, and how sure that is (0 to 1)."""
    best = max(likely, key=lambda name: likely[name])
    for rule in (fixed, of_features, of_edits, of_names, of_cards):
        if (intent := rule(reading, view, likely)) is not None:
            if likely[best] > SURE and likely[intent] < UNLIKELY and _may_yield(intent, best, reading, view):
                return best, likely[best] * 0.95
            return intent, _blend(intent, likely)
    intent = best
    if intent == "compare" and not view.last_card and len(reading.models) + len(reading.steps) == 1:
        intent = "run_benchmark"  # nothing to compare it with yet
        return intent, 0.6
    return intent, likely[intent] * 0.95


_IN_SHORT = re.compile(r"(?<!\w)(?:eli5|(?:the )?gist of)(?!\w)", re.IGNORECASE)


def _may_yield(intent: str, best: str, reading: Reading, view: SessionView) -> bool:
    """Whether a rule's `intent` may give way to retrieval's `best`: not where what was recognised speaks for it."""
    if reading.foreign:
        return False  # the embedding knows English only
    if best == "explain" and reading.wishes and OF_THE_MODEL.search(reading.unquoted):
        return False
    if best == "explain" and of_a_column(reading, view):
        return False
    if intent == "explain" and (asks_indirectly(reading) or _IN_SHORT.search(reading.unquoted)):
        return False
    if best in ("clarify", "help"):
        return not reading.wishes and intent != "run_benchmark"
    return not (intent == "compare" and best == "run_benchmark" and reading.steps)


def _blend(intent: str, likely: dict[str, float]) -> float:
    """A rule's word counts for much; retrieval agreeing makes it more, disagreeing strongly makes it less."""
    return min(
        0.99, 0.72 + 0.27 * likely[intent] - 0.1 * max(0.0, max(likely.values()) - likely[intent] - 0.5)
    )
