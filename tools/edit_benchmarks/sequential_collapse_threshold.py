"""SequentialCollapseThreshold: how many edits does the model bear before it degrades?

    score = share of the further edits after which the mean KL is at most 0.3

Edits of other subjects follow the edit under test, one after another, each computed on what the ones before it left.
After each, KL(baseline‖now) in nats of the next-token distributions at the end of unrelated prompts, averaged; the
baselines are the unedited model's, so the edit under test counts too. A mean above 0.3 is collapse. Beside the score
the index of the first edit that collapses the model (1 is the first further edit; 0: the edit under test alone
does) and every mean. All further edits are rolled back, and a hash proves it. It reports only: there is no threshold.

Source: the phases of forgetting under edits in sequence, Gupta et al. 2024 (Model Editing at Scale).

Caveats: steps of one sequence depend on each other, so the interval (Wilson's, on the share) is a rough one. A
handful of edits cannot show a collapse that comes after hundreds. Prompts of which the model is unsure move more.
"""

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import EditSequence, Evidence
from tools.edit_benchmarks._scores import mean, unscored
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis
from tools.stats import mean_score

NUMBER = 5
TITLE = "SequentialCollapseThreshold"
THRESHOLD: float | None = None
AXES: tuple[Axis, ...] = ()
COLLAPSE = 0.3
"""Mean KL in nats above which the model has collapsed."""


def measure(evidence: Evidence) -> BenchmarkResult:
    """Share of further edits that leave the mean KL from the baselines at most 0.3."""
    sequence = evidence.sequence()
    if isinstance(sequence, str):
        return unscored(TITLE, THRESHOLD, sequence)
    means = [mean(step) for step in sequence.divergences]
    details: dict[str, JsonValue] = {
        "mean_kl": list(means),
        "edits": [f"{row.prompt} {row.target}" for row in sequence.rows],
        "skipped": dict(sequence.skipped),
        "collapse_above": COLLAPSE,
        "n_baselines": len(sequence.baselines),
    }
    rows = _rows(sequence)
    numbers = [step for step in means if step is not None]
    if len(numbers) < len(means) or not sequence.n_further:
        reason = "Unscored: the model's logits on the baselines are not numbers."
        return unscored(TITLE, THRESHOLD, reason, rows=rows, details=details)
    collapsed = [index for index, step in enumerate(numbers) if step > COLLAPSE]
    first = collapsed[0] if collapsed else None
    score = mean_score([float(step <= COLLAPSE) for step in numbers[1:]], seed=evidence.seed)
    where = "No collapse" if first is None else f"The first collapse comes with edit {first}"
    return BenchmarkResult(
        name=TITLE,
        score=score.value,
        before=None,
        before_note="The unedited model is the baseline that the divergences are measured from.",
        interval=score.interval,
        n=score.n,
        threshold=THRESHOLD,
        passed=None,
        explanation=f"Share of {score.n} further edits after which the mean KL over {len(sequence.baselines)} "
        f"unrelated prompts is at most {COLLAPSE} nats. {where}; the mean KL is {numbers[0]:.3f} with the edit "
        f"alone and {numbers[-1]:.3f} after the last. 95 % Wilson score interval.",
        probes=rows,
        details=details | {"collapse_index": first},
    )


def _rows(sequence: EditSequence) -> tuple[ProbeRow, ...]:
    """The baselines, with the divergence after the last edit."""
    return tuple(
        ProbeRow(axis="unrelated", group="baseline", prompt=prompt, target="", kl=kl)
        for prompt, kl in zip(sequence.baselines, sequence.divergences[-1], strict=True)
    )
