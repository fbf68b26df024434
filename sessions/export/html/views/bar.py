"""A bar for each point with its value, interval, n and the level to compare with."""

from collections.abc import Iterator

from sessions.export._report.blocks import Chart, Point
from sessions.export.html.drawing import (
    Drawing,
    Shape,
    hue,
    line,
    per_cent,
    rect,
    share,
    short,
    told_beside,
    words,
)

THICK = 12
CAP = 4
GAP = 14


def draw(chart: Chart) -> tuple[Drawing, ...]:
    """Rows from top to bottom; where there are several series, a bar for each under the point's name."""
    shapes: list[Shape] = []
    y = 0.0
    several = len(chart.series) > 1
    for place, first in enumerate(chart.series[0].points if chart.series else ()):
        if several:
            shapes.append(words(0, y + 13, short(first.name), "name", first.name))
            y += 20
        for number, series in enumerate(chart.series):
            point = series.points[place]
            shapes += _row(chart, point, y, series.name if several else "", hue(number))
            y += 20 + THICK
            if beside := told_beside(chart, point):
                shapes.append(words(0, y + 14, beside, "beside"))
                y += 18
            y += 4 if several else 0
        y += GAP
    return (Drawing(tuple(shapes), height=max(1.0, y)),)


def _row(chart: Chart, point: Point, y: float, series: str, style: str) -> Iterator[Shape]:
    title = chart.summary(point)
    yield words(0, y + 13, series or short(point.name), "beside" if series else "name", title)
    yield words("100%", y + 13, chart.told(point.value), "value end")
    top = y + 19
    yield rect("0%", top, "100%", THICK, "track", title)
    if point.value is not None:
        yield rect("0%", top, per_cent(share(chart, point.value)), THICK, f"{style} fill", title)
    if point.mark is not None:
        mark = per_cent(share(chart, point.mark))
        yield line(
            mark, top - 3, mark, top + THICK + 3, "mark", f"{point.mark_name} {chart.told(point.mark)}"
        )
    if point.interval is not None:
        low, high = (per_cent(share(chart, bound)) for bound in point.interval)
        middle = top + THICK / 2
        yield line(low, middle, high, middle, "whisker", title)
        yield line(low, middle - CAP, low, middle + CAP, "whisker")
        yield line(high, middle - CAP, high, middle + CAP, "whisker")
