"""The edit_evaluation card: what edits of many facts come to, in the numbers that papers report."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from sessions.cards.fields import CardFields
from sessions.saved import Details, Saved
from tools.editing.evaluated import EvaluatedFact
from tools.editing.evaluation import Measure, earned_by, magnitude, success
from tools.editing.facts import Form, RejectedFact

MOST_WITH_PROMPTS = 500
"""Facts whose every prompt is on the card; of more there would be too much for one."""


class EditMeasure(Measure, Saved):
    """A measure as the card keeps it."""


class EvaluatedEdit(EvaluatedFact, Saved):
    """A fact as the card keeps it, with every prompt where the card has few facts enough."""

    efficacy: float | None
    """P[new] - P[true] after the edit, where the true answer is known."""
    paraphrase: float | None
    """Share of the paraphrases with P[new] > P[true] after the edit."""
    neighbourhood: float | None
    """Share of the neighbours with P[true] > P[new] after the edit."""


class RejectedEdit(RejectedFact, Saved):
    """A record of which no edit could be made."""


class EditEvaluationCard(CardFields):
    """Each fact of a file edited alone on the base weights, and all of them taken together."""

    kind: Literal["edit_evaluation"] = "edit_evaluation"
    facts_from: str
    """The file, or `own-facts`. Untrusted text."""
    facts_hash: str
    layout: str
    """E.g. `CounterFact`."""
    form: Form
    """Which of the measures this data set's published numbers are."""
    n_records: int = Field(ge=0)
    """Records that were to be evaluated, rejected ones counted."""
    measures: tuple[EditMeasure, ...]
    facts: tuple[EvaluatedEdit, ...]
    rejected: tuple[RejectedEdit, ...]
    n_not_edited: int = Field(ge=0)
    """Facts for which no edit was found: they count as the unedited model left them."""
    n_resumed: int = Field(ge=0)
    """Facts that had been scored before the work was cut off."""
    seed: int
    settings: Details
    partial: bool
    """Whether the work was stopped before every fact had its turn."""
    base_hash: str
    """Of the weights that every edit was applied to alone."""
    weights_after: str
    """Hash of the weights when all was over."""

    @property
    def headline(self) -> EditMeasure:
        """The number that sums it up: S, or the harmonic mean of the accuracies."""
        wanted = "S" if self.form == "success" else "Score"
        return next(measure for measure in self.measures if measure.name == wanted)

    def of_form(self) -> tuple[EditMeasure, ...]:
        """The measures that this data set's published numbers are, the headline last."""
        return tuple(measure for measure in self.measures if measure.family == self.form)


def evaluated_edits(facts: Sequence[EvaluatedFact]) -> tuple[EvaluatedEdit, ...]:
    """Facts as the card keeps them."""
    with_prompts = len(facts) <= MOST_WITH_PROMPTS
    return tuple(
        EvaluatedEdit.model_validate(
            fact.model_dump()
            | ({} if with_prompts else {"prompts": ()})
            | {
                "efficacy": earned_by(fact, "efficacy", magnitude, "after"),
                "paraphrase": earned_by(fact, "paraphrase", success, "after"),
                "neighbourhood": earned_by(fact, "neighbourhood", success, "after"),
            }
        )
        for fact in facts
    )
