"""Writes a card's row, within a transaction of the one who has more to write beside it."""

import sqlite3

from sessions.card import Card
from sessions.cards.fields import now
from tools.errors import StoreError


def insert_card(connection: sqlite3.Connection, card: Card, training_run: str | None = None) -> None:
    """Keep a card in its session. Raises StoreError where there is no such session."""
    connection.execute(
        "INSERT INTO cards (id, session, kind, training_run, step, json) VALUES (?, ?, ?, ?, ?, ?)",
        (
            card.id,
            known_session(connection, card.session),
            card.kind,
            training_run,
            card.context.step,
            card.model_dump_json(),
        ),
    )
    connection.execute("UPDATE sessions SET last_used = ? WHERE id = ?", (now(), card.session))


def known_session(connection: sqlite3.Connection, session_id: str) -> str:
    """The same id, where there is such a session. Raises StoreError."""
    if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session_id,)).fetchone() is None:
        raise StoreError(f"There is no session {session_id!r}.", "`benchwright sessions` lists them.")
    return session_id
