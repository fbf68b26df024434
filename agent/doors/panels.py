"""Every kind of card on a Rich console: one file for each kind, joined here."""

from typing import assert_never

from rich.console import RenderableType
from rich.panel import Panel

from agent.doors.card_view import card_panel, worst_cases
from agent.doors.comparison_view import comparison_panel
from agent.doors.edit_benchmarks_view import edit_benchmarks_panel, probes_of
from agent.doors.edit_evaluation_view import edit_evaluation_panel
from agent.doors.edit_view import edit_panel
from agent.doors.feature_view import feature_panel
from agent.doors.regressions_view import regressions_panel
from agent.doors.sweep_view import sweep_panel
from sessions.card import (
    CapabilityCard,
    Card,
    ComparisonCard,
    EditBenchmarksCard,
    EditCard,
    EditEvaluationCard,
    FeatureCard,
    RegressionsCard,
    SweepCard,
)
from tools.errors import StoreError


def panel(card: Card) -> Panel:
    """The card as a panel."""
    match card:
        case CapabilityCard():
            return card_panel(card)
        case FeatureCard():
            return feature_panel(card)
        case SweepCard():
            return sweep_panel(card)
        case EditCard():
            return edit_panel(card)
        case EditBenchmarksCard():
            return edit_benchmarks_panel(card)
        case EditEvaluationCard():
            return edit_evaluation_panel(card)
        case ComparisonCard():
            return comparison_panel(card)
        case RegressionsCard():
            return regressions_panel(card)
    assert_never(card)


def worst(card: Card) -> RenderableType:
    """The worst cases, or probes, of a card that has any. Raises StoreError for another kind."""
    if isinstance(card, CapabilityCard):
        return worst_cases(card)
    if isinstance(card, EditBenchmarksCard):
        return probes_of(card)
    raise StoreError(
        f"Card {card.id} is a {card.kind} card and has no cases.",
        "/cards lists the cards; name one of capabilities.",
    )


def probes(card: Card, benchmark: str | None) -> RenderableType:
    """The probes of one edit benchmark, or the worst of all. Raises StoreError for another kind of card."""
    if isinstance(card, EditBenchmarksCard):
        return probes_of(card, benchmark)
    raise StoreError(
        f"The last card is a {card.kind} card and has no probes.",
        "Ask how good the edit was, then for its probes.",
    )
