"""Scores of one SAE feature, one file each, and what is made of them (`diagnosis`, `relabel`, `sweep`).

Contract of a score module here (checked by `tools.registry`; modules without `score` are no scores):

- its docstring is the definition shown by "how is ... computed?": first line what it asks of a feature, then
  the formula, the source and the caveats;
- `class Settings(BaseModel)`: every knob, frozen, with defaults; stored with the score;
- `score(...) -> FeatureScore`: the score of one feature. What it needs (texts, labelled sentences, a model)
  differs from score to score; too little evidence is unscored with the reason, and only what a user can put
  right is raised.
"""

from typing import Self

from pydantic import Field, JsonValue, model_validator

from tools.registry import Entry, load, names
from tools.results import Result, UnitInterval

CONTRACT = ("Settings", "score")


class FeatureScore(Result):
    """One score of one feature in [0, 1] with its 95 % interval; None with an explanation is unscored."""

    value: UnitInterval | None
    interval: tuple[UnitInterval, UnitInterval] | None
    """None where the score is unscored, or where too little was seen to say how sure it is."""
    n: int
    """How many observations (sentences, firing positions) the value rests on."""
    explanation: str
    """How the number came about, or why there is none."""
    details: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _interval_holds_value(self) -> Self:
        if self.interval is not None and (
            self.value is None or not self.interval[0] <= self.value <= self.interval[1]
        ):
            raise ValueError("an interval belongs to a value and contains it")
        return self


def feature_scores() -> dict[str, Entry]:
    """The feature scores by name, each module checked against the contract."""
    entries = {name: load(__name__, name, ()) for name in names(__name__)}
    return {
        name: load(__name__, name, CONTRACT)
        for name, entry in entries.items()
        if hasattr(entry.module, "score")
    }
