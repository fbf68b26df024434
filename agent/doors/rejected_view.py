"""The prompts that a language model wrote for a card's suites and that did not pass the checks."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain
from sessions.card import CapabilityCard, Card
from sessions.store import Store


def rejected_drafts(card: Card, store: Store) -> RenderableType:
    """Each with its reason, by dimension."""
    tables: list[RenderableType] = []
    for dimension in card.dimensions if isinstance(card, CapabilityCard) else ():
        if not dimension.rejected:
            continue
        drafts = store.suite(dimension.suite.hash).rejected_drafts
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", title_justify="left")
        table.add_column("rejected for", overflow="fold")
        table.add_column(f"{dimension.capability} prompt", overflow="fold")
        for draft in drafts:
            table.add_row(plain(draft.reason, 120), plain(draft.prompt, 300))
        tables.append(table)
    return Group(*tables) if tables else Text("No prompt of this card was rejected.", style="dim")
