"""List the cards of this session."""

from collections.abc import Iterator
from typing import assert_never

from agent.events import Event, Said
from agent.planner.arguments import Nothing
from agent.workbench import Workbench
from sessions.card import (
    CapabilityCard,
    Card,
    ComparisonCard,
    EditBenchmarksCard,
    EditCard,
    EditEvaluationCard,
    EditReference,
    FeatureCard,
    RegressionsCard,
    SweepCard,
)
from tools.progress import Report

LONGEST = 50


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """A line for each card, newest first."""
    cards = bench.store.cards(session=bench.session_id, limit=LONGEST)
    if not cards:
        yield Said("This session has no card yet.")
        return
    lines = []
    for card in cards:
        result, what = in_short(card)
        lines.append(f"{card.id}  {card.created[:16].replace('T', ' ')}  {result:>22}  {what}")
    yield Said("\n".join(lines))


def in_short(card: Card) -> tuple[str, str]:
    """A card's result in a word or two, and what was measured."""
    match card:
        case CapabilityCard():
            overall = "unscored" if card.overall is None else f"{card.overall:.1f}"
            return overall, ", ".join(dimension.capability for dimension in card.dimensions)
        case FeatureCard():
            return card.reading, f"feature {card.feature} of {card.sae.name}"
        case SweepCard():
            return f"{card.n_features:,} features", f"sweep of {card.sae.name}"
        case EditCard():
            return "committed" if card.committed else "rolled back", _edit(card)
        case EditBenchmarksCard():
            judged = [result.passed for result in card.results if result.passed is not None]
            return f"{sum(judged)} of {len(judged)} passed", f"benchmarks of {_edit(card.edit)}"
        case ComparisonCard():
            return "comparison", " · ".join(each.name for each in card.compared)
        case RegressionsCard():
            return f"{len(card.steps)} steps", f"regressions of {card.training_run}"
        case EditEvaluationCard():
            name, value = card.headline.name, card.headline.value
            result = "unscored" if value is None else f"{name} {100 * value:.1f}"
            return result, f"{len(card.facts):,} edits of {card.facts_from}"
    assert_never(card)


def _edit(edit: EditCard | EditReference) -> str:
    return f"{edit.prompt.replace('{}', edit.subject)} → {edit.target}"
