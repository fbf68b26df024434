"""The store keeps sessions, messages, cards, suites, runs and edits in one SQLite file that outlives every crash."""

import difflib
import json
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from sessions.card import Card, load_card
from sessions.card_rows import insert_card, known_session
from sessions.cards.fields import now
from sessions.database import Database
from sessions.evaluated_edits import EvaluatedEdits
from sessions.labels import Labels
from sessions.ledger import Ledger
from sessions.records import Message, Role, Session
from sessions.redact import redact, redact_values
from sessions.runs import Runs
from sessions.saved import writable
from tools.errors import StoreError

FILE = "benchwright.sqlite"
LONGEST_TITLE = 80


class Store(Runs, Labels, Ledger, EvaluatedEdits):
    """What was said and measured. What a method has written is on the disk when it returns.

    Safe for several threads (they take turns, each for milliseconds) and several processes at once. Every method
    raises StoreError where the file cannot be read or written; what was stored before is then still there.
    """

    def __init__(self, folder: Path) -> None:
        """Open the store in a folder, or make both (for their owner only). Raises StoreError."""
        self._database = Database(folder / FILE)

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._database.close()

    def new_session(self, loaded: Mapping[str, JsonValue] | None = None) -> str:
        """Begin a session; `loaded`: the settings of what is loaded. Returns its id, e.g. `s-5f0c9a`."""
        moment = now()
        while True:
            session_id = f"s-{secrets.token_hex(3)}"
            with self._database.writing() as connection:
                added = connection.execute(
                    """INSERT INTO sessions (id, created, last_used, title, loaded) VALUES (?, ?, ?, '', ?)
                       ON CONFLICT (id) DO NOTHING""",
                    (session_id, moment, moment, _loaded_json(loaded or {})),
                ).rowcount
            if added:
                return session_id

    def sessions(self) -> list[Session]:
        """All sessions, last used first."""
        with self._database.reading() as connection:
            return _sessions(connection, "TRUE")

    def session(self, reference: str) -> Session:
        """The session of an id, or of the unique beginning of one. Raises StoreError that names near ones."""
        with self._database.reading() as connection:
            return _sessions(connection, "id = ?", _resolved(connection, "sessions", "session", reference))[0]

    def remember_loaded(self, session_id: str, loaded: Mapping[str, JsonValue]) -> None:
        """Note the settings of what was loaded, beside those noted before; the same name is replaced."""
        with self._database.writing() as connection:
            before = _sessions(connection, "id = ?", known_session(connection, session_id))[0].loaded
            connection.execute(
                "UPDATE sessions SET loaded = ?, last_used = ? WHERE id = ?",
                (_loaded_json({**before, **loaded}), now(), session_id),
            )

    def add_message(self, session_id: str, role: Role, text: str, card_id: str | None = None) -> int:
        """Add what one side said, credentials masked. Returns the message's id."""
        text = redact(str(writable(text)))
        moment = now()
        title = next((line.strip() for line in text.splitlines() if line.strip()), "")[:LONGEST_TITLE]
        with self._database.writing() as connection:
            added = connection.execute(
                "INSERT INTO messages (session, role, text, created, card) VALUES (?, ?, ?, ?, ?)",
                (known_session(connection, session_id), role, text, moment, card_id),
            )
            connection.execute(
                "UPDATE sessions SET last_used = ?, title = iif(title = '', ?, title) WHERE id = ?",
                (moment, title if role == "user" else "", session_id),
            )
            return added.lastrowid or 0

    def messages(self, session_id: str) -> list[Message]:
        """What was said in a session, in order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, role, text, created, card FROM messages WHERE session = ? ORDER BY id",
                (known_session(connection, session_id),),
            ).fetchall()
        return [Message(id=row[0], role=row[1], text=row[2], created=row[3], card_id=row[4]) for row in rows]

    def save_card(self, card: Card, training_run: str | None = None) -> None:
        """Keep a card; show it only after this. `training_run`: name or folder of the checkpoints, if any."""
        with self._database.writing() as connection:
            insert_card(connection, card, training_run)

    def card(self, reference: str, session: str | None = None) -> Card:
        """The card of an id, of the unique beginning of one, or `last`: the newest (of a session, where given).

        Raises StoreError that names near ones.
        """
        if reference == "last":
            newest = self.cards(session, limit=1)
            if not newest:
                raise StoreError("There is no card yet.", "Ask for one: how good is this model at CoT math?")
            return newest[0]
        with self._database.reading() as connection:
            card_id = _resolved(connection, "cards", "card", reference)
            (text,) = connection.execute("SELECT json FROM cards WHERE id = ?", (card_id,)).fetchone()
        return load_card(text)

    def cards(
        self,
        session: str | None = None,
        *,
        training_run: str | None = None,
        step: int | None = None,
        limit: int = 50,
    ) -> list[Card]:
        """The newest cards, newest first; of one session, training run or step, where given."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT json FROM cards
                   WHERE (:session IS NULL OR session = :session)
                     AND (:training_run IS NULL OR training_run = :training_run)
                     AND (:step IS NULL OR step = :step)
                   ORDER BY number DESC LIMIT :limit""",
                {"session": session, "training_run": training_run, "step": step, "limit": limit},
            ).fetchall()
        return [load_card(text) for (text,) in rows]


def _loaded_json(loaded: Mapping[str, JsonValue]) -> str:
    return json.dumps(writable(redact_values(dict(loaded))), allow_nan=False)


def _sessions(connection: sqlite3.Connection, condition: str, *values: object) -> list[Session]:
    """Sessions, last used first. `condition` is our own SQL, never text from outside."""
    rows = connection.execute(
        f"""SELECT id, created, last_used, title, loaded,
                   (SELECT count(*) FROM cards WHERE cards.session = sessions.id)
            FROM sessions WHERE {condition} ORDER BY last_used DESC, number DESC""",
        values,
    ).fetchall()
    return [
        Session(
            id=row[0],
            created=row[1],
            last_used=row[2],
            title=row[3],
            loaded=json.loads(row[4]),
            n_cards=row[5],
        )
        for row in rows
    ]


def _resolved(connection: sqlite3.Connection, table: str, noun: str, reference: str) -> str:
    """The one id in `table` that is, or begins with, the reference (its `c-` or `s-` may be left out)."""
    sought = reference.strip().lower()
    ids = [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY number DESC")]
    if sought in ids:
        return sought
    fitting = [known for known in ids if sought and known.startswith((sought, f"{known[:2]}{sought}"))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise StoreError(
            f"{reference!r} fits {len(fitting)} {noun}s.", f"Say more of the id: {', '.join(fitting[:5])}."
        )
    near = difflib.get_close_matches(sought, ids, n=3)
    if near:
        advice = f"Did you mean {' or '.join(near)}?"
    elif ids:
        advice = f"The newest is {ids[0]}."
    else:
        advice = f"There is no {noun} in this store yet."
    raise StoreError(f"There is no {noun} {reference!r}.", advice)
