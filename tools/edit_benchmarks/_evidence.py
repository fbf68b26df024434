"""What the benchmarks score: probes read before and after the edit, further edits, and paragraphs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tools.editing.benchmark_result import ProbeRow
from tools.editing.judging import Judge, Paragraph
from tools.editing.probes import Axis
from tools.editing.request import EditRequest


@dataclass(frozen=True)
class EditSequence:
    """The edit, then edits of other subjects one after another, each on what the ones before it left."""

    rows: tuple[ProbeRow, ...]
    """Each edit's own prompt, the original's first: before any edit and after the last."""
    probabilities: tuple[tuple[float | None, ...], ...]
    """[k][i]: p of edit i's target after k further edits, for i = 0 (the original) to k."""
    baselines: tuple[str, ...]
    """Prompts whose next-token distributions are watched."""
    divergences: tuple[tuple[float | None, ...], ...]
    """[k][t]: KL in nats at the end of baseline t from the unedited model to the one after k further edits."""
    skipped: Mapping[str, str]
    """Further edits that could not be computed: statement and reason."""

    @property
    def n_further(self) -> int:
        """How many edits followed the original."""
        return len(self.probabilities) - 1


@dataclass(frozen=True)
class EditBatch:
    """The edit and edits of other subjects, solved for at once on the base weights."""

    rows: tuple[ProbeRow, ...]
    """Each edit's own prompt, the original's first: on the base and with all of them."""
    skipped: Mapping[str, str]


@dataclass(frozen=True)
class Writing:
    """Paragraphs about the subject, and the request that they are judged against."""

    request: EditRequest
    """Its `true_target` is the old answer, where one is known."""
    old_answer_from: str
    """Where that came from."""
    prompts: tuple[str, ...]
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]


class Evidence(Protocol):
    """What was read of one edit. Whatever is costly is read when it is first asked for, once for all benchmarks."""

    @property
    def request(self) -> EditRequest:
        """What the edit was asked to do."""
        ...

    @property
    def seed(self) -> int:
        """Of probes, further edits and intervals."""
        ...

    @property
    def judge(self) -> Judge:
        """Who judges paragraphs."""
        ...

    def rows(self, *axes: Axis) -> tuple[ProbeRow, ...]:
        """The probes of these axes before and after the edit."""
        ...

    def prefixed_rows(self) -> tuple[ProbeRow, ...]:
        """The cross-domain probes with the edit's statement put before them."""
        ...

    def missing(self, *axes: Axis) -> dict[str, str]:
        """Those of these axes that have no probes, with the reasons."""
        ...

    def sequence(self) -> EditSequence | str:
        """The edit followed by others, or why that could not be done. The weights are as before afterwards."""
        ...

    def batch(self) -> EditBatch | str:
        """The edit and others at once, or why that could not be done. The weights are as before afterwards."""
        ...

    def writing(self) -> Writing | str:
        """Paragraphs about the subject, or why there are none."""
        ...
