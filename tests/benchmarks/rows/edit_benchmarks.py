"""All thirteen edit benchmarks of one edit, on the embedded model."""

from typing import TYPE_CHECKING

from tests.benchmarks.measure import Contest, Subjects
from tests.benchmarks.rows.rome_edit import edit_settings, eiffel

if TYPE_CHECKING:
    from tools.editing.benchmark_result import BenchmarkResult

WORK = "all thirteen edit benchmarks"
AGAINST = ""
TARGET = 60.0


def contest(subjects: Subjects) -> Contest:
    """Probes from templates; the covariance is cached, the edit itself is computed before."""
    from prompts.probes.source import RelationProbes
    from tools.editing.rome import compute_edit
    from tools.run_edit_benchmarks import run_edit_benchmarks

    settings = edit_settings()
    edit = compute_edit(subjects.model, eiffel(), settings)

    def ours() -> "list[BenchmarkResult]":
        return list(run_edit_benchmarks(subjects.model, edit, RelationProbes(), settings=settings))

    return Contest(ours=ours, rounds=1)
