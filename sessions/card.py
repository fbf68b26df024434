"""A card is the answer to a request: results with all that is needed to check them and to get them again."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from sessions.cards.build_capability import build_dimension, capability_card
from sessions.cards.capability import CapabilityCard, CaseResult, Dimension, Slice, SuiteReference
from sessions.cards.comparison import (
    Compared,
    ComparedDimension,
    ComparedScore,
    ComparisonCard,
    PairedResult,
)
from sessions.cards.edit import EditCard, ValidationRow, rejection
from sessions.cards.edit_benchmarks import EditBenchmark, EditBenchmarksCard, EditReference
from sessions.cards.edit_evaluation import EditEvaluationCard, EditMeasure, EvaluatedEdit, RejectedEdit
from sessions.cards.feature import FeatureCard, FeatureMeasure, SaeReference, feature_card
from sessions.cards.regressions import RegressionsCard, StepChange, StepScore, TrackedDimension
from sessions.cards.sweep import CorpusReference, SweepCard, SweepRow
from tools.errors import StoreError

__all__ = [
    "CapabilityCard",
    "Card",
    "CaseResult",
    "Compared",
    "ComparedDimension",
    "ComparedScore",
    "ComparisonCard",
    "CorpusReference",
    "Dimension",
    "EditBenchmark",
    "EditBenchmarksCard",
    "EditCard",
    "EditEvaluationCard",
    "EditMeasure",
    "EditReference",
    "EvaluatedEdit",
    "FeatureCard",
    "FeatureMeasure",
    "PairedResult",
    "RegressionsCard",
    "RejectedEdit",
    "SaeReference",
    "Slice",
    "StepChange",
    "StepScore",
    "SuiteReference",
    "SweepCard",
    "SweepRow",
    "TrackedDimension",
    "ValidationRow",
    "build_dimension",
    "capability_card",
    "feature_card",
    "load_card",
    "rejection",
]

# A new kind of card is a file in `sessions/cards` and a name in this union.
Card = Annotated[
    CapabilityCard
    | FeatureCard
    | SweepCard
    | EditCard
    | EditBenchmarksCard
    | EditEvaluationCard
    | ComparisonCard
    | RegressionsCard,
    Field(discriminator="kind"),
]

_CARD: TypeAdapter[Card] = TypeAdapter(Card)


def load_card(text: str | bytes) -> Card:
    """The card in its JSON, as exported or stored. Raises StoreError for anything else."""
    try:
        return _CARD.validate_json(text)
    except ValidationError as error:
        raise StoreError(f"This is no card that can be read: {_first_fault(error)}.", _ADVICE) from error


_ADVICE = "Export the card again as JSON with the version of Benchwright that made it, or update Benchwright."


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{first['msg']} ({where})" if where else first["msg"]
