"""A card as a message: its finding, its chart in fixed width, what a reader must know, and what can be asked next."""

from collections.abc import Iterator
from itertools import accumulate

from agent.doors.slack.blocks import (
    Block,
    Message,
    button,
    buttons,
    context,
    fence,
    fitted,
    header,
    message,
    section,
)
from sessions.card import CapabilityCard, Card
from sessions.export._report import report_of
from sessions.export._report.blocks import Block as Part
from sessions.export._report.blocks import Chart, Notes, Point, Report, Section, Table
from sessions.export._report.provenance import subject

BAR = 12
"""Characters of a bar."""
WIDEST_NAME, WIDEST_CELL = 36, 40
WIDEST_TABLE = 110
"""Characters of a row; columns beyond it are in the exports."""
MOST_ROWS = 24
EXPORTS = {"HTML": "html", "JSON": "json", "Markdown": "markdown"}
CUT = "There is more: the attached file has the whole card."


def card_message(card: Card) -> tuple[Message, bool]:
    """The message, and whether something was left out of it, so that the card has to follow as a file."""
    report = report_of(card)
    headline = f"{report.figure} · {report.caption}"
    whole = message(
        headline,
        [header(headline), *_parts(report), context(_origin(card)), _buttons(card)],
    )
    return fitted(whole, CUT)


def _parts(report: Report) -> Iterator[Block]:
    named: tuple[str, ...] = ()
    for part in report.blocks:
        match part:
            case Chart():
                named = tuple(point.name for series in part.series[:1] for point in series.points)
                yield fence("\n".join(_chart(part)))
            case Table() if tuple(str(row[0]) for row in part.rows) != named:
                yield fence("\n".join(_table(part)))
            case Notes():
                yield section("\n".join(_notes(part)))
            case Section(closed=False):
                if warnings := "\n".join(_warnings(part.blocks)):
                    yield section(f"{part.title}\n{warnings}")


def _warnings(parts: tuple[Part, ...]) -> Iterator[str]:
    """What a reader must know of a section; the rest of it is in the exports."""
    for part in parts:
        if isinstance(part, Notes) and part.warning:
            yield from _notes(part)


def _notes(notes: Notes) -> Iterator[str]:
    mark = "⚠ " if notes.warning else ""
    yield from (f"{mark}{item}" for item in notes.items)


def _chart(chart: Chart) -> Iterator[str]:
    """A row a point: name, bar, value, interval, n and what stands beside it."""
    yield chart.title
    rows = [
        (f"{point.name}, {series.name}" if series.name else point.name, point)
        for place in range(max((len(series.points) for series in chart.series), default=0))
        for series in chart.series
        for point in series.points[place : place + 1]
    ]
    width = min(WIDEST_NAME, max((len(name) for name, _ in rows), default=0))
    for name, point in rows[:MOST_ROWS]:
        yield f"{_cell(name, width):<{width}} {_bar(chart, point)} {_beside(chart, point)}".rstrip()
    if len(rows) > MOST_ROWS:
        yield f"and {len(rows) - MOST_ROWS} more"


def _bar(chart: Chart, point: Point) -> str:
    share = 0.0 if point.value is None or not chart.high else min(1.0, max(0.0, point.value / chart.high))
    full = round(share * BAR)
    return "█" * full + "░" * (BAR - full)


def _beside(chart: Chart, point: Point) -> str:
    interval = f"({chart.told_interval(point)})" if point.interval is not None else ""
    n = f"n {point.n:,}" if point.n is not None else ""
    mark = f"{point.mark_name} {chart.told(point.mark)}" if point.mark is not None else ""
    return "  ".join(part for part in (chart.told(point.value), interval, n, point.note, mark) if part)


def _table(table: Table) -> Iterator[str]:
    """Columns as wide as they need to be, as many as fit; a heading that begins with `#` is a number's."""
    if table.caption:
        yield table.caption
    rows = [tuple(_cell(str(cell), WIDEST_CELL) for cell in row) for row in table.rows[:MOST_ROWS]]
    headings = tuple(heading.removeprefix("#") for heading in table.headings)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    numbers = [heading.startswith("#") for heading in table.headings]
    shown = max(1, sum(end <= WIDEST_TABLE for end in accumulate(width + 2 for width in widths)))
    for row in (headings, *rows):
        cells = list(zip(row, widths, numbers, strict=True))[:shown]
        line = "  ".join(
            f"{cell:>{width}}" if number else f"{cell:<{width}}" for cell, width, number in cells
        )
        yield line.rstrip()
    if len(table.rows) > MOST_ROWS:
        yield f"and {len(table.rows) - MOST_ROWS} more"


def _cell(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def _origin(card: Card) -> str:
    weights = f"weights {card.context.weights_hash[:12]}" if card.context.weights_hash else ""
    edits = "; ".join(card.context.edits)
    parts = (subject(card), weights, edits, f"{card.duration_s:.0f} s", card.id)
    return " · ".join(part for part in parts if part)


def _buttons(card: Card) -> Block:
    about = (
        (button("Why?", "why", card.id), button("Worst cases", "worst", card.id))
        if isinstance(card, CapabilityCard)
        else ()
    )
    exports = (button(label, f"export:{name}", card.id) for label, name in EXPORTS.items())
    return buttons(*about, *exports)
