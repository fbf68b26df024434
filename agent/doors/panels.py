"""Every kind of card on a Rich console: one file for each kind, joined here."""

from typing import assert_never

from rich.console import RenderableType
from rich.panel import Panel

from agent.doors.card_view import card_panel, worst_cases
from agent.doors.feature_view import feature_panel
from agent.doors.sweep_view import sweep_panel
from sessions.card import CapabilityCard, Card, FeatureCard, SweepCard
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
    assert_never(card)


def worst(card: Card) -> RenderableType:
    """The worst cases of a card that has cases. Raises StoreError for another kind."""
    if isinstance(card, CapabilityCard):
        return worst_cases(card)
    raise StoreError(
        f"Card {card.id} is a {card.kind} card and has no cases.",
        "/cards lists the cards; name one of capabilities.",
    )
