"""A ring for each point: three quarters of a turn are the whole scale, with the interval inside the ring."""

from collections.abc import Iterator

from sessions.export._report.blocks import Chart, Point
from sessions.export.html.drawing import Drawing, Entry, Shape, arc, hue, mark_entry, share, short, words

SIZE = 320.0
CENTRE = SIZE / 2
OUTER = 148.0
INNER = 34.0
THICKEST = 26.0
NAMED = 9
"""Up to so many rings have room for their names."""
TURN = 0.75


def draw(chart: Chart) -> tuple[Drawing, ...]:
    """One drawing; the names stand where each ring begins, in the free quarter."""
    rings = [
        (point, series.name, number) for number, series in enumerate(chart.series) for point in series.points
    ]
    step = min(THICKEST, (OUTER - INNER) / max(1, len(rings)))
    shapes: list[Shape] = []
    for place, (point, series, number) in enumerate(rings):
        radius = OUTER - step * (place + 0.5)
        shapes += _ring(chart, point, radius, step * 0.72, hue(number))
        label = short(point.name, 20) if len(rings) <= NAMED else str(place + 1)
        title = f"{series} {chart.summary(point)}".strip()
        shapes.append(
            words(CENTRE - 6, CENTRE - radius + 4, label, "beside end" if step >= 11 else "tiny end", title)
        )
    return (Drawing(tuple(shapes), SIZE, SIZE, legend=_legend(chart, rings)),)


def _ring(chart: Chart, point: Point, radius: float, width: float, style: str) -> Iterator[Shape]:
    title = chart.summary(point)
    yield arc(CENTRE, radius, width, 0, TURN, "track", title)
    if point.value is not None and (part := share(chart, point.value)):
        yield arc(CENTRE, radius, width, 0, TURN * part, f"{style} fill", title)
    if point.interval is not None:
        low, high = (TURN * share(chart, bound) for bound in point.interval)
        if high > low:
            yield arc(CENTRE, radius, min(2.0, width / 3), low, high, "whisker-fill", title)
    if point.mark is not None:
        at = TURN * share(chart, point.mark)
        yield arc(CENTRE, radius, width, max(0.0, at - 0.002), at + 0.002, "mark-fill", point.mark_name)


def _legend(chart: Chart, rings: list[tuple[Point, str, int]]) -> tuple[Entry, ...]:
    """The rings from the outer one inwards, numbered where they could not be named."""
    numbered, several = len(rings) > NAMED, len(chart.series) > 1
    entries = []
    for place, (point, series, number) in enumerate(rings, 1):
        name = f"{short(point.name, 40)}, {series}" if several else short(point.name, 40)
        told = f"{name} {chart.told(point.value)}"
        entries.append(Entry(hue(number) if several else "", f"{place}. {told}" if numbered else told))
    return (*entries, *mark_entry(chart))
