"""BatchEditConsistency: do several edits made at once leave each other alone?

    score = mean over edits of p(that edit's new target), all edits in place

The edit under test and edits of other subjects are put into the base weights together: one closed form in one layer
maps all their keys to their values, R (KᵀC⁻¹K)⁻¹KᵀC⁻¹. Then each is asked for with its own prompt. p is the joint
probability of the target's tokens. Passes at 0.6. All of it is rolled back, and a hash proves it. Source: the batch
update of Meng et al. 2023 (MEMIT) on one layer, in the equality-constrained form of Gupta et al. 2024 (A Unified
Framework for Model Editing).

Caveats: a handful of edits is far from MEMIT's thousands. The values are those that the same edits got one after
another (SequentialEditRetention), so what differs is how they are put in. An edit that does not hold alone does not
hold here either; the probabilities of that benchmark show it.
"""

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result, unscored
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.probes import Axis

NUMBER = 6
TITLE = "BatchEditConsistency"
THRESHOLD = 0.6
AXES: tuple[Axis, ...] = ()


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean p(new) over the edits of one batch."""
    batch = evidence.batch()
    if isinstance(batch, str):
        return unscored(TITLE, THRESHOLD, batch)
    return mean_result(
        TITLE,
        THRESHOLD,
        batch.rows,
        missing={},
        seed=evidence.seed,
        what=f"Mean probability of each edit's own target with all {len(batch.rows)} edits in place",
        details={"skipped": dict(batch.skipped)},
    )
