"""The sweep card: every feature of an SAE read over one corpus, as counts by reading and the top of the table."""

from typing import Literal

from pydantic import Field, JsonValue

from sessions.cards.feature import SaeReference
from sessions.cards.fields import CardFields
from sessions.saved import Saved
from tools.features.diagnosis import Levels, Reading, Thresholds
from tools.results import UnitInterval


class SweepRow(Saved):
    """One feature of the table."""

    rank: int = Field(ge=1)
    """By the smallest of its scores, the largest first; features with a score missing come later, dead ones last."""
    feature: int = Field(ge=0)
    label: str | None
    """Untrusted text."""
    firings: int = Field(ge=0)
    """Tokens of the corpus at which it fires."""
    corpus_contrast: UnitInterval | None
    """The label against the corpus' own sentences. A stand-in for InterpScore at this scale, and not the same."""
    purity: UnitInterval | None
    mui: UnitInterval | None
    levels: Levels
    """`interp` is that of the corpus contrast."""
    reading: Reading
    possible: tuple[Reading, ...]
    """Readings that remain possible; more than one where the reading is uncertain."""
    strongest: str | None
    """The sentence on which it fires most strongly. Untrusted text."""
    token: str | None
    """Where in it. Untrusted text."""


class CorpusReference(Saved):
    """The text that the features were read on."""

    hash: str
    source: str
    n_sentences: int = Field(ge=0)
    n_tokens: int = Field(ge=0)
    """Tokens that count."""


class SweepCard(CardFields):
    """What the features of an SAE are, in one table."""

    kind: Literal["sweep"] = "sweep"
    sae: SaeReference
    n_features: int = Field(ge=0)
    """Rows of the table."""
    n_dead: int = Field(ge=0)
    """Features that fire nowhere in the corpus."""
    counts: dict[Reading, int]
    """Features by reading."""
    top: tuple[SweepRow, ...]
    """The first rows of the table."""
    table: str
    """Path of the whole table (Parquet)."""
    corpus: CorpusReference
    thresholds: Thresholds
    settings: dict[str, JsonValue]
    n_excluded: int = Field(ge=0)
    """Features that were left out because the user had excluded them."""
    partial: bool = False
