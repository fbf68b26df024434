"""The ledger of committed weight edits: which of them a session has, in order, and how each ended."""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field

from sessions.card_rows import insert_card
from sessions.cards.edit import EditCard
from sessions.cards.fields import now
from sessions.database import Database
from sessions.saved import Saved
from tools.errors import StoreError

EditStatus = Literal["active", "rolled back", "ended"]


def new_edit_id() -> str:
    """A fresh id, e.g. `e-5f0c9a1e42`."""
    return f"e-{secrets.token_hex(5)}"


class LedgerEntry(Saved):
    """One committed edit of a session."""

    id: str = Field(pattern=r"^e-[0-9a-f]{4,32}$")
    """Goes into file names, so nothing but this form is let in."""
    session: str
    request_key: str
    """The plan step that it belongs to."""
    card: str
    """Its edit card."""
    subject: str
    prompt: str
    """With `{}` in the subject's place."""
    target: str
    layer: int
    base_hash: str
    """Of the weights below it: the model's own, or those with the edit before."""
    edited_hash: str
    norm_ratio: float | None
    """Size of the change against the weights that it changes."""
    file: str
    """Its safetensors file."""
    status: EditStatus = "active"
    created: str = Field(default_factory=now)
    ended: str | None = None
    reason: str = ""
    """Why it is not active any more."""

    @property
    def statement(self) -> str:
        """The edit in a line: `The Eiffel Tower is located in → Berlin`."""
        return f"{self.prompt.replace('{}', self.subject)} → {self.target}"


class Ledger:
    """Committed edits by session. A part of `Store`, which has the file."""

    _database: Database

    def commit_edit(self, entry: LedgerEntry, card: EditCard, below: Sequence[LedgerEntry]) -> None:
        """Enter an edit as the newest of its session, and keep its card: both or neither.

        below: the active edits that it was made on. Raises StoreError where the session has others by now.
        """
        with self._database.writing() as connection:
            active = _entries(connection, "session = ? AND status = 'active'", entry.session)
            if [each.id for each in active] != [each.id for each in below]:
                raise StoreError(
                    f"Another process has edited the model of session {entry.session} meanwhile.",
                    "Ask again.",
                )
            insert_card(connection, card)
            connection.execute(
                "INSERT INTO edits (id, session, request_key, status, json) VALUES (?, ?, ?, ?, ?)",
                (entry.id, entry.session, entry.request_key, entry.status, entry.model_dump_json()),
            )

    def edits(self, session: str) -> list[LedgerEntry]:
        """Every edit that the session ever committed, in order."""
        with self._database.reading() as connection:
            return _entries(connection, "session = ?", session)

    def active_edits(self, session: str) -> list[LedgerEntry]:
        """The edits that the session's model has now, in the order in which they lie on each other."""
        with self._database.reading() as connection:
            return _entries(connection, "session = ? AND status = 'active'", session)

    def edit_of_request(self, session: str, request_key: str) -> LedgerEntry | None:
        """The edit that a plan step committed already, where the process was killed right after it."""
        with self._database.reading() as connection:
            found = _entries(connection, "session = ? AND request_key = ?", session, request_key)
        return found[-1] if found else None

    def end_edits(
        self, entries: Iterable[LedgerEntry], status: Literal["rolled back", "ended"], reason: str
    ) -> None:
        """Note that active edits are so no more, all or none; their files stay."""
        moment = now()
        with self._database.writing() as connection:
            for entry in entries:
                ended = entry.model_copy(update={"status": status, "ended": moment, "reason": reason})
                connection.execute(
                    "UPDATE edits SET status = ?, json = ? WHERE id = ? AND status = 'active'",
                    (ended.status, ended.model_dump_json(), ended.id),
                )


def _entries(connection: sqlite3.Connection, condition: str, *values: object) -> list[LedgerEntry]:
    """Entries in the order in which they were committed. `condition` is our own SQL, never text from outside."""
    rows = connection.execute(f"SELECT json FROM edits WHERE {condition} ORDER BY number", values).fetchall()
    return [LedgerEntry.model_validate(json.loads(text)) for (text,) in rows]
