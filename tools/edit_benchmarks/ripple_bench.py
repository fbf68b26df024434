"""RippleBench: did the edit disturb other facts of the same subject?

    score = mean over probes of (1 - p(new target)) · exp(-KL(before‖after))

The probes ask for other facts of the subject, where the new target has no place. The first factor falls where the new
target leaks into them; the second where the next-token distribution at the prompt's end moves at all, KL in nats.
Passes at 0.7. Before the edit the KL is nought, and the baseline is the mean of 1 - p(new). Related: Cohen et al.
2024 (RippleEdits), which asks which facts ought to change; here none ought to.

Caveats: a fact that does follow from the new one (the country of a moved tower) ought to change and must not be among
the probes. KL sees the first token only.
"""

import math

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis

NUMBER = 3
TITLE = "RippleBench"
THRESHOLD = 0.7
AXES: tuple[Axis, ...] = ("same_subject",)


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean of (1 - p(new)) · exp(-KL) over other facts of the subject."""
    return mean_result(
        TITLE,
        THRESHOLD,
        evidence.rows(*AXES),
        missing=evidence.missing(*AXES),
        seed=evidence.seed,
        what="Mean of (1 - p(new target)) · exp(-KL) over other facts of the subject",
        after=_preserved,
        before=_kept_out,
    )


def _preserved(row: ProbeRow) -> float | None:
    if row.p_after is None or row.kl is None:
        return None
    return (1.0 - row.p_after) * math.exp(-row.kl)


def _kept_out(row: ProbeRow) -> float | None:
    """Without an edit nothing moves: KL is nought."""
    return None if row.p_before is None else 1.0 - row.p_before
