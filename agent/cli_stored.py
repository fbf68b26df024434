"""Commands for what is stored already: `benchwright sessions` and `benchwright export`."""

from pathlib import Path
from typing import Annotated

import typer

from agent import cli_options as options


def sessions() -> None:
    """List the sessions, newest first."""
    from agent.doors.listing import print_sessions

    raise typer.Exit(print_sessions(options.settings_from()))


def export(
    card: Annotated[str, typer.Argument(help="Id of a card, the beginning of one, or 'last'.")] = "last",
    export_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="A card: json, csv, markdown, html or png. A session: html or markdown. A suite: jsonl or lm-eval.",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    session: Annotated[
        str | None, typer.Option(help="Write this whole session, with its cards, instead of a card.")
    ] = None,
    suite: Annotated[
        bool, typer.Option("--suite", help="Write the suites that the card rests on instead of the card.")
    ] = False,
) -> None:
    """Write a stored card, its suites, or a whole session to a file."""
    from agent.doors.listing import export_stored

    if session is not None and (suite or card != "last"):
        raise typer.BadParameter("give either --session, or a CARD with or without --suite")
    raise typer.Exit(
        export_stored(options.settings_from(), card, export_format, output, session=session, suite=suite)
    )
