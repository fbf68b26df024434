"""The graph's checkpoints, in a SQLite file beside the store."""

import sqlite3
from pathlib import Path

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from tools.errors import StoreError


def open_checkpoints(folder: Path) -> SqliteSaver:
    """A saver whose state holds plain data only: a tampered file cannot name types to be made. Raises StoreError."""
    try:
        connection = sqlite3.connect(folder / "checkpoints.sqlite", check_same_thread=False, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        saver.setup()
    except sqlite3.Error as error:
        raise StoreError(
            f"The conversation state in {folder} cannot be opened: {error}.",
            "Check the folder's permissions and free space, or set BENCHWRIGHT_DATA to another folder.",
        ) from error
    return saver
