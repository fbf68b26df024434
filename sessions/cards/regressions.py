"""The regressions card: capabilities over the steps of a training run, and the drops that a test calls real."""

from typing import Literal

from pydantic import Field, JsonValue

from sessions.cards.capability import SuiteReference
from sessions.cards.comparison import PairedResult
from sessions.cards.fields import CardFields
from sessions.saved import Points, Saved


class StepScore(Saved):
    """What one checkpoint scored."""

    step: int = Field(ge=0)
    score: Points | None
    interval: tuple[Points, Points] | None
    """95 %."""
    n: int = Field(ge=0)
    n_unscored: int = Field(ge=0)
    weights_hash: str | None


class StepChange(Saved):
    """A later step held against an earlier one, on the cases that both have scored."""

    earlier: int
    later: int
    result: PairedResult

    @property
    def is_drop(self) -> bool:
        """Whether the test calls it real, and for the worse."""
        return self.result.verdict == "worse"


class TrackedDimension(Saved):
    """One capability over the steps, on one frozen suite with one set of settings."""

    capability: str
    method: str
    suite: SuiteReference
    settings: dict[str, JsonValue]
    points: tuple[StepScore, ...]
    """By step."""
    changes: tuple[StepChange, ...]
    """The last step against every earlier one."""
    best_step: int | None
    """The earliest with the highest score; None where nothing is scored."""

    @property
    def drop(self) -> StepChange | None:
        """The deepest real drop to the last step; None where there is none."""
        drops = [change for change in self.changes if change.is_drop]
        return min(drops, key=lambda change: change.result.difference or 0.0, default=None)


class RegressionsCard(CardFields):
    """How capabilities came and went during training."""

    kind: Literal["regressions"] = "regressions"
    training_run: str
    """The folder of the checkpoints, or the hub's name. Untrusted text."""
    steps: tuple[int, ...]
    dimensions: tuple[TrackedDimension, ...]
    best_step: int | None
    """The earliest with the highest mean over all capabilities, of the steps that have all scored; None: no such."""
    best_explanation: str
    n_tests: int = Field(ge=0)
    """Over which Holm's correction was made."""
