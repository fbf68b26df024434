"""zsRE: does the model answer a plain question with the new target?

    score = share of "Q: ... A:" probes of which the target is the greedy continuation, token by token

Each token of the target must be the most probable one at its place, given the tokens before it: the model would write
it. Passes at 0.4; Wilson's interval. Source: zero-shot relation extraction, Levy et al. 2017, as De Cao et al. 2021,
Meng et al. 2022 (section 3.2) and Meng et al. 2023 use it to evaluate edits.

Caveats: published zsRE numbers are often the share of tokens that are right, given the right ones before them; here
the whole target must come. A target with other words before it ("the city of Berlin") does not count.
"""

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis

NUMBER = 13
TITLE = "zsRE"
THRESHOLD = 0.4
AXES: tuple[Axis, ...] = ("zsre",)


def measure(evidence: Evidence) -> BenchmarkResult:
    """Share of questions that the model answers greedily with the target."""
    return mean_result(
        TITLE,
        THRESHOLD,
        evidence.rows(*AXES),
        missing=evidence.missing(*AXES),
        seed=evidence.seed,
        what="Share of questions of which the target is the greedy answer, token by token",
        after=_answers_after,
        before=_answers_before,
    )


def _answers_after(row: ProbeRow) -> float | None:
    return None if row.greedy_after is None else float(row.greedy_after == row.is_positive)


def _answers_before(row: ProbeRow) -> float | None:
    return None if row.greedy_before is None else float(row.greedy_before == row.is_positive)
