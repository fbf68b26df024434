"""The capability card: scores of one or more capabilities, with every case that they rest on."""

from typing import Literal

from pydantic import Field, JsonValue

from sessions.cards.fields import CardFields
from sessions.saved import Details, Points, Saved
from tools.cases import Case
from tools.results import UnitInterval


class CaseResult(Saved, Case):
    """One case of the suite, whole, and how it went."""

    check_arguments: Details = Field(default_factory=dict)
    credit: UnitInterval | None
    """In [0, 1]; None where unscored, and where the method scores a whole distribution (then see `category`)."""
    category: str | None = None
    output: str | None
    """What the model said. Untrusted text."""
    unscored_reason: str | None
    details: Details = Field(default_factory=dict)

    @property
    def wanted(self) -> str:
        """What a right answer is, in words: target, first reference, expected behaviour, check or tests."""
        if self.target is not None:
            return self.target
        first_reference = self.references[0] if self.references else None
        return first_reference or self.expected or self.check or self.tests or ""


class Slice(Saved):
    """The score of a part of a dimension: one sub-type or one difficulty."""

    name: str
    score: Points | None
    interval: tuple[Points, Points] | None
    n: int = Field(ge=0)


class SuiteReference(Saved):
    """Which frozen suite was run; the store keeps it under its hash."""

    hash: str
    seed: int
    generator: str


class Dimension(Saved):
    """One capability, measured with one suite and one method. Scores, intervals and chance are on 0 to 100."""

    capability: str
    method: str
    score: Points | None
    """None where nothing was scored."""
    interval: tuple[Points, Points] | None
    """95 %."""
    interval_method: str | None
    """E.g. `wilson`."""
    explanation: str
    """How the score and its interval came about, or why there is none."""
    n: int = Field(ge=0)
    """Scored cases."""
    n_unscored: int = Field(ge=0)
    unscored_reasons: dict[str, int]
    rejected: int = Field(ge=0)
    """Candidate cases that were left out before use."""
    rejected_reasons: dict[str, int]
    chance: Points | None
    """What a blind guess scores."""
    at: Literal["floor", "ceiling"] | None
    """Where the suite cannot tell models apart."""
    partial: bool
    """Whether the run was stopped before every case had its turn; `cases` has those that had."""
    subtypes: tuple[Slice, ...]
    difficulties: tuple[Slice, ...]
    suite: SuiteReference
    settings: dict[str, JsonValue]
    """The scoring method's."""
    chat_template: bool
    """Whether prompts were wrapped in the model's chat template."""
    details: Details
    cases: tuple[CaseResult, ...]


class CapabilityCard(CardFields):
    """How good the loaded model is at what was asked."""

    kind: Literal["capability"] = "capability"
    overall: Points | None
    """Plain mean of the scored dimensions; None where none is scored."""
    overall_explanation: str
    n_prompts: int = Field(ge=0)
    """Cases that had their turn, over all dimensions."""
    partial: bool
    """Whether the run was stopped early."""
    dimensions: tuple[Dimension, ...]
