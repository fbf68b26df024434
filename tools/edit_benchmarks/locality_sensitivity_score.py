"""LocalitySensitivityScore: did the edit move what the model says about other domains?

    score = exp(-mean over probes of KL(before‖after))

KL in nats of the next-token distributions at the prompt's end, over facts of other domains. Passes at 0.6. Before the
edit it is 1 by definition. Beside it the same with the edit's statement put before each probe (N+), which brings out
edits that leak once their subject has been spoken of: there before and after read the same prefixed prompt.

Source: neighbourhood KL divergence and CounterFact+ of Hoelscher-Obermaier et al. 2023.

Caveats: KL sees the first token only. The rows show each fact's own answer before and after, which the score ignores.
"""

import math
from collections.abc import Sequence

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import Evidence
from tools.edit_benchmarks._formula_interval import jackknife_interval
from tools.edit_benchmarks._scores import no_probes, shared_details, unscored
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.probes import Axis

NUMBER = 8
TITLE = "LocalitySensitivityScore"
THRESHOLD = 0.6
AXES: tuple[Axis, ...] = ("cross_domain",)


def measure(evidence: Evidence) -> BenchmarkResult:
    """exp(-mean KL) over facts of other domains."""
    plain, prefixed = evidence.rows(*AXES), evidence.prefixed_rows()
    rows = tuple(
        row.model_copy(update={"group": group, "credit": None if row.kl is None else math.exp(-row.kl)})
        for group, part in (("plain", plain), ("N+", prefixed))
        for row in part
    )
    missing = evidence.missing(*AXES)
    details = shared_details((), missing)
    divergences = _divergences(plain)
    if not divergences:
        return unscored(TITLE, THRESHOLD, no_probes(rows, missing), rows=rows, details=details)
    score = _score([divergences])
    interval, how = jackknife_interval([divergences], _score)
    details |= {"mean_kl": -math.log(score), "n_plus": _n_plus(_divergences(prefixed))}
    return BenchmarkResult(
        name=TITLE,
        score=score,
        before=1.0,
        before_note="1 by definition: without an edit nothing has moved.",
        interval=interval,
        n=len(divergences),
        threshold=THRESHOLD,
        passed=score >= THRESHOLD,
        explanation=f"exp of minus the mean KL of {len(divergences)} facts of other domains; {how}."
        f"{_in_words(_divergences(prefixed))}",
        probes=rows,
        details=details,
    )


def _divergences(rows: Sequence[ProbeRow]) -> list[float]:
    return [row.kl for row in rows if row.kl is not None]


def _score(groups: Sequence[Sequence[float]]) -> float:
    (divergences,) = groups
    return math.exp(-math.fsum(divergences) / len(divergences))


def _n_plus(divergences: list[float]) -> JsonValue:
    if not divergences:
        return {"score": None, "interval": None, "n": 0, "reason": "No prefixed probe could be read."}
    interval, how = jackknife_interval([divergences], _score)
    return {
        "score": _score([divergences]),
        "interval": None if interval is None else list(interval),
        "n": len(divergences),
        "mean_kl": math.fsum(divergences) / len(divergences),
        "how": how,
    }


def _in_words(prefixed: list[float]) -> str:
    return f" With the edit's statement before them (N+): {_score([prefixed]):.3f}." if prefixed else ""
