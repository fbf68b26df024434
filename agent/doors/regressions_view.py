"""The regressions card as a Rich panel: each capability over the steps, with real drops and rises marked."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain, shown_interval, shown_points
from sessions.card import RegressionsCard, StepScore, TrackedDimension

LEVELS = "▁▂▃▄▅▆▇█"
MOST_STEPS = 6
"""Columns of scores; with more steps the table shows the first, the last and some between."""
LONGEST_LINE = 20
"""Characters of a sparkline, which leaves steps out in the same way."""


def regressions_panel(card: RegressionsCard) -> Panel:
    """The card as a panel."""
    title = Text.assemble((f"{len(card.steps)} steps", "bold"), f" · {card.id}")
    parts: list[RenderableType] = [_scores(card), Text(), *_changes(card)]
    if card.best_step is not None:
        parts.append(
            Text.assemble(
                ("best step ", "bold"), (str(card.best_step), "bold green"), ". ", card.best_explanation
            )
        )
    parts += [Text(), _provenance(card)]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def sparkline(scores: Sequence[float | None]) -> str:
    """Scores on 0 to 100 as one character each; a dot where there is none."""
    top = len(LEVELS) - 1
    return "".join("·" if score is None else LEVELS[round(score / 100 * top)] for score in scores)


def _scores(card: RegressionsCard) -> Table:
    shown = _some(card.steps, MOST_STEPS)
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("step")
    for step in shown:
        table.add_column(f"{step} ", justify="right", no_wrap=True)
    table.add_column("best", justify="right", no_wrap=True)
    for dimension in card.dimensions:
        points = {point.step: point for point in dimension.points}
        line = sparkline(
            [points[step].score if step in points else None for step in _some(card.steps, LONGEST_LINE)]
        )
        table.add_row(
            Text.assemble((dimension.capability, "bold"), (f"\n{line}", "cyan")),
            *(_cell(points.get(step), dimension) for step in shown),
            "-" if dimension.best_step is None else str(dimension.best_step),
        )
    return table


def _cell(point: StepScore | None, dimension: TrackedDimension) -> Text:
    if point is None:
        return Text("- ", style="dim")
    mark, style = _mark(point.step, dimension)
    return Text.assemble(
        (shown_points(point.score) + mark, style),
        (f"\n{shown_interval(point.interval)} ", "dim"),
    )


def _mark(step: int, dimension: TrackedDimension) -> tuple[str, str]:
    """What stands beside a score, and its style: drop before rise, rise before best."""
    if dimension.drop and dimension.drop.later == step:
        return "↓", "bold red"
    if dimension.rise and dimension.rise.later == step:
        return "↑", "bold green"
    return " ", "green" if step == dimension.best_step else ""


def _some(steps: Sequence[int], most: int) -> list[int]:
    """All steps, or as many evenly spread ones, the first and the last included."""
    if len(steps) <= most:
        return list(steps)
    last = len(steps) - 1
    return [steps[round(i * last / (most - 1))] for i in range(most)]


def _changes(card: RegressionsCard) -> list[RenderableType]:
    drops: list[RenderableType] = [Text(drop, style="red") for drop in card.drops]
    nothing = f"The last step has lost nothing that paired tests call real ({card.n_tests} tests, Holm's correction)."
    return [*(drops or [Text(nothing, style="dim")]), *(Text(rise, style="green") for rise in card.rises)]


def _provenance(card: RegressionsCard) -> Text:
    tests = sorted({change.result.test for each in card.dimensions for change in each.changes})
    suites = ", ".join(f"{each.capability} {each.suite.hash[:12]} ({_n(each)})" for each in card.dimensions)
    return Text.assemble(
        ("training run ", "dim"),
        plain(card.training_run, 120),
        (
            f"\nsuites {suites}, the same at every step; the last step against every "
            f"earlier one: {'; '.join(tests)}, {card.n_tests} tests with Holm's correction\n"
            "Scores are relative to these suites.",
            "dim",
        ),
    )


def _n(dimension: TrackedDimension) -> str:
    """How many cases were scored; it differs between steps where some could not be."""
    found = [point.n for point in dimension.points]
    return f"n {min(found)}" if min(found) == max(found) else f"n {min(found)} to {max(found)}"
