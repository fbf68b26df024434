"""EditBench: does the edit hold beyond the prompt that it was made with?

    score = mean over direct and paraphrased probes of p(new target)

p is the joint probability of the target's tokens after the prompt. Passes at 0.5. The efficacy and paraphrase scores
of Meng et al. 2022 (ROME, section 3.3) ask whether p(new) > p(old); the probability itself is stricter.

Caveats: teacher-forced probability flatters an edit that the model does not write by itself, which is why the free
continuation stands beside each probe. Direct probes are nearly the edit's own prompt and weigh as much as the others.
"""

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.probes import Axis

NUMBER = 1
TITLE = "EditBench"
THRESHOLD = 0.5
AXES: tuple[Axis, ...] = ("direct", "paraphrase")


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean p(new) over direct and paraphrased probes."""
    return mean_result(
        TITLE,
        THRESHOLD,
        evidence.rows(*AXES),
        missing=evidence.missing(*AXES),
        seed=evidence.seed,
        what="Mean probability of the new target over direct and paraphrased probes",
    )
