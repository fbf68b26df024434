"""A card of a kind that has no report of its own, told from its fields: nothing is left out, nothing is made up."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from sessions.cards.fields import CardFields
from sessions.export._report.blocks import Block, Chart, Definitions, Point, Report, Section, Series, Table
from sessions.export._report.values import told

DEEPEST = 3
"""Objects inside objects beyond this are shown as JSON."""
NAMES = ("name", "capability", "step", "model", "check", "feature")
"""What an object in a list is called by, the first one that it has."""


def report(card: CardFields) -> Report:
    """Plain values as definitions, lists of objects as tables, objects as sections, scores as a chart."""
    fields: dict[str, JsonValue] = card.model_dump(mode="json", exclude=set(CardFields.model_fields))
    kind = str(fields.pop("kind", "card")).replace("_", " ")
    finding = next((fields[name] for name in ("reading", "verdict", "overall") if fields.get(name)), kind)
    return Report(
        figure=f"{finding:.1f}" if isinstance(finding, float) else told(finding),
        caption=f"{kind} card",
        blocks=tuple(_blocks(fields, 0)),
    )


def _blocks(fields: Mapping[str, JsonValue], depth: int) -> Iterator[Block]:
    plain = {name: value for name, value in fields.items() if not _is_nested(value)}
    for name, value in fields.items():
        if isinstance(value, list) and (chart := _chart(name, value)) is not None:
            yield chart
    if plain:
        yield Definitions(tuple((_words(name), told(value)) for name, value in plain.items()))
    for name, value in fields.items():
        if name in plain:
            continue
        if isinstance(value, dict) and depth < DEEPEST:
            yield Section(_words(name), tuple(_blocks(value, depth + 1)), closed=depth > 0)
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            yield Section(_words(name), (_table([item for item in value if isinstance(item, dict)]),))
        else:
            yield Definitions(((_words(name), told(value)),))


def _is_nested(value: JsonValue) -> bool:
    """Whether the value holds objects or lists of its own."""
    if isinstance(value, dict):
        return bool(value)
    return isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value)


def _table(rows: list[dict[str, JsonValue]]) -> Table:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    numeric = {
        name for name in columns if all(isinstance(row.get(name), (int, float, type(None))) for row in rows)
    }
    return Table(
        tuple(f"{'#' if name in numeric else ''}{_words(name)}" for name in columns),
        tuple(tuple(told(row[name]) if name in row else "" for name in columns) for row in rows),
    )


def _chart(name: str, rows: list[JsonValue]) -> Chart | None:
    """The rows as points, where each is named and has a `score` on 0 to 100, or all on 0 to 1."""
    points = [point for row in rows if isinstance(row, dict) and (point := _point(row)) is not None]
    if not points or len(points) < len(rows) or all(point.value is None for point in points):
        return None
    shares = all(value <= 1 for point in points for value in (point.value or 0.0, *(point.interval or ())))
    series = (Series(tuple(points)),)
    title = _words(name).capitalize()
    return Chart(title, series, high=1.0, decimals=3) if shares else Chart(title, series)


def _point(row: Mapping[str, JsonValue]) -> Point | None:
    called = next((row[name] for name in NAMES if isinstance(row.get(name), (str, int))), None)
    score, bounds, n = row.get("score"), row.get("interval"), row.get("n")
    if called is None or "score" not in row or not isinstance(score, (int, float, type(None))):
        return None
    if score is not None and not 0 <= score <= 100:
        return None
    return Point(
        str(called),
        None if score is None else float(score),
        _pair(bounds),
        n if isinstance(n, int) else None,
        note=str(row.get("method") or ""),
    )


def _pair(bounds: JsonValue) -> tuple[float, float] | None:
    if isinstance(bounds, list) and len(bounds) == 2:
        low, high = bounds
        if isinstance(low, (int, float)) and isinstance(high, (int, float)):
            return float(low), float(high)
    return None


def _words(name: str) -> str:
    return name.replace("_", " ")
