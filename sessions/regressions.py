"""Puts the regression panel together: capabilities over training steps, with the paired tests between steps."""

from collections.abc import Sequence

from prompts.suite import Suite
from sessions.card import build_dimension
from sessions.cards.capability import Dimension
from sessions.cards.regressions import RegressionsCard, StepChange, StepScore, TrackedDimension
from sessions.compare import paired_result, paired_test
from sessions.context import Context
from sessions.records import Run
from tools.errors import StoreError
from tools.paired import corrected
from tools.run_suite import summarise


def regressions_card(
    tracked: Sequence[tuple[Suite, Sequence[Run]]],
    *,
    training_run: str,
    session: str,
    request: str,
    context: Context,
    duration_s: float,
) -> RegressionsCard:
    """The panel of suites, each with its complete runs by step (of a step that ran twice the newest counts).

    Tests: the last step against every earlier one, on paired cases, corrected by Holm over all of them, so that
    looking at many steps and capabilities finds no drop or rise by chance. (The best earlier step alone would be
    fewer tests, but it is best partly by luck, which no correction over those few would make good; neighbours
    alone would miss what is lost a little at a time.) Raises StoreError where no suite
    has run at two steps.
    """
    dimensions = [(suite, _by_step(suite, runs)) for suite, runs in tracked]
    dimensions = [(suite, by_step) for suite, by_step in dimensions if len(by_step) > 1]
    if not dimensions:
        raise StoreError(
            "No suite has run at two steps of this training run yet.",
            "Benchmark another checkpoint with the same request, or ask for all: did anything get worse?",
        )
    pairs = [(suite, by_step, pair) for suite, by_step in dimensions for pair in _pairs(list(by_step))]
    tests = corrected([paired_test(by_step[a][0], by_step[b][0]) for _, by_step, (a, b) in pairs])
    changes = [
        (suite.hash, StepChange(earlier=a, later=b, result=paired_result(f"step {b}", test)))
        for (suite, _, (a, b)), test in zip(pairs, tests, strict=True)
    ]
    built = tuple(
        _tracked(by_step, tuple(change for key, change in changes if key == suite.hash))
        for suite, by_step in dimensions
    )
    best, explanation = _best(built)
    return RegressionsCard(
        session=session,
        request=request,
        context=context,
        duration_s=duration_s,
        training_run=training_run,
        steps=tuple(sorted({point.step for each in built for point in each.points})),
        dimensions=built,
        best_step=best,
        best_explanation=explanation,
        n_tests=sum(test.p is not None for test in tests),
    )


def _by_step(suite: Suite, runs: Sequence[Run]) -> dict[int, tuple[Dimension, Run]]:
    """The newest run of each step, as a dimension; only those with the newest run's settings can be paired."""
    if not runs:
        return {}
    newest = max(runs, key=lambda run: run.id)
    kept = {run.step: run for run in sorted(runs, key=lambda run: run.id) if run.settings == newest.settings}
    return {
        step: (
            build_dimension(
                suite,
                run.credits,
                summarise(suite.cases, run.credits, run.method, run.settings),
                run.settings,
            ),
            run,
        )
        for step, run in sorted(kept.items(), key=lambda each: each[0] or 0)
        if step is not None
    }


def _pairs(steps: Sequence[int]) -> list[tuple[int, int]]:
    """(earlier, last) for every earlier step: what is lost or gained by now is asked; more tests would hide it."""
    return [(step, steps[-1]) for step in steps[:-1]]


def _tracked(by_step: dict[int, tuple[Dimension, Run]], changes: tuple[StepChange, ...]) -> TrackedDimension:
    points = tuple(
        StepScore(
            step=step,
            score=dimension.score,
            interval=dimension.interval,
            n=dimension.n,
            n_unscored=dimension.n_unscored,
            weights_hash=run.weights_hash,
        )
        for step, (dimension, run) in by_step.items()
    )
    first = next(iter(by_step.values()))[0]
    scored = [point for point in points if point.score is not None]
    return TrackedDimension(
        capability=first.capability,
        method=first.method,
        suite=first.suite,
        settings=first.settings,
        points=points,
        changes=changes,
        best_step=max(scored, key=lambda point: (point.score or 0.0, -point.step)).step if scored else None,
    )


def _best(dimensions: Sequence[TrackedDimension]) -> tuple[int | None, str]:
    """The step with the highest mean, of those that every dimension has scored."""
    scores = [{p.step: p.score for p in each.points if p.score is not None} for each in dimensions]
    shared = sorted(set.intersection(*(set(each) for each in scores)))
    if not shared:
        return None, "No step has a score in every capability."
    means = {step: sum(each[step] for each in scores) / len(scores) for step in shared}
    best = max(shared, key=lambda step: (means[step], -step))
    what = "mean score" if len(scores) > 1 else "score"
    return best, f"Highest {what} ({means[best]:.1f}) of the {len(shared)} steps that have every capability."
