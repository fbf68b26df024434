"""The SQLite file of the store: opened safely, migrated, written in whole transactions, its errors told in words."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sessions.schema import APPLICATION_ID, MIGRATIONS
from tools.errors import StoreError

BUSY_S = 20.0
"""How long one process waits for another's write, which takes milliseconds."""


class Database:
    """One connection to the file, shared by the threads of this process one at a time.

    Every transaction is on the disk (WAL, `synchronous=FULL`) when it returns, so neither `kill -9` nor a power cut
    takes back what was acknowledged. Processes wait for each other's writes and never for reads. Threads take turns
    through a lock; a turn is milliseconds, so a door can read while the engine writes.
    """

    def __init__(self, path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
        """Open the file, or make it (readable by its owner only) with its folder. Raises StoreError."""
        self.path = path
        self._lock = threading.RLock()
        _make_file(path)
        with self._errors_in_words():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(migrations)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file. Raises StoreError."""
        with self._transaction("BEGIN DEFERRED") as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One change, durable when this returns, undone whole where anything fails. Raises StoreError."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors_in_words():
            try:
                self._connection.execute(begin)
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # Nothing to do where it did not begin, or where SQLite has rolled back by itself (full disk).
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self, migrations: Sequence[Sequence[str]]) -> None:
        """Look before touching: a file that is damaged, foreign or too new is left as it is."""
        self._refuse_foreign(len(migrations))
        self._use_write_ahead_log()
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self._pragma("user_version") < len(migrations):
            with self.writing() as connection:
                # Another process may have been here since: what counts is the version inside the transaction.
                done = self._pragma("user_version")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                for version, statements in enumerate(migrations[done:], start=done + 1):
                    for statement in statements:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {version}")

    def _refuse_foreign(self, newest: int) -> None:
        with self.reading() as connection:
            (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            version, application = self._pragma("user_version"), self._pragma("application_id")
        if n_tables and application != APPLICATION_ID:
            raise StoreError(
                f"{self.path} belongs to another program and was not touched.",
                "Set BENCHWRIGHT_DATA to another folder.",
            )
        if version > newest:
            raise StoreError(
                f"{self.path} was written by a newer Benchwright (schema {version}; this one knows {newest}).",
                "Update Benchwright, or set BENCHWRIGHT_DATA to another folder.",
            )

    def _use_write_ahead_log(self) -> None:
        """Switching the journal of a new file does not wait for another process that does the same; so we do."""
        until = time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    @contextlib.contextmanager
    def _errors_in_words(self) -> Iterator[None]:
        """What the disk or another process causes becomes a StoreError; a mistake in our SQL stays one."""
        try:
            yield
        except sqlite3.Error as error:
            told = _told(error, self.path)
            if told is None:
                raise
            raise told from error


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file that is there is not even opened: closing it again would drop the locks that SQLite holds on it for
        # other connections of this process, and another process could take the log from under them.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"The sessions cannot be kept in {path.parent}: {(error.strerror or str(error)).lower()}.",
            "Make that a folder you may write to, or set BENCHWRIGHT_DATA to another one.",
        ) from error


def _told(error: sqlite3.Error, path: Path) -> StoreError | None:
    match getattr(error, "sqlite_errorcode", -1) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StoreError(
                f"There is no space left for {path}; what was stored before is safe.",
                "Free some space and ask again.",
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreError(
                f"{path} is damaged and was left as it is: {error}.",
                "Move it (with its -wal and -shm files) aside to begin anew, or put a backup in its place.",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(
                f"Another process has kept {path} locked for {BUSY_S:.0f} s.",
                "Close other Benchwright processes and try again.",
            )
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StoreError(
                f"{path} cannot be read or written: {error}; what was stored before is safe.",
                "Check the disk's space and the folder's permissions, or set BENCHWRIGHT_DATA to another folder.",
            )
        case _:
            return None
