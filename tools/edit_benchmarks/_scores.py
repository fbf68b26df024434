"""Results from rows: the mean of what the probes earn, or unscored with the reason."""

import math
from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.stats import mean_score

Earning = Callable[[ProbeRow], float | None]
"""What a probe earns, in [0, 1]; None where it was not read."""


def p_after(row: ProbeRow) -> float | None:
    """The probability of saying what is expected, after the edit."""
    return _expected(row, row.p_after)


def p_before(row: ProbeRow) -> float | None:
    """The same before the edit."""
    return _expected(row, row.p_before)


def _expected(row: ProbeRow, p: float | None) -> float | None:
    if p is None or row.unscored_reason is not None:
        return None
    return p if row.is_positive else 1.0 - p


def mean_result(
    title: str,
    threshold: float | None,
    rows: Sequence[ProbeRow],
    *,
    missing: Mapping[str, str],
    seed: int,
    what: str,
    after: Earning = p_after,
    before: Earning = p_before,
    details: Mapping[str, JsonValue] | None = None,
) -> BenchmarkResult:
    """The mean of what the rows earn `after` the edit, beside what they earned `before` it.

    `what` names in words what is averaged. Rows that earn None are shown and not counted.
    """
    credited = tuple(
        row.model_copy(update={"credit": None if row.unscored_reason else after(row)}) for row in rows
    )
    scored = [row for row in credited if row.credit is not None]
    all_details = shared_details(credited, missing) | dict(details or {})
    if not scored:
        return unscored(title, threshold, no_probes(rows, missing), rows=credited, details=all_details)
    score = mean_score([row.credit for row in scored if row.credit is not None], seed=seed)
    assert score.value is not None  # of at least one row
    return BenchmarkResult(
        name=title,
        score=score.value,
        before=mean([before(row) for row in scored]),
        before_note="" if all(before(row) is not None for row in scored) else UNREAD,
        interval=score.interval,
        n=score.n,
        threshold=threshold,
        passed=None if threshold is None else score.value >= threshold,
        explanation=f"{what}. {score.explanation}{free_generation_sentence(scored)}",
        probes=credited,
        details=all_details,
    )


UNREAD = "Some probes could not be read on the model before the edit, and are left out of this."


def unscored(
    title: str,
    threshold: float | None,
    reason: str,
    *,
    rows: Sequence[ProbeRow] = (),
    details: Mapping[str, JsonValue] | None = None,
) -> BenchmarkResult:
    """A result without a number, with the reason."""
    return BenchmarkResult(
        name=title,
        score=None,
        before=None,
        interval=None,
        n=0,
        threshold=threshold,
        passed=None,
        explanation=reason,
        probes=tuple(rows),
        details=dict(details or {}),
    )


def mean(values: Sequence[float | None]) -> float | None:
    """Mean of those that are numbers; None where none is."""
    numbers = [value for value in values if value is not None]
    return math.fsum(numbers) / len(numbers) if numbers else None


def no_probes(rows: Sequence[ProbeRow], missing: Mapping[str, str]) -> str:
    """Why nothing was scored."""
    reasons = [*(row.unscored_reason for row in rows if row.unscored_reason), *missing.values()]
    different = dict.fromkeys(reason.rstrip(".") for reason in reasons)
    return f"Unscored: {'; '.join(different) or 'there are no probes'}."


def shared_details(rows: Sequence[ProbeRow], missing: Mapping[str, str]) -> dict[str, JsonValue]:
    """What every result tells beside its score: missing axes, unscored probes, and what free generation says."""
    details: dict[str, JsonValue] = {}
    if missing:
        details["missing_axes"] = dict(missing)
    n_unscored = sum(row.unscored_reason is not None for row in rows)
    if n_unscored:
        details["n_unscored"] = n_unscored
    written = [row for row in rows if row.is_positive and row.said_after is not None]
    if written:
        details["free_generation"] = {
            "before": mean([float(row.said_before) for row in written if row.said_before is not None]),
            "after": mean([float(bool(row.said_after)) for row in written]),
            "n": len(written),
        }
    return details


def free_generation_sentence(rows: Sequence[ProbeRow]) -> str:
    """In how many continuations that the model wrote itself the target appears."""
    written = [row for row in rows if row.is_positive and row.said_after is not None]
    said = sum(bool(row.said_after) for row in written)
    return f" Writing freely, the model says the target after {said} of {len(written)}." if written else ""
