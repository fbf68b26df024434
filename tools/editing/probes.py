"""Probes of an edit: prompts with what the edited model should, or should not, say after them."""

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field

from tools.editing.request import EditRequest
from tools.results import Result

Axis = Literal[
    "direct",  # the edit's own wording
    "paraphrase",  # the same fact in another statement
    "implied",  # a wording that implies the fact
    "rewording",  # quite other words for the relation
    "indirect_reference",  # the subject meant, not named in full
    "same_subject",  # another fact of the same subject: the new target must not appear
    "unrelated",  # facts of other subjects, with their own answers
    "cross_domain",  # facts of other domains, with their own answers
    "long_form",  # asks for a paragraph about the subject; no target is scored
    "multi_hop",  # a second fact follows from the edited one
    "inference",  # the edited fact seen from another side
    "active",
    "passive",
    "question",
    "fill_in",
    "nickname",
    "abbreviation",
    "description",
    "sub_clause",
    "surface",  # nearly the edit's own wording
    "strong_paraphrase",  # far from it
    "zsre",  # "Q: ... A:"
]


class Probe(Result):
    """A prompt, a target, and whether the edited model should say it (a *triple*), tagged with its axis."""

    axis: Axis
    prompt: str
    """What the model reads, without a trailing space; as raw text."""
    target: str
    """Continuation without its leading space. For `unrelated` and `cross_domain` that fact's own answer."""
    is_positive: bool = True
    """Whether the target should come after the edit. False for `same_subject`."""


class ProbeSet(Result):
    """Checked probes of one edit, with what could not be had."""

    probes: tuple[Probe, ...]
    source: str
    """Where they came from: `relation templates: located in`, `LLM <model>`, or `generic`."""
    seed: int
    rejected: dict[str, int] = Field(default_factory=dict)
    """Probes thrown away, by reason."""
    missing: dict[Axis, str] = Field(default_factory=dict)
    """Axes without probes, each with the reason: their benchmarks are unscored with it."""

    def on(self, *axes: Axis) -> tuple[Probe, ...]:
        """The probes of some axes, in order."""
        return tuple(probe for probe in self.probes if probe.axis in axes)


class ProbeSource(Protocol):
    """Supplies what the benchmarks ask with. The same seed gives the same; another seed different but equivalent."""

    def probes(self, request: EditRequest, axes: Sequence[Axis], *, seed: int) -> ProbeSet:
        """Six to eight checked probes on every axis group, for all benchmarks at once."""
        ...

    def synthetic_edits(self, request: EditRequest, n: int, *, seed: int) -> list[EditRequest]:
        """Edits of other subjects and counterfactual targets, for the benchmarks that edit further."""
        ...

    def unrelated_texts(self, *, seed: int) -> list[str]:
        """Plain prompts about anything else: behavioural baselines and neutral sentences."""
        ...
