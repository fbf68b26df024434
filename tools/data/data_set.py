"""A data set that is read where it lies: its columns, how many rows it has, and the rows one after another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.errors import UserError
from tools.progress import Progress, Report, silent

PEEK = 1_000
"""Rows from which the kinds of the columns are told."""
REPORT_EVERY = 20_000


class DataError(UserError):
    """A data set that cannot be found, read or measured as asked."""


Row = tuple[Any, ...]
"""Values of the chosen columns: str, int, float, bool, None where missing, or what is nested (list, dict)."""


@dataclass(frozen=True)
class DataSet:
    """Columns and rows of a file, a folder or a hub data set. Nothing of it is held in memory but its first rows."""

    name: str
    """What to call it, e.g. `reviews.csv` or `owner/name (train)`."""
    source: str
    """What was asked for: a path or a hub name."""
    columns: tuple[str, ...]
    n_rows: int
    fingerprint: str
    """Changes with the content: SHA-256 of the file, or what `datasets` calls the fingerprint."""
    first_rows: tuple[Row, ...] = field(repr=False)
    """Up to PEEK rows, all columns."""
    _open: Callable[[Sequence[str]], Iterator[Row]] = field(repr=False)

    def rows(self, columns: Sequence[str], report: Report = silent) -> Iterator[Row]:
        """Values of the columns named, row after row. Raises DataError where a row cannot be read."""
        for number, row in enumerate(self._open(columns)):
            if number % REPORT_EVERY == 0:
                report(Progress(f"reading {self.name}", number, self.n_rows, unit="rows"))
            yield row
