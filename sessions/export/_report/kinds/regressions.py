"""Capabilities over the steps of a training run: a line for each, the drops, and every score with its interval."""

from collections.abc import Iterator

from sessions.cards.regressions import RegressionsCard, StepChange, TrackedDimension
from sessions.export._report.blocks import Block, Chart, Definitions, Notes, Point, Report, Series, Table
from sessions.export._report.values import interval, points

TESTS = (
    *("capability", "#from", "#to", "#difference", "#95 % interval"),
    *("#pairs", "#p", "#p (Holm)", "test", "verdict"),
)


def report(card: RegressionsCard) -> Report:
    """What was lost by the last step, the lines, and the numbers behind them."""
    lost = [dimension.capability for dimension in card.dimensions if dimension.drop]
    return Report(
        figure=f"{len(lost)} lost" if lost else "nothing lost",
        caption=f"{len(card.dimensions)} capabilities over {len(card.steps)} steps of {card.training_run}",
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: RegressionsCard) -> Iterator[Block]:
    drops = [(each.capability, each.drop) for each in card.dimensions if each.drop]
    if drops:
        yield Notes(tuple(_told(name, change) for name, change in drops), warning=True)
    yield Chart(
        "Scores over training steps",
        tuple(
            Series(tuple(_point(dimension, step) for step in card.steps), dimension.capability)
            for dimension in card.dimensions
        ),
        first="line",
    )
    best = f"Best step {card.best_step}. " if card.best_step is not None else ""
    yield Notes(
        (
            f"{best}{card.best_explanation}",
            f"The last step is held against every earlier one, on the same cases: {card.n_tests} tests with Holm's "
            "correction. Absolute scores are relative to these suites.",
        )
    )
    yield Table(
        ("capability", "#step", "#score", "#95 % interval", "#n", "weights"),
        tuple(
            (
                dimension.capability,
                str(point.step),
                points(point.score),
                interval(point.interval),
                f"{point.n:,}",
                (point.weights_hash or "")[:12],
            )
            for dimension in card.dimensions
            for point in dimension.points
        ),
        caption="Scores by step",
    )
    yield Table(
        (
            "capability",
            "#from",
            "#to",
            "#difference",
            "#95 % interval",
            "#pairs",
            "#p",
            "#p (Holm)",
            "test",
            "verdict",
        ),
        tuple(
            (
                dimension.capability,
                str(change.earlier),
                str(change.later),
                "" if change.result.difference is None else f"{change.result.difference:+.1f}",
                interval(change.result.interval),
                f"{change.result.n:,}",
                "" if change.result.p is None else f"{change.result.p:.3g}",
                "" if change.result.p_corrected is None else f"{change.result.p_corrected:.3g}",
                change.result.test,
                change.result.verdict,
            )
            for dimension in card.dimensions
            for change in dimension.changes
        ),
        caption="The last step against every earlier one",
    )
    yield Definitions(
        tuple(
            (f"suite of {each.capability}", f"{each.suite.hash} (seed {each.suite.seed}, {each.method})")
            for each in card.dimensions
        )
    )


def _told(capability: str, change: StepChange) -> str:
    result = change.result
    return (
        f"{capability} fell by {-(result.difference or 0.0):.1f} from step {change.earlier} to {change.later} "
        f"({result.n_worse} cases worse, {result.n_better} better, p = {result.p_corrected or 0.0:.2g})."
    )


def _point(dimension: TrackedDimension, step: int) -> Point:
    found = next((point for point in dimension.points if point.step == step), None)
    if found is None:
        return Point(str(step), None, note="not run")
    return Point(str(step), found.score, found.interval, found.n)
