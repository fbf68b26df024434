"""PreservationVsMemorization: is the new fact understood, or is a string of words memorised? (PM)

    surface    = mean p(new target) over probes nearly identical with the edit's own wording
    paraphrase = mean p(new target) over probes far from it
    score      = paraphrase / surface, clipped to [0, 1]

p is the joint probability of the target's tokens. Near 1 the edit generalises, near 0 only its surface was memorised.
Passes at 0.5. Unscored where the surface mean is under 0.01: an edit that does not hold has nothing to memorise. The
baseline before the edit is the same ratio, and mostly unscored for that reason.

Source: generalisation over efficacy, both as probabilities of the new target (Meng et al. 2022, section 3.3).

Caveats: a weak edit with a weak paraphrase has a high ratio; read it with EditBench. Means are divided, not probes.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._formula_interval import jackknife_interval
from tools.edit_benchmarks._scores import (
    Earning,
    free_generation_sentence,
    no_probes,
    p_after,
    p_before,
    shared_details,
    unscored,
)
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis

NUMBER = 12
TITLE = "PreservationVsMemorization"
THRESHOLD = 0.5
AXES: tuple[Axis, ...] = ("surface", "strong_paraphrase")
FLOOR = 0.01
"""Below this the surface mean is about nought."""


def measure(evidence: Evidence) -> BenchmarkResult:
    """Ratio of the mean p(new) of strong paraphrases to that of surface probes."""
    rows = tuple(row.model_copy(update={"group": row.axis}) for row in evidence.rows(*AXES))
    missing = evidence.missing(*AXES)
    details = shared_details(rows, missing)
    groups = _groups(rows, p_after)
    if not all(groups):
        unread = [row for row in rows if row.unscored_reason]
        return unscored(TITLE, THRESHOLD, no_probes(unread, missing), rows=rows, details=details)
    surface, paraphrase = map(_mean, groups)
    means: dict[str, JsonValue] = {"surface": surface, "paraphrase": paraphrase}
    details |= means
    if surface < FLOOR:
        reason = (
            f"Unscored: the surface mean is {surface:.4f}, about nought, and a ratio to it means nothing."
        )
        return unscored(TITLE, THRESHOLD, reason, rows=rows, details=details)
    score = _clipped_ratio(groups)
    interval, how = jackknife_interval(groups, _ratio)
    earlier = _groups(rows, p_before)
    has_baseline = all(earlier) and _mean(earlier[0]) >= FLOOR
    return BenchmarkResult(
        name=TITLE,
        score=score,
        before=_clipped_ratio(earlier) if has_baseline else None,
        before_note="" if has_baseline else "Before the edit the surface mean is about nought.",
        interval=None if interval is None else (min(interval[0], score), max(interval[1], score)),
        n=sum(map(len, groups)),
        threshold=THRESHOLD,
        passed=score >= THRESHOLD,
        explanation=f"Mean p(new target) of {len(groups[1])} strong paraphrases ({paraphrase:.3f}) over that of "
        f"{len(groups[0])} surface probes ({surface:.3f}), clipped to [0, 1]; {how}."
        + free_generation_sentence(rows),
        probes=rows,
        details=details,
    )


def _groups(rows: Sequence[ProbeRow], earning: Earning) -> list[list[float]]:
    return [[p for row in rows if row.axis == axis and (p := earning(row)) is not None] for axis in AXES]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ratio(groups: Sequence[Sequence[float]]) -> float:
    """Paraphrase over surface; without the floor it would be infinite where a left-out probe leaves nought."""
    return _mean(groups[1]) / max(_mean(groups[0]), FLOOR)


def _clipped_ratio(groups: Sequence[Sequence[float]]) -> float:
    return min(1.0, _ratio(groups))
