"""Values of a card in words: points, shares, and free-form JSON."""

import json
from collections.abc import Container, Mapping

from pydantic import JsonValue

LONGEST_TEXT = 20_000


def points(score: float | None) -> str:
    """A score on 0 to 100."""
    return "unscored" if score is None else f"{score:.1f}"


def interval(bounds: tuple[float, float] | None) -> str:
    """Two bounds on 0 to 100."""
    return "" if bounds is None else f"{bounds[0]:.1f} to {bounds[1]:.1f}"


def hundredfold(share: float | None) -> float | None:
    """A share in [0, 1] as points."""
    return None if share is None else 100 * share


def hundredfold_interval(bounds: tuple[float, float] | None) -> tuple[float, float] | None:
    """Bounds in [0, 1] as points."""
    return None if bounds is None else (100 * bounds[0], 100 * bounds[1])


def told(value: object) -> str:
    """Any JSON value for a reader: plain ones as they are, flat lists and objects joined, others as compact JSON."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple, dict)) for item in value):
        return ", ".join(told(item) for item in value) or "none"
    if isinstance(value, dict) and not any(isinstance(item, (list, tuple, dict)) for item in value.values()):
        return "; ".join(f"{name}: {told(item)}" for name, item in value.items()) or "none"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str) if value else "none"
    return str(value)


def facts(details: Mapping[str, JsonValue], shown: Container[str] = ()) -> tuple[tuple[str, str], ...]:
    """Details by name, but for those that are `shown` elsewhere; of those too long for a line, only how long."""
    return tuple(
        (name.replace("_", " "), _length(value) if _is_long(value) else told(value))
        for name, value in details.items()
        if name not in shown
    )


def _length(value: JsonValue) -> str:
    return f"{len(value) if isinstance(value, (list, dict)) else 1:,} entries, in the JSON export"


def _is_long(value: JsonValue) -> bool:
    return isinstance(value, (list, dict)) and len(json.dumps(value)) > 300


def cut(text: str) -> str:
    """A text that is far too long for a page, with a note of what is missing."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\n… ({len(text) - LONGEST_TEXT:,} more characters; the JSON export has them all)"


def plural(count: int, noun: str) -> str:
    """E.g. `1 prompt`, `2 prompts`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
