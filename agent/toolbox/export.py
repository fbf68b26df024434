"""Write the last card, its suites or this conversation to a file: HTML, Markdown, PNG, JSON, CSV, JSONL, lm-eval."""

from collections.abc import Iterator
from pathlib import Path

from agent.events import Event, Said
from agent.planner.arguments import Export
from agent.workbench import Workbench
from sessions.card import CapabilityCard
from sessions.export import export_card, export_suites, export_thread
from tools.errors import StoreError
from tools.progress import Report

SUITE_FORMATS = ("jsonl", "lm_eval", "lm-eval")
LOOKED_THROUGH = 50
"""Cards among which the last one with suites is looked for."""


def run(arguments: Export, bench: Workbench, report: Report) -> Iterator[Event]:
    """Write it and say where it is. Raises StoreError."""
    path = Path(arguments.path) if arguments.path else None
    what = arguments.what
    if what == "card" and (arguments.format or "").lower() in SUITE_FORMATS:
        what = "suite"  # no card has such a format
    if what == "thread":
        written = export_thread(bench.store, bench.session_id, arguments.format, path)
        yield Said(f"Wrote this conversation to {written}")
        return
    cards = bench.store.cards(session=bench.session_id, limit=LOOKED_THROUGH)
    if what == "suite":
        card = next((card for card in cards if isinstance(card, CapabilityCard)), None)
        if card is None:
            raise StoreError("There is no card with a suite to export yet.", "Ask for a benchmark first.")
        for written in export_suites(bench.store, card, arguments.format, path):
            yield Said(f"Wrote a suite of card {card.id} to {written}")
        return
    if not cards:
        raise StoreError("There is no card to export yet.", "Ask for one first.")
    written = export_card(cards[0], arguments.format, path)
    yield Said(f"Wrote card {cards[0].id} to {written}")
