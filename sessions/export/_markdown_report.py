"""Any report in Markdown: for kinds of card that have no Markdown of their own."""

from collections.abc import Iterator

from sessions.export._markdown_text import fenced, inline, table
from sessions.export._report.blocks import (
    Block,
    Cases,
    CaseShown,
    Chart,
    Definitions,
    Notes,
    Report,
    Section,
    Table,
)


def headline(report: Report) -> str:
    """The report in a few words."""
    return f"{inline(report.figure)}, {inline(report.caption)}"


def blocks(report: Report) -> Iterator[str]:
    """Every block of it, charts as tables."""
    for block in report.blocks:
        yield from _block(block, 2)


def _block(block: Block, level: int) -> Iterator[str]:
    match block:
        case Section():
            yield f"{'#' * min(level, 6)} {inline(block.title)}{f' ({inline(block.aside)})' if block.aside else ''}"
            for inner in block.blocks:
                yield from _block(inner, level + 1)
        case Chart():
            yield f"**{inline(block.title)}**"
            yield _chart(block)
        case Table():
            if block.caption:
                yield f"**{inline(block.caption)}**"
            headings = tuple(_heading(heading) for heading in block.headings)
            yield table(headings, [tuple(inline(cell) for cell in row) for row in block.rows])
        case Definitions():
            yield table(("", ""), [(inline(name), inline(value)) for name, value in block.pairs])
        case Notes():
            yield "\n".join(f"- {inline(item)}" for item in block.items)
        case Cases():
            for case in block.cases:
                yield from _case(case)


def _heading(heading: str) -> str:
    return f"#{inline(heading[1:])}" if heading.startswith("#") else inline(heading)


def _chart(chart: Chart) -> str:
    return table(
        ("series", "point", "#value", "#95 % interval", "#n", "beside it"),
        [
            (
                inline(series.name),
                inline(point.name),
                chart.told(point.value),
                chart.told_interval(point),
                "" if point.n is None else f"{point.n:,}",
                inline(point.note),
            )
            for series in chart.series
            for point in series.points
        ],
    )


def _case(case: CaseShown) -> Iterator[str]:
    yield f"**{inline(case.title)}** ({inline(', '.join(case.tags))}): credit {inline(case.credit)}"
    for name, text in case.fields:
        yield f"{inline(name)}:\n\n{fenced(text)}"
