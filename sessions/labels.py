"""The store's labels of SAE features, with their history, and the features that the user has excluded."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from pydantic import Field, JsonValue

from sessions.card import SweepCard, load_card
from sessions.cards.fields import now
from sessions.database import Database
from sessions.saved import Details, Saved, writable


class StoredLabel(Saved):
    """A label that was given to, or proposed for, one feature."""

    feature: int = Field(ge=0)
    label: str = Field(min_length=1)
    """Untrusted text."""
    method: str
    """How it was made, e.g. `imported from labels.jsonl`."""
    kept: bool = True
    """Whether it became the feature's label; a proposal that was no better is kept in the history only."""
    details: Details = Field(default_factory=dict)
    """E.g. the scores of the old and the new label."""
    created: str = Field(default_factory=now)


class Labels:
    """Labels and exclusions by the hash of an SAE's weights. A part of `Store`, which has the file."""

    _database: Database

    def add_labels(self, sae_hash: str, labels: Iterable[StoredLabel]) -> None:
        """Add labels to the history, all or none; the newest one that was kept is the feature's label from now on."""
        rows = [
            (
                sae_hash,
                label.feature,
                label.label,
                label.method,
                int(label.kept),
                json.dumps(writable(label.details), allow_nan=False),
                label.created,
            )
            for label in labels
        ]
        with self._database.writing() as connection:
            connection.executemany(
                """INSERT INTO labels (sae, feature, label, method, kept, details, created)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                rows,
            )

    def label_history(self, sae_hash: str, feature: int) -> list[StoredLabel]:
        """Every label that the feature ever had or was proposed, oldest first."""
        with self._database.reading() as connection:
            return _labels(connection, "sae = ? AND feature = ?", sae_hash, feature)

    def labels(self, sae_hash: str) -> dict[int, StoredLabel]:
        """The label of each feature that has one in this store."""
        with self._database.reading() as connection:
            found = _labels(connection, "sae = ? AND kept = 1", sae_hash)
        return {label.feature: label for label in found}

    def exclude_features(self, sae_hash: str, reasons: Mapping[int, str]) -> None:
        """Exclude features from later commands, each with the reason; one that is excluded already stays so."""
        moment = now()
        rows = [(sae_hash, feature, reason, moment) for feature, reason in reasons.items()]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO excluded_features (sae, feature, reason, created) VALUES (?, ?, ?, ?)",
                rows,
            )

    def excluded_features(self, sae_hash: str) -> dict[int, str]:
        """The excluded features with the reasons."""
        with self._database.reading() as connection:
            return dict(
                connection.execute(
                    "SELECT feature, reason FROM excluded_features WHERE sae = ? ORDER BY feature",
                    (sae_hash,),
                ).fetchall()
            )

    def include_features(self, sae_hash: str, features: Iterable[int] | None = None) -> int:
        """Take features off the list of excluded ones (None: all). Returns how many were on it."""
        with self._database.writing() as connection:
            if features is None:
                return connection.execute("DELETE FROM excluded_features WHERE sae = ?", (sae_hash,)).rowcount
            return connection.executemany(
                "DELETE FROM excluded_features WHERE sae = ? AND feature = ?",
                [(sae_hash, feature) for feature in features],
            ).rowcount

    def latest_sweep(self, sae_hash: str, weights_hash: str) -> SweepCard | None:
        """The newest whole sweep of an SAE on a model with these weights, of any session; else None."""
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT json FROM cards
                   WHERE kind = 'sweep' AND json_extract(json, '$.sae.weights_hash') = ?
                     AND json_extract(json, '$.context.weights_hash') = ?
                   ORDER BY number DESC LIMIT 1""",
                (sae_hash, weights_hash),
            ).fetchone()
        if row is None:
            return None
        card = load_card(row[0])
        return card if isinstance(card, SweepCard) else None


def _labels(connection: sqlite3.Connection, condition: str, *values: object) -> list[StoredLabel]:
    """Labels in the order in which they were given. `condition` is our own SQL, never text from outside."""
    rows = connection.execute(
        f"SELECT feature, label, method, kept, details, created FROM labels WHERE {condition} ORDER BY id",
        values,
    ).fetchall()
    return [
        StoredLabel(
            feature=row[0],
            label=row[1],
            method=row[2],
            kept=bool(row[3]),
            details=_details(row[4]),
            created=row[5],
        )
        for row in rows
    ]


def _details(text: str) -> dict[str, JsonValue]:
    details: dict[str, JsonValue] = json.loads(text)
    return details
