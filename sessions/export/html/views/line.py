"""The points of each series in their order, joined by a line, with whiskers for the intervals."""

import math
from collections.abc import Iterator

from sessions.export._report.blocks import Chart, Series
from sessions.export.html.drawing import (
    Drawing,
    Entry,
    Shape,
    hue,
    line,
    mark_entry,
    per_cent,
    rect,
    share,
    short,
    words,
)

HEIGHT = 200.0
TOP = 12.0
RADIUS = 4
FITTING = 42
"""Characters that fit under the axis on a phone."""
SHORT = 7
DODGE = 0.012
"""By how much of the width the series stand apart, so that their whiskers can be told from each other."""


def draw(chart: Chart) -> tuple[Drawing, ...]:
    """One drawing with a scale at the left; names that do not fit under it are numbers, explained in a legend."""
    names = chart.axis_names
    labels, numbered = _labels(names)
    shapes = [*_scale(chart), *_axis(labels)]
    for number, series in enumerate(chart.series):
        shapes += _drawn(chart, series, number)
    legend = tuple(
        Entry(hue(number), f"{series.name}: {series.note}" if series.note else series.name)
        for number, series in enumerate(chart.series)
        if series.name
    )
    if numbered:
        legend += tuple(Entry("", f"{place}. {name}") for place, name in enumerate(names, 1))
    legend += mark_entry(chart)
    return (Drawing(tuple(shapes), height=TOP + HEIGHT + 26, legend=legend),)


def _labels(names: list[str]) -> tuple[list[str], bool]:
    """What stands under the axis at each point (some may be empty), and whether it is numbers."""
    shown = [short(name) for name in names]
    if sum(len(name) + 2 for name in shown) <= FITTING:
        return shown, False
    numbered = max(map(len, shown)) > SHORT
    if numbered:
        shown = [str(place) for place in range(1, len(names) + 1)]
    longest = max(len(name) + 2 for name in shown)
    step = math.ceil(len(shown) * longest / FITTING)
    return [name if place % step == 0 else "" for place, name in enumerate(shown)], numbered


def _scale(chart: Chart) -> Iterator[Shape]:
    for quarter in range(5):
        y = TOP + HEIGHT * (1 - quarter / 4)
        yield line("0%", y, "100%", y, "grid")
        yield words(-6, y + 4, f"{chart.high * quarter / 4:,.{_decimals(chart)}f}", "beside end")


def _decimals(chart: Chart) -> int:
    """As many as tell the quarters of the scale apart."""
    return 0 if chart.high >= 8 else chart.decimals


def _axis(labels: list[str]) -> Iterator[Shape]:
    for place, label in enumerate(labels):
        if label:
            yield words(_x(place, len(labels)), TOP + HEIGHT + 18, label, "beside middle")


def _drawn(chart: Chart, series: Series, number: int) -> Iterator[Shape]:
    count = len(series.points)
    dodge = (number - (len(chart.series) - 1) / 2) * DODGE
    style = hue(number)
    whisker = f"{style} own" if len(chart.series) > 1 else ""
    before: tuple[str, float] | None = None
    dots: list[Shape] = []
    for place, point in enumerate(series.points):
        x = _x(place, count, dodge)
        if point.value is None:
            dots.append(words(x, TOP + HEIGHT - 6, "unscored", "beside middle"))
            before = None
            continue
        y = _y(chart, point.value)
        title = f"{series.name} {chart.summary(point)}".strip()
        if before is not None:
            yield line(*before, x, y, f"{style} stroke")
        if point.interval is not None:
            low, high = (_y(chart, bound) for bound in point.interval)
            yield line(x, low, x, high, f"whisker {whisker}".strip(), title)
            yield from (
                rect(x, bound - 0.75, "10", 1.5, f"whisker-cap {whisker}".strip()) for bound in (low, high)
            )
        if point.mark is not None:
            mark = f"{point.mark_name} {chart.told(point.mark)}"
            yield rect(x, _y(chart, point.mark) - 1, "26", 2, "mark-cap", mark)
        dots.append(Shape("circle", {"cx": x, "cy": y, "r": RADIUS, "class": f"{style} dot"}, title=title))
        if len(chart.series) == 1 and count <= 8:
            label = words(x, y - 7, chart.told(point.value), "value-small halo")
            label.attributes["dx"] = RADIUS + 4
            dots.append(label)
        before = (x, y)
    yield from dots


def _x(place: int, count: int, dodge: float = 0.0) -> str:
    return per_cent((place + 0.5) / count + dodge)


def _y(chart: Chart, value: float) -> float:
    return TOP + HEIGHT * (1 - share(chart, value))
