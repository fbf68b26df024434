"""FineTuneDiff: does the edit change its fact and nothing else?

    signal = mean over direct and surface probes of p_after(new target) - p_before(new target)
    noise  = mean over unrelated facts of |p_after(own answer) - p_before(own answer)|
    score  = signal - noise, clipped to [0, 1]

p is the joint probability of the target's tokens; surface probes are nearly the edit's own wording. Passes at 0.6.
Beside it: signal, noise, and their ratio SNR, which is None where the noise is under 0.000001. The parts are akin to
the efficacy and neighbourhood magnitudes of Meng et al. 2022 (section 3.3), as differences of probabilities.

Caveats: an unrelated answer that the model never knew cannot move much; the rows show p before. Where the model gave
the new target much probability before, little signal is left to gain.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._formula_interval import jackknife_interval
from tools.edit_benchmarks._scores import free_generation_sentence, no_probes, shared_details, unscored
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis

NUMBER = 4
TITLE = "FineTuneDiff"
THRESHOLD = 0.6
FACT: tuple[Axis, ...] = ("direct", "surface")
UNRELATED: tuple[Axis, ...] = ("unrelated",)
AXES: tuple[Axis, ...] = (*FACT, *UNRELATED)
NOISE_FLOOR = 1e-6


def measure(evidence: Evidence) -> BenchmarkResult:
    """Rise of p(new) on the fact less the mean shift of unrelated facts."""
    rows = evidence.rows(*AXES)
    fact = [row for row in rows if row.axis in FACT]
    details = shared_details(fact, evidence.missing(*AXES))
    rises = _shifts(rows, FACT)
    moves = [abs(shift) for shift in _shifts(rows, UNRELATED)]
    if not (rises and moves):
        reason = no_probes([row for row in rows if row.unscored_reason], evidence.missing(*AXES))
        return unscored(TITLE, THRESHOLD, reason, rows=rows, details=details)
    groups = (rises, moves)
    signal, noise = _mean(rises), _mean(moves)
    score = _score(groups)
    interval, how = jackknife_interval(groups, _difference)
    snr: JsonValue = signal / noise if noise >= NOISE_FLOOR else None
    return BenchmarkResult(
        name=TITLE,
        score=score,
        before=0.0,
        before_note="0 by definition: without an edit nothing has moved.",
        interval=None if interval is None else (min(interval[0], score), max(interval[1], score)),
        n=len(rises) + len(moves),
        threshold=THRESHOLD,
        passed=score >= THRESHOLD,
        explanation=f"Signal {signal:.3f} on {len(rises)} probes of the fact less noise {noise:.3f} on {len(moves)} "
        f"unrelated facts, clipped to [0, 1]; {how}." + free_generation_sentence(fact),
        probes=rows,
        details=details | {"signal": signal, "noise": noise, "snr": snr, "difference": signal - noise},
    )


def _shifts(rows: Sequence[ProbeRow], axes: tuple[Axis, ...]) -> list[float]:
    return [
        row.p_after - row.p_before
        for row in rows
        if row.axis in axes and row.p_after is not None and row.p_before is not None
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _difference(groups: Sequence[Sequence[float]]) -> float:
    return _mean(groups[0]) - _mean(groups[1])


def _score(groups: Sequence[Sequence[float]]) -> float:
    return max(0.0, min(1.0, _difference(groups)))
