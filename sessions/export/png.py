"""A picture of the card's chart: bars (or lines) with interval, n and method, and where the numbers come from."""

import io
import warnings
from typing import TYPE_CHECKING

from sessions.card import Card
from sessions.export._report import report_of
from sessions.export._report.blocks import Chart, Series
from sessions.export._report.provenance import subject
from sessions.visible import visible
from tools.errors import StoreError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXTENSION = ".png"

WIDTH = 9.0
"""Inches, at `DPI` points each."""
DPI = 150
ROW = 0.62
LINE_HEIGHT = 4.0
DODGE = 0.012
"""By how much of the width lines stand apart, so that their whiskers can be told from each other."""
LONGEST_NAME = 34
LONGEST_NOTE = 40
LONGEST_TITLE = 76
MOST_ROWS = 60
INK, QUIET, RULE, TRACK = "#15202b", "#54616f", "#dbe1e8", "#e9edf1"
COLOURS = ("#0b7285", "#c2571a", "#6741b5", "#2b8a3e", "#b02a6b", "#1f5fbf", "#8a6d00", "#5b6670")
MARK = "#c8441b"


def render(card: Card) -> bytes:
    """The first chart of the card's report. Raises StoreError for a card without numbers to draw."""
    report = report_of(card)
    chart = report.chart
    if chart is None or not any(series.points for series in chart.series):
        raise StoreError(
            f"Card {card.id} has no numbers that make a chart.", "Export it as html or markdown instead."
        )
    title = _on_one_line(f"{report.figure} · {report.caption}", LONGEST_TITLE)
    return _drawn(chart, title, _on_one_line(subject(card), 110), f"{card.id} · {card.created[:16]}Z")


def _drawn(chart: Chart, title: str, about: str, footer: str) -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever style the user has set up for other plots
        # Text from outside is text: no formula between dollar signs.
        matplotlib.rcParams.update({"text.parse_math": False, "text.usetex": False, "font.size": 10})
        rows = min(MOST_ROWS, sum(len(series.points) for series in chart.series))
        inner = LINE_HEIGHT if chart.first == "line" else ROW * rows + 0.5
        height = inner + 1.45
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        left, width = (0.06, 0.62) if chart.first == "line" else (0.27, 0.48)
        axes = figure.add_axes((left, 0.55 / height, width, inner / height))
        (_lines if chart.first == "line" else _bars)(axes, chart)
        figure.text(0.03, 1 - 0.38 / height, title, size=14, weight="bold", color=INK)
        figure.text(0.03, 1 - 0.66 / height, f"{about} · {chart.title}", size=9, color=QUIET)
        figure.text(
            0.03, 0.16 / height, " · ".join((f"Benchwright · {footer}", *_key(chart))), size=8, color=QUIET
        )
        picture = io.BytesIO()
        with warnings.catch_warnings():
            # The one font that is always there lacks some scripts, and draws boxes for them.
            warnings.filterwarnings("ignore", "Glyph ", UserWarning)
            figure.savefig(picture, format="png", metadata={"Software": "Benchwright"})
    return picture.getvalue()


def _bars(axes: "Axes", chart: Chart) -> None:
    """A bar a row from the top down; beside it value, interval, n and method."""
    rows = [
        (point, series.name, COLOURS[number % len(COLOURS)])
        for place in range(len(chart.series[0].points))
        for number, series in enumerate(chart.series)
        for point in series.points[place : place + 1]
    ]
    rows = rows[:MOST_ROWS]
    for row, (point, series, colour) in enumerate(rows):
        axes.barh(row, chart.high, height=0.46, color=TRACK, zorder=1)
        if point.value is not None:
            axes.barh(row, min(point.value, chart.high), height=0.46, color=colour, zorder=2)
        if point.interval is not None:
            low, high = point.interval
            axes.plot([low, high], [row, row], color=INK, linewidth=1.2, zorder=3)
            axes.plot([low, high], [row, row], "|", color=INK, markersize=7, zorder=3)
        if point.mark is not None:
            axes.plot([point.mark, point.mark], [row - 0.36, row + 0.36], color=MARK, linewidth=1.6, zorder=4)
        name = f"{point.name}, {series}" if series else point.name
        across = axes.get_yaxis_transform()
        axes.text(
            -0.03, row, _on_one_line(name, LONGEST_NAME), transform=across, ha="right", va="center", color=INK
        )
        axes.text(
            1.03, row - 0.14, chart.told(point.value), transform=across, va="center", weight="bold", color=INK
        )
        beside = [chart.told_interval(point), f"n {point.n:,}" if point.n is not None else "", point.note]
        told = " · ".join(part for part in beside if part)
        axes.text(1.03, row + 0.2, _on_one_line(told, 44), transform=across, va="center", size=8, color=QUIET)
    axes.set_xlim(0, chart.high or 1.0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    _quiet(axes, "x")


def _lines(axes: "Axes", chart: Chart) -> None:
    """A line a series over the points in their order, with whiskers, the series a little apart."""
    names = chart.axis_names
    for number, series in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        dodge = (number - (len(chart.series) - 1) / 2) * DODGE * len(names)
        for run in _unbroken(series):
            axes.plot(
                [place + dodge for place, _ in run],
                [value for _, value in run],
                "o-",
                color=colour,
                markersize=5,
                zorder=3,
            )
        for place, point in enumerate(series.points):
            if point.interval is not None:
                at = place + dodge
                axes.plot([at, at], point.interval, color=colour, linewidth=1, alpha=0.6, zorder=2)
        if series.name:
            name, note = _on_one_line(series.name, LONGEST_NAME), _on_one_line(series.note, LONGEST_NOTE)
            axes.plot([], [], "o-", color=colour, label=f"{name}\n{note}".strip())
    step = max(1, -(-len(names) // 12))
    axes.set_xticks(range(0, len(names), step), [_on_one_line(name, 14) for name in names[::step]])
    axes.set_xlim(-0.4, len(names) - 0.6)
    axes.set_ylim(0, chart.high or 1.0)
    if any(series.name for series in chart.series):
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=8, labelspacing=1.0)
    _quiet(axes, "y")


def _key(chart: Chart) -> list[str]:
    """What the marks mean, and what there was no room for."""
    points = [point for series in chart.series for point in series.points]
    said = ["whiskers: 95 % interval"] if any(point.interval is not None for point in points) else []
    if chart.first != "line":
        marks = {(p.mark_name, chart.told(p.mark)) for p in points if p.mark is not None}
        if len(marks) == 1:
            said.append(f"red: {' '.join(*marks)}")
        elif marks:
            said.append(f"red: {', '.join(sorted({name for name, _ in marks}))}")
        if len(points) > MOST_ROWS:
            said.append(f"{len(points) - MOST_ROWS:,} more rows are in the other exports")
    return said


def _unbroken(series: Series) -> list[list[tuple[int, float]]]:
    """The stretches of scored points: an unscored one breaks the line."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, point in enumerate(series.points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((place, point.value))
    return [run for run in runs if run]


def _quiet(axes: "Axes", grid: str) -> None:
    """A plain frame with a light grid behind the data."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelcolor=QUIET, labelsize=8)
    axes.grid(axis="x" if grid == "x" else "y", color=RULE, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def _on_one_line(text: str, longest: int) -> str:
    shown = " ".join(visible(text).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
