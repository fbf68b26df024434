"""Evidence that is written down, for tests of what the benchmarks make of it."""

from collections.abc import Mapping, Sequence

from tools.edit_benchmarks._evidence import EditBatch, EditSequence, Writing
from tools.edit_benchmarks._offline_judge import OfflineJudge
from tools.editing.benchmark_result import ProbeRow
from tools.editing.judging import Judge
from tools.editing.probes import Axis
from tools.editing.request import EditRequest

REQUEST = EditRequest(
    subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
)


def row(
    axis: Axis,
    p_after: float | None = None,
    p_before: float | None = 0.0,
    *,
    kl: float | None = None,
    greedy: tuple[bool, bool] | None = None,
    is_positive: bool = True,
    said: tuple[bool, bool] | None = None,
    unscored_reason: str | None = None,
) -> ProbeRow:
    """A probe with these numbers; `greedy` and `said` are before and after."""
    return ProbeRow(
        axis=axis,
        prompt=f"a {axis} probe",
        target="Berlin",
        is_positive=is_positive,
        p_before=p_before,
        p_after=p_after,
        kl=kl,
        greedy_before=greedy and greedy[0],
        greedy_after=greedy and greedy[1],
        said_before=said and said[0],
        said_after=said and said[1],
        unscored_reason=unscored_reason,
    )


class WrittenEvidence:
    """Hands out what it was given."""

    request = REQUEST
    seed = 0

    def __init__(
        self,
        rows: Sequence[ProbeRow] = (),
        *,
        prefixed: Sequence[ProbeRow] = (),
        missing: Mapping[str, str] | None = None,
        sequence: EditSequence | str = "Unscored: no further edits.",
        batch: EditBatch | str = "Unscored: no further edits.",
        writing: Writing | str = "Unscored: no prompts.",
        judge: Judge | None = None,
    ) -> None:
        self._rows, self._prefixed = tuple(rows), tuple(prefixed)
        self._missing = dict(missing or {})
        self._sequence, self._batch, self._writing = sequence, batch, writing
        self.judge: Judge = judge or OfflineJudge()

    def rows(self, *axes: Axis) -> tuple[ProbeRow, ...]:
        return tuple(row for row in self._rows if row.axis in axes)

    def prefixed_rows(self) -> tuple[ProbeRow, ...]:
        return self._prefixed

    def missing(self, *axes: Axis) -> dict[str, str]:
        return {axis: reason for axis, reason in self._missing.items() if axis in axes}

    def sequence(self) -> EditSequence | str:
        return self._sequence

    def batch(self) -> EditBatch | str:
        return self._batch

    def writing(self) -> Writing | str:
        return self._writing
