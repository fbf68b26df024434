"""The blocks that a report is made of. Their text is untrusted and as it was: whoever draws a block escapes it."""

from dataclasses import dataclass, field
from typing import Literal

View = Literal["bar", "pie", "radial", "line"]
State = Literal["right", "part", "wrong", "unscored", "observed"]
"""How a case went: full credit, some, none, no score, or a category where the method scores a distribution."""


@dataclass(frozen=True)
class Part:
    """A slice of what a point is made of, e.g. the cases with full credit."""

    name: str
    count: int
    state: State = "observed"


@dataclass(frozen=True)
class Point:
    """One number of a chart with what is needed to believe it."""

    name: str
    value: float | None
    """None is unscored, which every view says in words."""
    interval: tuple[float, float] | None = None
    """95 %."""
    n: int | None = None
    note: str = ""
    """Beside the numbers, e.g. the method."""
    mark: float | None = None
    """A level to compare with, e.g. chance."""
    mark_name: str = ""
    parts: tuple[Part, ...] = ()
    """What the pie shows; none: the value as a share of the chart's `high`."""


@dataclass(frozen=True)
class Series:
    """Points that belong together: a line, or one colour of bars."""

    points: tuple[Point, ...]
    name: str = ""
    note: str = ""
    """Beside the name of a line, e.g. that it fell."""


@dataclass(frozen=True)
class Chart:
    """Numbers from 0 to `high`, to be seen as bars, pie, rings or line. Series share their points' names."""

    title: str
    series: tuple[Series, ...]
    high: float = 100.0
    decimals: int = 1
    first: View = "bar"
    """The view that is shown first."""
    whole: bool = False
    """Whether the points of a series are parts of one whole, so that one pie holds them all."""
    caption: str = ""

    @property
    def axis_names(self) -> list[str]:
        """The points' names along an axis: without the first word where it is the same in all, as in `step 100`."""
        names = [point.name for point in self.series[0].points] if self.series else []
        parts = [name.partition(" ") for name in names]
        alike = (
            len(parts) > 1 and len({first for first, _, _ in parts}) == 1 and all(rest for *_, rest in parts)
        )
        return [rest for *_, rest in parts] if alike else names

    def told(self, value: float | None) -> str:
        """A value of this chart in words."""
        return "unscored" if value is None else f"{value:,.{self.decimals}f}"

    def told_interval(self, point: Point) -> str:
        """The interval of a point, e.g. `20.8 to 93.9`; empty where it has none."""
        if point.interval is None:
            return ""
        return " to ".join(f"{bound:,.{self.decimals}f}" for bound in point.interval)

    def summary(self, point: Point) -> str:
        """A point in one sentence: value, interval, n, level to compare with, note."""
        said = [self.told(point.value)]
        if point.interval is not None:
            said.append(f"95 % interval {self.told_interval(point)}")
        if point.n is not None:
            said.append(f"n {point.n:,}")
        if point.mark is not None:
            said.append(f"{point.mark_name} {self.told(point.mark)}")
        if point.note:
            said.append(point.note)
        return f"{point.name}: {', '.join(said)}"


@dataclass(frozen=True)
class Marked:
    """A text with one token of it marked."""

    before: str
    token: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}[{self.token}]{self.after}"


Cell = str | Marked


@dataclass(frozen=True)
class Table:
    """Rows under headings; a heading that begins with `#` is a number's."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Definitions:
    """Names and what they stand for."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Notes:
    """Sentences that a reader must know."""

    items: tuple[str, ...]
    warning: bool = False


@dataclass(frozen=True)
class CaseShown:
    """One prompt and how it went, opened on demand."""

    title: str
    state: State
    credit: str
    tags: tuple[str, ...]
    preview: str
    fields: tuple[tuple[str, str], ...]
    """Names and texts, shown in full with their line breaks."""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cases:
    """All cases of a dimension."""

    cases: tuple[CaseShown, ...]


@dataclass(frozen=True)
class Section:
    """A part of the report with a title."""

    title: str
    blocks: tuple["Block", ...]
    aside: str = ""
    """Beside the title, e.g. its score."""
    closed: bool = False
    """Whether it is opened on demand only."""


Block = Chart | Table | Definitions | Notes | Cases | Section


@dataclass(frozen=True)
class Report:
    """A card: its finding in a few words, and the blocks behind it."""

    figure: str
    """The finding itself, e.g. `66.7` or `uncertain`."""
    caption: str
    """What the figure is, e.g. `overall, 36 prompts`."""
    blocks: tuple[Block, ...] = field(default_factory=tuple)

    @property
    def chart(self) -> Chart | None:
        """The first chart, wherever it stands."""
        return _first_chart(self.blocks)


def _first_chart(blocks: tuple[Block, ...]) -> Chart | None:
    for block in blocks:
        if isinstance(block, Chart):
            return block
        if isinstance(block, Section) and (found := _first_chart(block.blocks)) is not None:
            return found
    return None
