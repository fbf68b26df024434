"""Capabilities over the steps of a training run: a line for each, the drops, and every score with its interval."""

from collections.abc import Iterator, Sequence

from sessions.cards.regressions import RegressionsCard, TrackedDimension
from sessions.export._report import paired
from sessions.export._report.blocks import Block, Chart, Definitions, Notes, Point, Report, Series, Table
from sessions.export._report.values import interval, points


def report(card: RegressionsCard) -> Report:
    """What was lost and gained by the last step, the lines, and the numbers behind them."""
    figure = f"{len(card.drops)} lost" if card.drops else "nothing lost"
    capabilities = "capability" if len(card.dimensions) == 1 else "capabilities"
    return Report(
        figure=f"{figure}, {len(card.rises)} gained" if card.rises else figure,
        caption=f"{len(card.dimensions)} {capabilities} over {len(card.steps)} steps of {_short(card.training_run)}"
        + (f", best step {card.best_step}" if card.best_step is not None else ""),
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: RegressionsCard) -> Iterator[Block]:
    if card.drops:
        yield Notes(card.drops, warning=True)
    if card.rises:
        yield Notes(card.rises)
    yield Chart(
        "Scores over training steps",
        tuple(
            Series(
                tuple(_point(dimension, step) for step in card.steps), dimension.capability, _note(dimension)
            )
            for dimension in card.dimensions
        ),
        first="line",
    )
    best = f"Best step {card.best_step}. " if card.best_step is not None else ""
    yield Notes(
        (
            f"{best}{card.best_explanation}",
            *_best_of_each(card.dimensions),
            f"The last step is held against every earlier one, on the same cases: {card.n_tests} tests with Holm's "
            "correction. Absolute scores are relative to these suites.",
        )
    )
    yield Table(
        ("capability", "#step", "#score", "#95 % interval", "#n", "#unscored", "weights"),
        tuple(
            (
                dimension.capability,
                str(point.step),
                points(point.score),
                interval(point.interval),
                f"{point.n:,}",
                f"{point.n_unscored:,}",
                (point.weights_hash or "")[:12],
            )
            for dimension in card.dimensions
            for point in dimension.points
        ),
        caption="Scores by step",
    )
    yield paired.table(
        "The last step against every earlier one",
        ("capability", "#step"),
        [
            ((dimension.capability, str(change.earlier)), change.result)
            for dimension in card.dimensions
            for change in dimension.changes
        ],
    )
    suites = tuple(
        (f"suite of {each.capability}", f"{each.suite.hash} (seed {each.suite.seed}, {each.method})")
        for each in card.dimensions
    )
    yield Definitions((("training run", card.training_run), *suites))


def _best_of_each(dimensions: Sequence[TrackedDimension]) -> Iterator[str]:
    best = [f"{each.capability} {each.best_step}" for each in dimensions if each.best_step is not None]
    if len(best) > 1:
        yield f"Best step of each: {', '.join(best)}."


def _short(training_run: str) -> str:
    """The end of a path; the name on a hub is left whole."""
    return "/".join(training_run.split("/")[-2:])


def _note(dimension: TrackedDimension) -> str:
    """What became of it, in a few words; a drop comes before a rise."""
    change = dimension.drop or dimension.rise
    if change is None:
        return "no real change"
    result = change.result
    return f"{result.difference or 0.0:+.1f} since step {change.earlier}, p = {result.p_corrected or 0.0:.2g}"


def _point(dimension: TrackedDimension, step: int) -> Point:
    found = next((point for point in dimension.points if point.step == step), None)
    if found is None:
        return Point(f"step {step}", None, note="not run")
    return Point(f"step {step}", found.score, found.interval, found.n)
