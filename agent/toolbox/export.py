"""Write the last card to a file: JSON, CSV or Markdown."""

from collections.abc import Iterator
from pathlib import Path

from agent.events import Event, Said
from agent.planner.arguments import Export
from agent.workbench import Workbench
from sessions.export import export_card
from tools.errors import StoreError
from tools.progress import Report


def run(arguments: Export, bench: Workbench, report: Report) -> Iterator[Event]:
    """Write the newest card of this session and say where it is."""
    cards = bench.store.cards(session=bench.session_id, limit=1)
    if not cards:
        raise StoreError("There is no card to export yet.", "Ask for one first.")
    path = export_card(cards[0], arguments.format, Path(arguments.path) if arguments.path else None)
    yield Said(f"Wrote card {cards[0].id} to {path}")
