"""EditGeneralization: has the model taken the fact in, or only the wording of the edit?

    score = mean over probes of p(new target)

The probes imply the fact, put it in quite other words, or mean the subject without naming it in full. p is the joint
probability of the target's tokens. Passes at 0.4. Related: the generalization scores of Meng et al. 2022 (section
3.3), which are paraphrases only; the probes here go further.

Caveats: a probe may be hard for the model whatever the fact; compare with what it does before the edit, and with
how well it knows other facts. An indirect reference that fits several things is answered in several ways.
"""

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.probes import Axis

NUMBER = 2
TITLE = "EditGeneralization"
THRESHOLD = 0.4
AXES: tuple[Axis, ...] = ("implied", "rewording", "indirect_reference")


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean p(new) over probes in other words."""
    return mean_result(
        TITLE,
        THRESHOLD,
        evidence.rows(*AXES),
        missing=evidence.missing(*AXES),
        seed=evidence.seed,
        what="Mean probability of the new target over implied, reworded and indirect probes",
    )
