"""The regressions card: capabilities over training steps, and the drops and rises that a test calls real."""

from typing import Literal

from pydantic import Field, JsonValue

from sessions.cards.capability import SuiteReference
from sessions.cards.comparison import PairedResult
from sessions.cards.fields import CardFields
from sessions.saved import Points, Saved

SHOWN = 0.05
"""Points. A probability that falls from 1e-6 to 1e-7 in every case is a real change, and 0.0 wherever it is shown."""


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
        """Whether the test calls it real, for the worse, and it is large enough to be shown."""
        return self.result.verdict == "worse" and _size(self) >= SHOWN

    @property
    def is_rise(self) -> bool:
        """Whether the test calls it real, for the better, and it is large enough to be shown."""
        return self.result.verdict == "better" and _size(self) >= SHOWN


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
        return max((each for each in self.changes if each.is_drop), key=_size, default=None)

    @property
    def rise(self) -> StepChange | None:
        """The greatest real rise to the last step; None where there is none."""
        return max((each for each in self.changes if each.is_rise), key=_size, default=None)

    @property
    def drop_told(self) -> str:
        """The drop in a sentence with its numbers; empty where there is none."""
        return self._told("fell", self.drop) if self.drop else ""

    @property
    def rise_told(self) -> str:
        """The rise in a sentence with its numbers; empty where there is none."""
        return self._told("rose", self.rise) if self.rise else ""

    def _told(self, verb: str, change: StepChange) -> str:
        return f"{self.capability} {verb} by {_size(change):.1f} {_evidence(change)}{self._when(change)}."

    def _when(self, change: StepChange) -> str:
        """Between which steps a change was half done, from what was left of it at each: no more tests are needed."""
        whole = change.result.difference or 0.0
        since = max(
            each.earlier
            for each in self.changes
            if each.earlier >= change.earlier and (each.result.difference or 0.0) / whole >= 0.5
        )
        reached = min((each.earlier for each in self.changes if each.earlier > since), default=change.later)
        if reached < change.later:
            return f", more than half of it by step {reached}"
        return f", at least half of it after step {since}" if since > change.earlier else ""


def _size(change: StepChange) -> float:
    return abs(change.result.difference or 0.0)


def _evidence(change: StepChange) -> str:
    """E.g. `from step 0 to 150 (14 cases worse, 2 better, p = 0.0042)`."""
    result = change.result
    counts = {"worse": result.n_worse, "better": result.n_better}
    first, second = ("better", "worse") if change.is_rise else ("worse", "better")
    # A score over all cases at once has no better and worse ones.
    cases = f"{counts[first]} cases {first}, {counts[second]} {second}, " if any(counts.values()) else ""
    p = result.p if result.p_corrected is None else result.p_corrected
    return f"from step {change.earlier} to {change.later} ({cases}p = {p or 0.0:.2g})"


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

    @property
    def drops(self) -> tuple[str, ...]:
        """The deepest real drop of each capability that has one, in a sentence."""
        return tuple(each.drop_told for each in self.dimensions if each.drop)

    @property
    def rises(self) -> tuple[str, ...]:
        """The greatest real rise of each capability that has one, in a sentence."""
        return tuple(each.rise_told for each in self.dimensions if each.rise)
