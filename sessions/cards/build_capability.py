"""Puts a capability card together from suites, credits and their scores."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from prompts.suite import Suite
from sessions.cards.capability import CapabilityCard, CaseResult, Dimension, Slice, SuiteReference
from sessions.context import Context
from tools.results import Credit, Score
from tools.run_suite import DimensionScores


def build_dimension(
    suite: Suite,
    credits: Sequence[Credit],
    scores: DimensionScores,
    settings: Mapping[str, JsonValue],
    *,
    chat_template: bool = False,
) -> Dimension:
    """One dimension of a card; `scores` sums up `credits`, which belong to cases of the suite, in any order.

    Raises ValueError where a credit belongs to no case or a case has two.
    """
    by_id = {credit.case_id: credit for credit in credits}
    if len(by_id) != len(credits) or not {case.id for case in suite.cases}.issuperset(by_id):
        raise ValueError("credits do not belong to this suite")
    interval_method = scores.score.details.get("interval_method")
    return Dimension(
        capability=suite.capability,
        method=suite.scoring,
        score=_points(scores.score.value),
        interval=_interval(scores.score),
        interval_method=interval_method if isinstance(interval_method, str) else None,
        explanation=scores.score.explanation,
        n=scores.score.n,
        n_unscored=scores.n_unscored,
        unscored_reasons=scores.unscored_reasons,
        rejected=len(suite.rejected),
        rejected_reasons=dict(Counter(suite.rejected).most_common()),
        chance=_points(scores.chance),
        at=scores.at,
        partial=scores.partial,
        subtypes=_slices(scores.subtypes),
        difficulties=_slices(scores.difficulties),
        suite=SuiteReference(hash=suite.hash, seed=suite.seed, generator=suite.generator),
        settings=dict(settings),
        chat_template=chat_template,
        details=scores.score.details,
        cases=tuple(
            CaseResult(
                **case.model_dump(),
                credit=credit.value,
                category=credit.category,
                output=credit.output,
                unscored_reason=credit.unscored_reason,
                details=credit.details,
            )
            for case in suite.cases
            if (credit := by_id.get(case.id)) is not None
        ),
    )


def capability_card(
    dimensions: Sequence[Dimension], *, session: str, request: str, context: Context, duration_s: float
) -> CapabilityCard:
    """A card with a fresh id, made now."""
    scored = [dimension.score for dimension in dimensions if dimension.score is not None]
    overall = sum(scored) / len(scored) if scored else None
    return CapabilityCard(
        session=session,
        request=request,
        context=context,
        duration_s=duration_s,
        overall=None if overall is None else round(overall, 10),
        overall_explanation=_overall_explanation(len(scored), len(dimensions)),
        n_prompts=sum(len(dimension.cases) for dimension in dimensions),
        partial=any(dimension.partial for dimension in dimensions),
        dimensions=tuple(dimensions),
    )


def _overall_explanation(n_scored: int, n: int) -> str:
    if not n_scored:
        return "No dimension was scored, so there is no overall score."
    what = "score of the only scored dimension" if n_scored == 1 else f"plain mean of {n_scored} dimensions"
    left_out = f"; {n - n_scored} unscored left out" if n > n_scored else ""
    return f"Overall is the {what}{left_out}."


def _points(share: float | None) -> float | None:
    """Rounded at the tenth decimal, so that 0.29 is 29 and not 28.999999999999996."""
    return None if share is None else round(100 * share, 10)


def _interval(score: Score) -> tuple[float, float] | None:
    if score.interval is None:
        return None
    low, high = score.interval
    return round(100 * low, 10), round(100 * high, 10)


def _slices(named: Iterable[tuple[str, Score]]) -> tuple[Slice, ...]:
    return tuple(
        Slice(name=name, score=_points(score.value), interval=_interval(score), n=score.n)
        for name, score in named
    )
