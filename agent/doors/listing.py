"""What is stored: the list of sessions, and the export of a card from outside a chat."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.settings import Settings
from sessions.export import export_card, export_suites, export_thread
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


def export_stored(
    settings: Settings,
    card: str,
    export_format: str | None,
    output: Path | None,
    *,
    session: str | None = None,
    suite: bool = False,
) -> int:
    """Write a stored card, its suites or a session to a file and say where it is. Returns the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        store = Store(settings.store_folder)
        if session is not None:
            written: Iterable[Path] = [export_thread(store, session, export_format, output)]
        elif suite:
            written = export_suites(store, store.card(card), export_format, output)
        else:
            written = [export_card(store.card(card), export_format, output)]
        for path in written:
            console.print(Text(str(path)))
    except UserError as error:
        return _told(console, error)
    return 0


def _told(console: Console, error: UserError) -> int:
    console.print(Text(visible(str(error)), style="red"))
    return 1
