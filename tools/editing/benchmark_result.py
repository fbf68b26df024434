"""What one edit benchmark found: a score in [0, 1] beside its pre-edit baseline, with every probe behind it."""

from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from tools.editing.probes import Axis
from tools.results import Result, UnitInterval

Divergence = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class ProbeRow(Result):
    """One probe before and after the edit. What a benchmark does not look at is None."""

    axis: Axis
    group: str = ""
    """The part of the benchmark that it counts in, where there are several (`template`, `N+`)."""
    prompt: str
    target: str
    is_positive: bool = True
    p_before: UnitInterval | None = None
    """Joint probability of the target's tokens after the prompt, teacher-forced, before the edit."""
    p_after: UnitInterval | None = None
    greedy_before: bool | None = None
    """Whether each token of the target is the most probable one at its place, before the edit."""
    greedy_after: bool | None = None
    kl: Divergence | None = None
    """KL(before‖after) of the next-token distributions at the prompt's end, in nats."""
    continuation_before: str | None = None
    """What the model writes greedily after the prompt, before the edit. Untrusted text."""
    continuation_after: str | None = None
    said_before: bool | None = None
    """Whether that continuation says the target, as whole words."""
    said_after: bool | None = None
    credit: UnitInterval | None = None
    """What the probe counts in the score; None where it is unscored or the score is no mean of credits."""
    unscored_reason: str | None = None


class BenchmarkResult(Result):
    """One of the thirteen: how good the edit is in one respect. Unscored is None with an explanation, never 0."""

    name: str
    """As in the table, e.g. `EditBench`."""
    score: UnitInterval | None
    before: UnitInterval | None
    """The same computed on the model before the edit."""
    before_note: str = ""
    """Why there is no baseline, or what a baseline is that needs a word."""
    interval: tuple[UnitInterval, UnitInterval] | None
    """95 %; None where the score is unscored, or where too little was seen to say how sure it is."""
    n: int = Field(ge=0)
    """How many observations the score rests on."""
    threshold: UnitInterval | None
    """The score that passes; None where the benchmark only reports."""
    passed: bool | None
    explanation: str = Field(min_length=1)
    """How the number and its interval came about, or why there is no number."""
    probes: tuple[ProbeRow, ...] = ()
    details: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.interval is not None and (
            self.score is None or not self.interval[0] <= self.score <= self.interval[1]
        ):
            raise ValueError("an interval belongs to a score and contains it")
        judged = self.score is not None and self.threshold is not None
        if judged != (self.passed is not None):
            raise ValueError("a result is passed or failed exactly where it has a score and a threshold")
        if self.before is None and self.score is not None and not self.before_note:
            raise ValueError("a missing baseline has its reason")
        return self
