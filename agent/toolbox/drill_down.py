"""Take a score apart: its sub-types, the worst cases, what the failures share; or show the prompts thrown out."""

from collections.abc import Iterator

from agent.events import Event, Said, TakenApart
from agent.planner.arguments import DrillDown
from agent.rejected_prompts import rejected_in_words
from agent.workbench import Workbench
from sessions.card import CapabilityCard, Card, EditBenchmarksCard, EditCard, FeatureCard
from sessions.drill_down import drill_down
from tools.errors import StoreError
from tools.progress import Report

RECENT = 20
"""Cards of the session that are looked through for the capability."""


def run(arguments: DrillDown, bench: Workbench, report: Report) -> Iterator[Event]:
    """Take apart the newest card that has the capability (none named: its lowest score)."""
    if arguments.rejected:
        card = _newest_written_for(bench, arguments.capability)
        yield Said(rejected_in_words(card, bench.store, arguments.capability))
        return
    measured = newest_card(bench, arguments.capability)
    yield TakenApart(drill_down(measured, arguments.capability, arguments.subtypes))


def _newest_written_for(bench: Workbench, capability: str | None) -> Card:
    """The newest card that prompts or sentences were written for. Raises StoreError."""
    if capability is None:
        for card in bench.store.cards(session=bench.session_id, limit=RECENT):
            if isinstance(card, CapabilityCard | FeatureCard | EditCard | EditBenchmarksCard):
                return card
    return newest_card(bench, capability)


def newest_card(bench: Workbench, capability: str | None = None) -> CapabilityCard:
    """The session's newest card of capabilities, with the one named where there is such. Raises StoreError."""
    cards = [
        card
        for card in bench.store.cards(session=bench.session_id, limit=RECENT)
        if isinstance(card, CapabilityCard)
    ]
    if not cards:
        raise StoreError(
            "There is no capability card in this session yet.", "Ask for one: how good is it at arithmetic?"
        )
    having = [card for card in cards if capability in {each.capability for each in card.dimensions}]
    return (having or cards)[0]
