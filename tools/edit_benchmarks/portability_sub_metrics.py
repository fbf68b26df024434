"""PortabilitySubMetrics: does the edit carry over to other sentences, other names, longer sentences?

    template      = mean p(new target) over active, passive, question and fill-in probes
    alias         = mean p(new target) over nickname, abbreviation and description probes
    compositional = mean p(new target) over probes with the fact in a sub-clause
    score         = mean of the three

p is the joint probability of the target's tokens. Passes at 0.4. The three are shown apart. One without probes is
unscored with its reason, and the score is the mean of the others, which its explanation says. Source: portability of
Yao et al. 2023 (Editing Large Language Models), which has subject replacement among its parts.

Caveats: an alias that the model does not know cannot carry an edit. The three weigh the same, however many probes
each has.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._formula_interval import jackknife_interval
from tools.edit_benchmarks._scores import (
    UNREAD,
    free_generation_sentence,
    mean,
    no_probes,
    p_after,
    p_before,
    shared_details,
    unscored,
)
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis
from tools.stats import mean_score

NUMBER = 11
TITLE = "PortabilitySubMetrics"
THRESHOLD = 0.4
PARTS: dict[str, tuple[Axis, ...]] = {
    "template": ("active", "passive", "question", "fill_in"),
    "alias": ("nickname", "abbreviation", "description"),
    "compositional": ("sub_clause",),
}
AXES: tuple[Axis, ...] = tuple(axis for axes in PARTS.values() for axis in axes)


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean of the means of the three parts."""
    parts = {
        part: [row.model_copy(update={"group": part, "credit": p_after(row)}) for row in evidence.rows(*axes)]
        for part, axes in PARTS.items()
    }
    rows = tuple(row for part in parts.values() for row in part)
    missing = evidence.missing(*AXES)
    scored = {part: found for part in parts if (found := [r for r in parts[part] if r.credit is not None])}
    details: dict[str, JsonValue] = shared_details(rows, missing)
    details["parts"] = {part: _part(parts[part], part, missing, evidence.seed) for part in PARTS}
    if not scored:
        return unscored(TITLE, THRESHOLD, no_probes(rows, missing), rows=rows, details=details)
    groups = [[row.credit or 0.0 for row in found] for found in scored.values()]
    score = _mean_of_means(groups)
    interval, how = jackknife_interval(groups, _mean_of_means)
    shown = ", ".join(f"{part} {mean(group):.3f}" for part, group in zip(scored, groups, strict=True))
    absent = [part for part in PARTS if part not in scored]
    before = [mean([p_before(row) for row in found]) for found in scored.values()]
    unread = any(p_before(row) is None for found in scored.values() for row in found)
    return BenchmarkResult(
        name=TITLE,
        score=score,
        before=None if None in before else mean(before),
        before_note=UNREAD if unread else "",
        interval=interval,
        n=sum(map(len, groups)),
        threshold=THRESHOLD,
        passed=score >= THRESHOLD,
        explanation=f"Mean of {len(groups)} means of p(new target): {shown}; {how}."
        + (f" Unscored: {', '.join(absent)}." if absent else "")
        + free_generation_sentence([row for found in scored.values() for row in found]),
        probes=rows,
        details=details,
    )


def _mean_of_means(groups: Sequence[Sequence[float]]) -> float:
    return sum(sum(group) / len(group) for group in groups) / len(groups)


def _part(rows: Sequence[ProbeRow], part: str, missing: dict[str, str], seed: int) -> JsonValue:
    """One part as a score of its own."""
    credits = [row.credit for row in rows if row.credit is not None]
    if not credits:
        own: dict[str, str] = {axis: missing[axis] for axis in PARTS[part] if axis in missing}
        return {"score": None, "before": None, "interval": None, "n": 0, "reason": no_probes(rows, own)}
    score = mean_score(credits, seed=seed)
    return {
        "score": score.value,
        "before": mean([p_before(row) for row in rows if row.credit is not None]),
        "interval": None if score.interval is None else list(score.interval),
        "n": score.n,
        "how": score.explanation,
    }
