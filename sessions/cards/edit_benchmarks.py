"""The edit_benchmarks card: how deep, local and durable an edit is, by up to thirteen benchmarks."""

from typing import Literal

from pydantic import Field

from prompts.rejections import RejectedDraft
from sessions.cards.fields import CardFields
from sessions.saved import Details, Saved
from tools.editing.benchmark_result import BenchmarkResult


class EditReference(Saved):
    """Which edit was measured."""

    id: str
    """In the ledger."""
    subject: str
    prompt: str
    target: str
    layer: int = Field(ge=0)
    base_hash: str
    edited_hash: str
    file: str
    """Its safetensors file."""
    card: str
    """Its edit card."""


class EditBenchmark(BenchmarkResult, Saved):
    """One of the thirteen as a card keeps it: with nothing in it that a file cannot hold."""

    details: Details = Field(default_factory=dict)


class EditBenchmarksCard(CardFields):
    """What is known of an edit beyond that it was made."""

    kind: Literal["edit_benchmarks"] = "edit_benchmarks"
    edit: EditReference
    results: tuple[EditBenchmark, ...] = Field(min_length=1)
    reading: str
    """What the results say together."""
    probe_source: str
    """Where the probes came from, and how many written ones were rejected."""
    rejected_prompts: tuple[RejectedDraft, ...] = ()
    """Those that an LLM wrote and that did not pass the checks. Untrusted text."""
    seed: int
    settings: Details
    partial: bool
    """Whether the work was stopped before every benchmark had its turn."""
    weights_after: str
    """Hash of the weights when all was over: that of the edit, since every further edit was rolled back."""
