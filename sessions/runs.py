"""The store's runs: credits are kept as they come, and found again by plan step or by training step."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import JsonValue

from prompts.suite import Suite
from sessions.cards.fields import now
from sessions.database import Database
from sessions.records import Run
from sessions.saved import writable
from tools.errors import StoreError
from tools.results import Credit


class Runs:
    """Suites that were run on a model, each with the credits so far. A part of `Store`, which has the file."""

    _database: Database

    def save_suite(self, suite: Suite) -> str:
        """Keep a suite under its hash, which is returned. One that is there already stays as it is."""
        with self._database.writing() as connection:
            return _keep_suite(connection, suite)

    def suite(self, suite_hash: str) -> Suite:
        """The suite of a hash or the unique beginning of one. Raises StoreError."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT json FROM suites WHERE substr(hash, 1, length(:hash)) = :hash LIMIT 2",
                {"hash": suite_hash},
            ).fetchall()
        if len(rows) != 1 or not suite_hash:
            fault = "There is no suite" if not rows else "There are several suites"
            raise StoreError(
                f"{fault} whose hash begins with {suite_hash!r}.",
                "Take the whole hash from the card that it was run for.",
            )
        return Suite.model_validate_json(rows[0][0])

    def start_run(
        self,
        session_id: str,
        key: str,
        suite: Suite,
        settings: Mapping[str, JsonValue],
        *,
        weights_hash: str | None,
        training_run: str | None = None,
        step: int | None = None,
    ) -> Run:
        """Begin a run of a suite, which is kept too, for the plan step that `key` names."""
        with self._database.writing() as connection:
            row = {
                "session": session_id,
                "key": key,
                "suite": _keep_suite(connection, suite),
                "method": suite.scoring,
                "settings": json.dumps(writable(dict(settings)), allow_nan=False),
                "weights_hash": weights_hash,
                "training_run": training_run,
                "step": step,
                "started": now(),
            }
            cursor = connection.execute(
                """INSERT INTO runs (session, key, suite, method, settings, weights_hash, training_run, step,
                                     status, started)
                   VALUES (:session, :key, :suite, :method, :settings, :weights_hash, :training_run, :step,
                           'running', :started)""",
                row,
            )
            return _runs(connection, "id = ?", cursor.lastrowid)[0]

    def add_credits(self, run_id: int, credits: Iterable[Credit]) -> None:
        """Add credits to a run, all or none of them; a later credit of the same case replaces the earlier one."""
        rows = [
            (run_id, credit.case_id, json.dumps(writable(credit.model_dump(mode="json"))))
            for credit in credits
        ]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO credits (run, case_id, json) VALUES (?, ?, ?)", rows
            )

    def finish_run(self, run_id: int, status: Literal["done", "stopped"] = "done") -> None:
        """Mark a run as complete, or as stopped by the user."""
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET status = ?, ended = ? WHERE id = ?", (status, now(), run_id))

    def run(self, session_id: str, key: str) -> Run | None:
        """The newest run of a plan step with its credits, or None: killed and stopped ones go on where they were.

        Complete ones are found too: a request of several runs that was killed in the third has two of them. Whether
        suite, settings and weights are still the same is for the caller to compare.
        """
        with self._database.reading() as connection:
            found = _runs(connection, "session = ? AND key = ?", session_id, key)
        return found[-1] if found else None

    def runs_by_step(self, training_run: str, suite_hash: str | None = None) -> list[Run]:
        """The complete runs of a training run with their credits, by step; the newest of a step comes last."""
        with self._database.reading() as connection:
            found = _runs(
                connection,
                "training_run = ? AND status = 'done' AND step IS NOT NULL AND suite = coalesce(?, suite)",
                training_run,
                suite_hash,
            )
        return sorted(found, key=lambda run: run.step or 0)


def _keep_suite(connection: sqlite3.Connection, suite: Suite) -> str:
    suite_hash = suite.hash
    connection.execute(
        "INSERT OR IGNORE INTO suites (hash, json) VALUES (?, ?)", (suite_hash, suite.model_dump_json())
    )
    return suite_hash


def _runs(connection: sqlite3.Connection, condition: str, *values: object) -> list[Run]:
    """Runs in the order they were started. `condition` is our own SQL, never text from outside."""
    rows = connection.execute(
        f"""SELECT id, session, key, suite, method, settings, weights_hash, training_run, step, status, started,
                   ended
            FROM runs WHERE {condition} ORDER BY id""",
        values,
    ).fetchall()
    return [
        Run(
            id=row[0],
            session=row[1],
            key=row[2],
            suite_hash=row[3],
            method=row[4],
            settings=json.loads(row[5]),
            weights_hash=row[6],
            training_run=row[7],
            step=row[8],
            status=row[9],
            started=row[10],
            ended=row[11],
            credits=tuple(
                Credit.model_validate_json(text)
                for (text,) in connection.execute(
                    "SELECT json FROM credits WHERE run = ? ORDER BY rowid", (row[0],)
                )
            ),
        )
        for row in rows
    ]
