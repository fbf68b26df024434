"""What each point is made of: the cases by how they went, or, where the points are parts of a whole, the points."""

from sessions.export._report.blocks import Chart, Part, Point
from sessions.export.html.drawing import Drawing, Entry, Shape, arc, hue, share, short, words

SIZE = 120.0
CENTRE = SIZE / 2
RADIUS = 44.0
THICK = 24.0


def draw(chart: Chart) -> tuple[Drawing, ...]:
    """One ring for each point, or one for each series whose points are parts of a whole."""
    if chart.whole:
        return tuple(
            _ring(
                [(hue(number), point.name, point.value or 0.0) for number, point in enumerate(series.points)],
                chart.told(sum(point.value or 0.0 for point in series.points)),
                series.name,
            )
            for series in chart.series
        )
    return tuple(
        _of_point(chart, point, f"{point.name}, {series.name}" if series.name else point.name, number)
        for number, series in enumerate(chart.series)
        for point in series.points
    )


def _of_point(chart: Chart, point: Point, name: str, number: int) -> Drawing:
    told = chart.told(point.value)
    if point.parts:
        return _ring(
            [(_style(part, place), part.name, part.count) for place, part in enumerate(point.parts)],
            told if point.value is not None else "–",
            name,
        )
    if point.value is None:
        return Drawing((_track(), words(CENTRE, CENTRE + 4, "–", "value middle")), SIZE, SIZE, name)
    part = share(chart, point.value)
    shapes = (
        _track(),
        *((arc(CENTRE, RADIUS, THICK, 0, part, f"{hue(number)} fill", told),) if part else ()),
    )
    entry = Entry(hue(number), f"{told} of {chart.told(chart.high)}")
    return Drawing((*shapes, words(CENTRE, CENTRE + 5, told, "value middle")), SIZE, SIZE, name, (entry,))


def _ring(slices: list[tuple[str, str, float]], inside: str, caption: str) -> Drawing:
    whole = sum(size for _, _, size in slices)
    shapes: list[Shape] = [_track()]
    start = 0.0
    for style, name, size in slices:
        if whole and size:
            end = start + size / whole
            title = f"{name}: {size:,.0f} of {whole:,.0f}"
            edge = "" if size == whole else " slice"
            shapes.append(arc(CENTRE, RADIUS, THICK, start, end, f"{style} fill{edge}", title))
            start = end
    shapes.append(words(CENTRE, CENTRE + 5, inside, "value middle"))
    legend = tuple(Entry(style, f"{short(name, 60)} {size:,.0f}") for style, name, size in slices)
    return Drawing(tuple(shapes), SIZE, SIZE, caption, legend)


def _track() -> Shape:
    return arc(CENTRE, RADIUS, THICK, 0, 1, "track")


def _style(part: Part, place: int) -> str:
    return hue(place) if part.state == "observed" else f"state-{part.state}"
