"""What was asked in Slack and what became of it: threads and their sessions, jobs, and what was seen already.

A job is a row from the moment it is received, so a killed bot finds what is not done; nothing is received twice.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Literal

from sessions.cards.fields import now
from sessions.database import Database
from sessions.redact import redact_values
from sessions.saved import writable
from sessions.store import FILE

JobStatus = Literal["queued", "running", "asked", "done", "failed", "stopped"]
"""`asked` waits for a yes; `running` is also what a killed process leaves behind."""
REMEMBERED = timedelta(days=7)
"""How long what was seen is kept; Slack's own retries end after hours."""
RECENT = 20
"""Jobs that an expectation of the next one's duration rests on."""
_COLUMNS = "id, channel, thread, user, wish, status, progress, begun, told, exports, started"


@dataclass(frozen=True)
class Job:
    """One thing that somebody asked for in a thread."""

    id: int
    channel: str
    thread: str | None
    """None until the message that opens the thread is there."""
    user: str
    wish: dict[str, Any]
    """`{"text"}`, `{"step"}`, or `{"look", "card", ...}` for what is only shown again."""
    status: JobStatus
    progress: str | None
    """Timestamp of the message that tells how far it is."""
    begun: int
    """The session's last message when the work began."""
    told: int
    """The session's message up to which the thread was told."""
    exports: list[dict[str, Any]]
    """What to upload when the work is done."""
    started: str | None


class SlackJobs:
    """The tables of the bot, in the store's file. Safe for several threads; raises StoreError as `Store` does."""

    def __init__(self, folder: Path) -> None:
        """Open the store's file in this folder, or make it. Raises StoreError."""
        self.database = Database(folder / FILE)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def receive(
        self,
        keys: Sequence[str],
        channel: str,
        thread: str | None,
        user: str,
        wish: dict[str, Any],
    ) -> Job | None:
        """Mark what came under all its keys and make it a job, both or neither; None where one was seen before."""
        with self.database.writing() as connection:
            if not _mark(connection, keys):
                return None
            job_id = connection.execute(
                """INSERT INTO slack_jobs (channel, thread, user, wish, status, created)
                   VALUES (?, ?, ?, ?, 'queued', ?)""",
                (channel, thread, user, _json(wish), now()),
            ).lastrowid
            return _jobs(connection, "id = ?", job_id)[0]

    def mark(self, keys: Sequence[str]) -> bool:
        """Mark what came and makes no job; False where it was seen before."""
        with self.database.writing() as connection:
            return _mark(connection, keys)

    def forget_old(self) -> None:
        """Let go of marks that are too old to come again."""
        limit = (datetime.now(UTC) - REMEMBERED).isoformat(timespec="seconds")
        with self.database.writing() as connection:
            connection.execute("DELETE FROM slack_seen WHERE seen < ?", (limit,))

    def job(self, job_id: int) -> Job | None:
        """The job of an id."""
        with self.database.reading() as connection:
            found = _jobs(connection, "id = ?", job_id)
        return found[0] if found else None

    def jobs(self, *statuses: JobStatus, channel: str | None = None, thread: str | None = None) -> list[Job]:
        """Jobs with one of these statuses, the earliest first; of one thread, where given."""
        marks = ", ".join("?" * len(statuses))
        with self.database.reading() as connection:
            return _jobs(
                connection,
                f"status IN ({marks}) AND (? IS NULL OR channel = ?) AND (? IS NULL OR thread = ?)",
                *statuses,
                channel,
                channel,
                thread,
                thread,
            )

    def begin(self, job_id: int, last_message: int) -> bool:
        """Take a queued job into work; False where it is not queued any more."""
        with self.database.writing() as connection:
            return bool(
                connection.execute(
                    """UPDATE slack_jobs SET status = 'running', started = ?, begun = ?, told = max(told, ?)
                       WHERE id = ? AND status = 'queued'""",
                    (now(), last_message, last_message, job_id),
                ).rowcount
            )

    def end(self, job_id: int, status: JobStatus, only_if: Iterable[JobStatus] = ("running",)) -> bool:
        """Note how a job ended, or that it waits for a yes; False where it was in none of the states `only_if`."""
        before = tuple(only_if)
        with self.database.writing() as connection:
            return bool(
                connection.execute(
                    f"""UPDATE slack_jobs SET status = ?, ended = ?
                        WHERE id = ? AND status IN ({", ".join("?" * len(before))})""",
                    (status, now(), job_id, *before),
                ).rowcount
            )

    def answer(self, job_id: int, word: str) -> bool:
        """Put a job that waits for a yes back in line with the answer; False where it waits no more."""
        with self.database.writing() as connection:
            return bool(
                connection.execute(
                    "UPDATE slack_jobs SET status = 'queued', wish = ? WHERE id = ? AND status = 'asked'",
                    (_json({"text": word}), job_id),
                ).rowcount
            )

    def export_afterwards(self, job_id: int, exports: list[dict[str, Any]]) -> None:
        """Note what is to be uploaded when the job is done."""
        with self.database.writing() as connection:
            connection.execute("UPDATE slack_jobs SET exports = ? WHERE id = ?", (_json(exports), job_id))

    def open_thread(self, job_id: int, channel: str, thread: str) -> None:
        """The thread that a job opened is there."""
        with self.database.writing() as connection:
            connection.execute(
                "UPDATE slack_jobs SET channel = ?, thread = ? WHERE id = ?", (channel, thread, job_id)
            )

    def shows_progress(self, job_id: int, message: str | None) -> None:
        """Which message tells how far a job is; None: none any more."""
        with self.database.writing() as connection:
            connection.execute("UPDATE slack_jobs SET progress = ? WHERE id = ?", (message, job_id))

    def session_of(self, channel: str, thread: str) -> str | None:
        """The session of a thread, if it has one."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT session FROM slack_threads WHERE channel = ? AND thread = ?", (channel, thread)
            ).fetchone()
        return row[0] if row else None

    def tie(self, channel: str, thread: str, session: str) -> None:
        """Give a thread its session, for good."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO slack_threads (channel, thread, session) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (channel, thread, session),
            )

    def usual_seconds(self) -> float | None:
        """Median duration of the last jobs; None where none was done yet."""
        with self.database.reading() as connection:
            rows = connection.execute(
                """SELECT started, ended FROM slack_jobs
                   WHERE status = 'done' AND started IS NOT NULL AND ended IS NOT NULL
                   ORDER BY id DESC LIMIT ?""",
                (RECENT,),
            ).fetchall()
        lasted = [
            (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()
            for started, ended in rows
        ]
        return median(lasted) if lasted else None


def _mark(connection: sqlite3.Connection, keys: Sequence[str]) -> bool:
    """Mark all keys; whether all of them were new."""
    added = [
        connection.execute(
            "INSERT INTO slack_seen (key, seen) VALUES (?, ?) ON CONFLICT DO NOTHING", (key, now())
        ).rowcount
        for key in keys
    ]
    return all(added)


def _json(value: Any) -> str:
    return json.dumps(writable(redact_values(value)), allow_nan=False)


def _jobs(connection: sqlite3.Connection, condition: str, *values: object) -> list[Job]:
    """Jobs in the order in which they came. `condition` is our own SQL, never text from outside."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM slack_jobs WHERE {condition} ORDER BY id", values)
    return [
        Job(
            id=row[0],
            channel=row[1],
            thread=row[2],
            user=row[3],
            wish=json.loads(row[4]),
            status=row[5],
            progress=row[6],
            begun=row[7],
            told=row[8],
            exports=json.loads(row[9]),
            started=row[10],
        )
        for row in rows
    ]
