"""The comparison card: several models, steps or states of one model on the same frozen suites, paired by case."""

from typing import Annotated, Literal

from pydantic import Field

from sessions.cards.capability import SuiteReference
from sessions.cards.fields import CardFields
from sessions.context import Context
from sessions.saved import Points, Saved
from tools.paired import Verdict
from tools.results import UnitInterval

PointsApart = Annotated[float, Field(ge=-100.0, le=100.0)]


class Compared(Saved):
    """One of the models that are compared."""

    name: str
    """Told apart from the others, e.g. `gpt2` or `step 800` or `before the edit`. Untrusted text."""
    card: str
    """Id of its capability card, which has every case."""
    context: Context
    overall: Points | None


class ComparedScore(Saved):
    """What one of them scored in a dimension."""

    name: str
    score: Points | None
    interval: tuple[Points, Points] | None
    n: int = Field(ge=0)


class PairedResult(Saved):
    """One of them against the first, on the cases that both have scored. Differences in points of 100."""

    name: str
    difference: PointsApart | None
    """Its mean credit less that of the first."""
    interval: tuple[PointsApart, PointsApart] | None
    """95 %, of the difference."""
    n: int = Field(ge=0)
    """Pairs."""
    n_better: int = Field(ge=0)
    n_worse: int = Field(ge=0)
    p: UnitInterval | None
    p_corrected: UnitInterval | None
    """After Holm's correction over all tests of this card."""
    test: str
    """Its name, or why there is none."""
    verdict: Verdict


class ComparedDimension(Saved):
    """One capability of the comparison."""

    capability: str
    method: str
    paired: bool
    """Whether all ran the same frozen suite with the same settings."""
    suite: SuiteReference | None
    """None where they ran different ones."""
    scores: tuple[ComparedScore, ...]
    against_first: tuple[PairedResult, ...]
    ranking: tuple[str, ...]
    """Names from the highest score to the lowest; empty for fewer than three, or where some have no score."""


class ComparisonCard(CardFields):
    """Which is better, dimension by dimension. Absolute values are relative to the suites."""

    kind: Literal["comparison"] = "comparison"
    compared: tuple[Compared, ...]
    """The first is what the others are held against."""
    dimensions: tuple[ComparedDimension, ...]
    ranking: tuple[str, ...]
    """By overall score; empty for fewer than three, or where some have none."""
    partial: bool
    """Whether a run was stopped early."""
