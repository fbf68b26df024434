"""What is stored: the list of sessions, and the export of a card from outside a chat."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.settings import Settings
from sessions.export import export_card
from sessions.store import Store
from sessions.visible import visible
from tools.errors import UserError


def print_sessions(settings: Settings) -> int:
    """Print the sessions, newest first. Returns the exit code."""
    console = Console(highlight=False)
    try:
        sessions = Store(settings.store_folder).sessions()
    except UserError as error:
        return _told(console, error)
    if not sessions:
        console.print("No session yet. Begin one with: benchwright chat")
        return 0
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("session", "last used", "cards", "first request"):
        table.add_column(heading)
    for session in sessions:
        table.add_row(
            session.id, session.last_used[:16].replace("T", " "), str(session.n_cards), visible(session.title)
        )
    console.print(table)
    return 0


def export_stored(settings: Settings, card: str, export_format: str | None, output: Path | None) -> int:
    """Write a stored card to a file and say where it is. Returns the exit code."""
    console = Console(highlight=False)
    try:
        path = export_card(Store(settings.store_folder).card(card), export_format, output)
    except UserError as error:
        return _told(console, error)
    console.print(Text(str(path)))
    return 0


def _told(console: Console, error: UserError) -> int:
    console.print(Text(visible(str(error)), style="red"))
    return 1
