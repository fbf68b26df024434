"""The regressions card as a Rich panel: a line and the scores of each capability over the steps, drops marked."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain, shown_interval, shown_points
from sessions.card import RegressionsCard, StepScore, TrackedDimension

LEVELS = "▁▂▃▄▅▆▇█"
MOST_STEPS = 8
"""Columns of scores; with more steps the table shows the first, the last and some between."""


def regressions_panel(card: RegressionsCard) -> Panel:
    """The card as a panel."""
    title = Text.assemble((f"{len(card.steps)} steps", "bold"), f" · {card.id}")
    parts: list[RenderableType] = [_scores(card), Text(), *_drops(card)]
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
    shown = _some(card.steps)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("0 to 100")
    for step in shown:
        table.add_column(str(step), justify="right")
    for dimension in card.dimensions:
        points = {point.step: point for point in dimension.points}
        fallen = dimension.drop.later if dimension.drop else None
        line = sparkline([points[step].score if step in points else None for step in card.steps])
        table.add_row(
            Text(dimension.capability, style="bold"),
            Text(line, style="cyan"),
            *(_cell(points.get(step), dimension, step == fallen) for step in shown),
        )
    return table


def _cell(point: StepScore | None, dimension: TrackedDimension, fallen: bool) -> Text:
    if point is None:
        return Text("-", style="dim")
    style = "bold red" if fallen else "green" if point.step == dimension.best_step else ""
    return Text.assemble(
        (shown_points(point.score) + ("↓" if fallen else ""), style),
        (f"\n{shown_interval(point.interval)}", "dim"),
    )


def _some(steps: Sequence[int]) -> list[int]:
    if len(steps) <= MOST_STEPS:
        return list(steps)
    last = len(steps) - 1
    return [steps[round(i * last / (MOST_STEPS - 1))] for i in range(MOST_STEPS)]


def _drops(card: RegressionsCard) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for dimension in card.dimensions:
        change = dimension.drop
        if change is not None:
            result = change.result
            lines.append(
                Text(
                    f"{dimension.capability} fell by {-(result.difference or 0.0):.1f} from step {change.earlier} "
                    f"to {change.later} ({result.n_worse} cases worse, {result.n_better} better, "
                    f"p = {result.p_corrected or 0.0:.2g})",
                    style="red",
                )
            )
    return lines or [
        Text(
            f"The last step has lost nothing that paired tests call real ({card.n_tests} tests, Holm's correction).",
            style="green",
        )
    ]


def _provenance(card: RegressionsCard) -> Text:
    tests = sorted({change.result.test for each in card.dimensions for change in each.changes})
    suites = ", ".join(f"{each.capability} {each.suite.hash[:12]}" for each in card.dimensions)
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
