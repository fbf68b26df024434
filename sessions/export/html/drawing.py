"""SVG shapes as data; the template writes them, so that every text and attribute is escaped in one place."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from sessions.export._report.blocks import Chart, Point
from sessions.visible import visible

LONGEST_NAME = 28
"""Longer names are cut in a drawing; the whole name is in its title and in the table beside it."""
HUES = 8


@dataclass(frozen=True)
class Shape:
    """One SVG element."""

    tag: str
    attributes: dict[str, str | float]
    text: str = ""
    title: str = ""
    """Shown when the pointer rests on it."""


class Entry(NamedTuple):
    """A line of a legend."""

    style: str
    """Class of its colour, or empty for a numbered entry."""
    text: str


@dataclass(frozen=True)
class Drawing:
    """Shapes with what stands around them."""

    shapes: tuple[Shape, ...]
    height: float
    """In pixels."""
    width: float | None = None
    """In pixels, where the drawing scales as a whole; None: it is as wide as the page lets it."""
    caption: str = ""
    legend: tuple[Entry, ...] = ()


def rect(x: str, y: float, width: str, height: float, style: str, title: str = "") -> Shape:
    """A bar with slightly rounded ends."""
    return Shape(
        "rect", {"x": x, "y": y, "width": width, "height": height, "rx": 2, "class": style}, title=title
    )


def line(x1: str | float, y1: float, x2: str | float, y2: float, style: str, title: str = "") -> Shape:
    """A straight line."""
    return Shape("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": style}, title=title)


def words(x: str | float, y: float, text: str, style: str, title: str = "") -> Shape:
    """A line of text; its class says how it is aligned."""
    return Shape("text", {"x": x, "y": y, "class": style}, text=text, title=title)


def arc(
    centre: float, radius: float, width: float, start: float, end: float, style: str, title: str = ""
) -> Shape:
    """A part of a ring, from `start` to `end` in turns (0 is at the top, 0.25 at the right)."""
    end = min(end, start + 0.9999)  # a whole turn would end where it begins, and nothing would be drawn
    outer, inner = radius + width / 2, radius - width / 2
    large = int(end - start > 0.5)
    x1, y1 = _on_circle(centre, outer, start)
    x2, y2 = _on_circle(centre, outer, end)
    x3, y3 = _on_circle(centre, inner, end)
    x4, y4 = _on_circle(centre, inner, start)
    path = (
        f"M{x1:.2f} {y1:.2f}A{outer:.2f} {outer:.2f} 0 {large} 1 {x2:.2f} {y2:.2f}"
        f"L{x3:.2f} {y3:.2f}A{inner:.2f} {inner:.2f} 0 {large} 0 {x4:.2f} {y4:.2f}Z"
    )
    return Shape("path", {"d": path, "class": style}, title=title)


def _on_circle(centre: float, radius: float, turns: float) -> tuple[float, float]:
    angle = 2 * math.pi * turns
    return centre + radius * math.sin(angle), centre - radius * math.cos(angle)


def share(chart: Chart, value: float) -> float:
    """Where a value lies between 0 and the chart's `high`, in [0, 1]."""
    return min(1.0, max(0.0, value / chart.high)) if chart.high > 0 else 0.0


def per_cent(part: float) -> str:
    """A share as an SVG length."""
    return f"{100 * part:.3f}%"


def hue(number: int) -> str:
    """The class of a colour."""
    return f"hue-{number % HUES}"


def short(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that fits."""
    shown = " ".join(visible(name).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def told_beside(chart: Chart, point: Point) -> str:
    """What stands under a bar: interval, n, note and level to compare with."""
    said = []
    if point.interval is not None:
        said.append(f"95 %: {chart.told_interval(point)}")
    if point.n is not None:
        said.append(f"n {point.n:,}")
    if point.note:
        said.append(short(point.note))
    if point.mark is not None:
        said.append(f"{point.mark_name} {chart.told(point.mark)}")
    return " · ".join(said)


def mark_entry(chart: Chart) -> tuple[Entry, ...]:
    """The legend's line on the level to compare with, where the chart has one."""
    names = {point.mark_name for series in chart.series for point in series.points if point.mark is not None}
    return tuple(Entry("marked", name) for name in sorted(names))
