"""IndirectFactRecovery: does the model reason from the new fact?

    score = mean over probes of p(target)

The probes are multi-hop (a second fact follows from the edited one) and inferences (the fact seen from another side);
a target is what follows from the new fact, which need not be its target. p is the joint probability of the target's
tokens. Passes at 0.35: these are hard. Source: Zhong et al. 2023 (MQuAKE), who ask multi-hop questions of edited
models, and the compositional tests of Cohen et al. 2024 (RippleEdits).

Caveats: a model that cannot make the hop about facts it does know fails whatever the edit, and small models often
cannot. Without the second fact in the model nothing follows.
"""

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._scores import mean_result
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.probes import Axis

NUMBER = 10
TITLE = "IndirectFactRecovery"
THRESHOLD = 0.35
AXES: tuple[Axis, ...] = ("multi_hop", "inference")


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean p(target) over probes that need the new fact as a premise."""
    return mean_result(
        TITLE,
        THRESHOLD,
        evidence.rows(*AXES),
        missing=evidence.missing(*AXES),
        seed=evidence.seed,
        what="Mean probability of what follows from the new fact over multi-hop and inference probes",
    )
