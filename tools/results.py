"""What scoring returns: credits of single cases and scores of many, never a silent zero and never NaN."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

UnitInterval = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Result(BaseModel):
    """Base of everything that is saved or shown: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Credit(Result):
    """How one case went: a value in [0, 1], or an observed category, or the reason why it is unscored."""

    case_id: str
    value: UnitInterval | None = None
    category: str | None = None
    """What was observed, for methods that score a whole distribution (`divergence`)."""
    unscored_reason: str | None = None
    output: str | None = None
    """What the model said (generated text, or the choice that it ranked first). Untrusted text."""
    details: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _scored_or_explained(self) -> Self:
        scored = self.value is not None or self.category is not None
        if scored == (self.unscored_reason is not None):
            raise ValueError("a credit is either scored or has an unscored_reason")
        return self


class Score(Result):
    """A number in [0, 1] over n scored cases with its 95 % interval; None with an explanation is unscored."""

    value: UnitInterval | None
    interval: tuple[UnitInterval, UnitInterval] | None
    n: int
    explanation: str
    """How the number came about (interval method), or why there is none."""
    details: dict[str, JsonValue] = Field(default_factory=dict)
