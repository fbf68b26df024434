"""What Slack has still to be told: rows that stay until they are sent, through outages and restarts."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sessions.cards.fields import now
from sessions.database import Database
from sessions.saved import writable

LetterKind = Literal["root", "result", "look", "ephemeral", "file"]
"""What opens a thread; what takes the progress message's place; a stored card seen again; a note; a file."""
KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Letter:
    """One thing to send."""

    id: int
    job: int | None
    channel: str
    thread: str | None
    kind: LetterKind
    payload: dict[str, Any]


class SlackOutbox:
    """Letters in the order in which they were written. Raises StoreError as `Store` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self,
        kind: LetterKind,
        payload: dict[str, Any],
        *,
        channel: str,
        thread: str | None,
        job: int | None = None,
        told: int | None = None,
    ) -> None:
        """Keep a letter; `told`: the session's message up to which the job's thread knows with it."""
        with self._database.writing() as connection:
            connection.execute(
                """INSERT INTO slack_outbox (job, channel, thread, kind, payload, created)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (job, channel, thread, kind, json.dumps(writable(payload)), now()),
            )
            if told is not None:
                connection.execute("UPDATE slack_jobs SET told = max(told, ?) WHERE id = ?", (told, job))

    def first(self) -> Letter | None:
        """The letter to send next."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, job, channel, thread, kind, payload FROM slack_outbox ORDER BY id LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        return Letter(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]))

    def done(self, letter: Letter) -> None:
        """The letter was sent, or never can be."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM slack_outbox WHERE id = ?", (letter.id,))

    def forget_old(self) -> int:
        """Let go of what could not be sent for a week; returns how many letters that were."""
        limit = (datetime.now(UTC) - KEPT).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM slack_outbox WHERE created < ?", (limit,)).rowcount
