"""List the cards of this session."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import Nothing
from agent.workbench import Workbench
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
        overall = "unscored" if card.overall is None else f"{card.overall:.1f}"
        measured = ", ".join(dimension.capability for dimension in card.dimensions)
        lines.append(f"{card.id}  {card.created[:16].replace('T', ' ')}  {overall:>8}  {measured}")
    yield Said("\n".join(lines))
