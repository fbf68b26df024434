"""How often each category of a column occurs, counted in one pass with a sample of rows to look at."""

from collections import Counter
from dataclasses import dataclass

from tools.data.columns import category, describe, is_missing
from tools.data.data_set import DataError, DataSet
from tools.data.sample import Reservoir
from tools.progress import Report, silent

MOST_CATEGORIES = 1_000
"""More different values are no labels; it also bounds the memory of the interval's resamples."""
SHOWN_ROWS = 200


@dataclass(frozen=True)
class LabelCounts:
    """One column, counted."""

    column: str
    counts: dict[str, int]
    """Category -> rows, the most frequent first."""
    n_missing: int
    rows: tuple[tuple[int, str, str], ...]
    """A uniform sample of (row number from 1, category, the row's text), in order."""

    @property
    def n(self) -> int:
        """Rows that have a category."""
        return sum(self.counts.values())


def count_labels(
    data: DataSet, column: str, *, beside: str | None = None, seed: int = 0, report: Report = silent
) -> LabelCounts:
    """Count the categories of a column; `beside` names the column whose text is shown with the sampled rows.

    Raises DataError for a column that has no categories: nested values, free text, a number of its own in each row.
    """
    counts: Counter[str] = Counter()
    sample: Reservoir[tuple[int, str, str]] = Reservoir(SHOWN_ROWS, seed)
    n_missing = 0
    wanted = [column] if beside is None or beside == column else [column, beside]
    for number, values in enumerate(data.rows(wanted, report), 1):
        value = values[0]
        if is_missing(value):
            n_missing += 1
            continue
        if isinstance(value, list | dict | tuple | bytes):
            raise DataError(
                f"The column {column!r} holds nested values (row {number:,}), which have no categories.",
                _others(data, column),
            )
        name = category(value)
        counts[name] += 1
        if len(counts) > MOST_CATEGORIES:
            raise DataError(
                f"The column {column!r} has more than {MOST_CATEGORIES:,} different values in {number:,} rows, "
                "so it holds no labels.",
                _others(data, column),
            )
        sample.offer((number, name, "" if is_missing(values[-1]) else str(values[-1])))
    counted = LabelCounts(column, dict(counts.most_common()), n_missing, tuple(sorted(sample.items)))
    if counted.n > 1 and len(counts) == counted.n:
        raise DataError(
            f"The column {column!r} has a different value in each of its {counted.n:,} rows, so it holds no labels.",
            _others(data, column),
        )
    return counted


def _others(data: DataSet, column: str) -> str:
    labels = [each.name for each in describe(data).values() if each.kind == "label" and each.name != column]
    return f"Name a column of labels: {', '.join(labels[:12])}." if labels else "Name a column of labels."
