"""SequentialEditRetention: does the edit survive edits that come after it?

    score = mean over further edits k of min(1, p_k / p_0)

p_0 is the joint probability of the edit's target after its own prompt with the edit alone, p_k the same after k
further edits of other subjects, each computed on what the ones before it left. Passes at 0.7. Unscored where p_0 is
under 0.01: then there is nothing to retain. All further edits are rolled back, and a hash proves it.

Beside it the retention matrix: row k, column i is min(1, p / p at once after edit i) of edit i after k further edits,
for the further edits as well. Source: forgetting of earlier edits, Gupta et al. 2024 (Model Editing at Scale).

Caveats: a ratio says nothing of how strong the edit was; look at EditBench beside it. Steps of one sequence depend on
each other, so the interval over steps is a rough one.
"""

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import EditSequence, Evidence
from tools.edit_benchmarks._scores import unscored
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.probes import Axis
from tools.stats import mean_score

NUMBER = 7
TITLE = "SequentialEditRetention"
THRESHOLD = 0.7
AXES: tuple[Axis, ...] = ()
FLOOR = 0.01
"""Below this a probability is about nought, and a ratio to it means nothing."""


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean share of p(new) that is left after each further edit."""
    sequence = evidence.sequence()
    if isinstance(sequence, str):
        return unscored(TITLE, THRESHOLD, sequence)
    matrix = _matrix(sequence)
    details: dict[str, JsonValue] = {
        "edits": [f"{row.prompt} {row.target}" for row in sequence.rows],
        "probabilities": [list(step) for step in sequence.probabilities],
        "retention": [list(step) for step in matrix],
        "skipped": dict(sequence.skipped),
    }
    start = sequence.probabilities[0][0]
    if start is None or start < FLOOR:
        reason = (
            "Unscored: after the edit the model's logits are not numbers."
            if start is None
            else f"Unscored: p(new target) after the edit is {start:.4f}, so there is nothing to retain."
        )
        return unscored(TITLE, THRESHOLD, reason, rows=sequence.rows, details=details)
    kept = [step[0] for step in matrix[1:] if step[0] is not None]
    if not kept:
        reason = "Unscored: after the further edits the model's logits are not numbers."
        return unscored(TITLE, THRESHOLD, reason, rows=sequence.rows, details=details)
    score = mean_score(kept, seed=evidence.seed)
    assert score.value is not None
    return BenchmarkResult(
        name=TITLE,
        score=score.value,
        before=None,
        before_note="Before the edit there is no edit to retain; the rows show p(new target) before any edit.",
        interval=score.interval,
        n=score.n,
        threshold=THRESHOLD,
        passed=score.value >= THRESHOLD,
        explanation=f"Mean of min(1, p_k / p_0) over {len(kept)} further edits, p_0 = {start:.3f}. "
        f"{score.explanation}",
        probes=sequence.rows,
        details=details,
    )


def _matrix(sequence: EditSequence) -> list[list[float | None]]:
    """[k][i]: what is left of edit i after k further edits; None where it never held, or cannot be read."""
    probabilities = sequence.probabilities
    return [[_left(p, probabilities[edit][edit]) for edit, p in enumerate(step)] for step in probabilities]


def _left(now: float | None, at_first: float | None) -> float | None:
    if now is None or at_first is None or at_first < FLOOR:
        return None
    return min(1.0, now / at_first)
