"""The store's evaluations of edits that are not finished: each fact as it was scored, until the card has them all."""

from pydantic import ValidationError

from sessions.database import Database
from sessions.saved import writable
from tools.editing.evaluated import EvaluatedFact


class EvaluatedEdits:
    """Facts by the evaluation that they are of. A part of `Store`, which has the file."""

    _database: Database

    def keep_evaluated(self, evaluation: str, fact: EvaluatedFact) -> None:
        """Keep what came of one fact; it is on the disk when this returns."""
        text = EvaluatedFact.model_validate(writable(fact.model_dump())).model_dump_json()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO evaluated_edits (evaluation, fact, json) VALUES (?, ?, ?)",
                (evaluation, fact.number, text),
            )

    def evaluated(self, evaluation: str) -> dict[int, EvaluatedFact]:
        """What is kept of an evaluation, by the facts' numbers. What another version wrote otherwise is left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT fact, json FROM evaluated_edits WHERE evaluation = ? ORDER BY fact", (evaluation,)
            ).fetchall()
        kept = {}
        for number, text in rows:
            try:
                kept[number] = EvaluatedFact.model_validate_json(text)
            except ValidationError:
                continue
        return kept

    def forget_evaluated(self, evaluation: str) -> None:
        """The evaluation is finished and on its card."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM evaluated_edits WHERE evaluation = ?", (evaluation,))
