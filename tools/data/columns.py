"""What a column holds, told from its first rows, and which column a question means."""

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tools.data.data_set import DataError, DataSet

Kind = Literal["label", "text", "number", "nested", "other", "empty"]
LABEL_NAMES = frozenset(
    [
        "label",
        "labels",
        "class",
        "classes",
        "category",
        "categories",
        "target",
        "sentiment",
        "topic",
        "intent",
        "rating",
        "stars",
        "language",
        "source",
        "split",
        "answerkey",
        "y",
    ]
)
TEXT_NAMES = frozenset(
    [
        "text",
        "texts",
        "prompt",
        "prompts",
        "question",
        "questions",
        "instruction",
        "instructions",
        "sentence",
        "sentences",
        "content",
        "review",
        "input",
        "document",
        "article",
        "body",
        "message",
        "title",
        "story",
    ]
)
_COLUMN_X = re.compile(r"(?<!\w)(?:column|field) (?:called |named )?[\"'`]?([\w.-]*\w)", re.IGNORECASE)
_X_COLUMN = re.compile(r"[\"'`]?([\w.-]*\w)[\"'`]? (?:column|field)(?!\w)", re.IGNORECASE)
_OF_X = re.compile(r"(?<!\w)of (?:the )?[\"'`]?([\w.-]*\w)[\"'`]?\W*$", re.IGNORECASE)
_NO_NAME = (
    LABEL_NAMES
    | TEXT_NAMES
    | frozenset(
        [
            "the",
            "this",
            "that",
            "these",
            "a",
            "an",
            "my",
            "our",
            "its",
            "their",
            "it",
            "them",
            "data",
            "dataset",
            "set",
            "file",
            "table",
            "column",
            "columns",
            "field",
            "fields",
            "which",
            "what",
            "each",
            "every",
            "any",
            "all",
            "is",
            "are",
            "was",
            "in",
            "of",
            "for",
            "on",
            "by",
            "values",
            "rows",
            "balance",
            "balanced",
            "diverse",
            "diversity",
            "distribution",
            "distributed",
            "evenly",
            "text",
            "label",
            "with",
            "how",
        ]
    )
)
"""Words in the place of a column's name that name none."""
MOST_LABELS = 50
"""A column with more different values among its first rows is not taken for labels unless it is named."""
LONGEST_LABEL = 60
SHORTEST_TEXT = 20


@dataclass(frozen=True)
class Column:
    """One column by its first rows."""

    name: str
    kind: Kind
    n_distinct: int
    """Different values among the first rows."""
    n_values: int
    """Values that are not missing among the first rows."""


def is_missing(value: Any) -> bool:
    """Whether a value is not there: null, NaN, or a text of nothing but spaces."""
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (isinstance(value, str) and not value.strip())
    )


def category(value: Any) -> str:
    """The name of a value as a category: `1.0` and `1` are one, `true` is written small."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def describe(data: DataSet) -> dict[str, Column]:
    """Every column by its name."""
    return {
        name: _column(name, [row[place] for row in data.first_rows])
        for place, name in enumerate(data.columns)
    }


def _column(name: str, values: list[Any]) -> Column:
    present = [value for value in values if not is_missing(value)]
    if not present:
        return Column(name, "empty", 0, 0)
    if any(isinstance(value, list | dict | tuple | set | bytes) for value in present):
        return Column(name, "nested", 0, len(present))
    names = [category(value) for value in present]
    n_distinct, length = len(set(names)), sum(map(len, names)) / len(names)
    hinted = _words(name) & LABEL_NAMES
    numeric = all(_is_number(value) for value in names)
    few = n_distinct <= min(MOST_LABELS, len(present) // 2 or 1)
    whole = not numeric or all(float(value).is_integer() for value in names)
    if max(map(len, names)) <= LONGEST_LABEL and (few or (hinted and n_distinct < len(present))) and whole:
        kind: Kind = "label"
    elif numeric:
        kind = "number"
    elif length >= SHORTEST_TEXT or _words(name) & TEXT_NAMES:
        kind = "text"
    else:
        kind = "other"
    return Column(name, kind, n_distinct, len(present))


def find_column(data: DataSet, name: str) -> str:
    """The column that a name means: exactly, in another case, or the singular. Raises DataError with near names."""
    wanted = re.sub(r"\b(?:the|column|field|col)\b|[\"'`]", " ", name).strip()
    for candidates in ([name], [wanted], [wanted.lower()], _singular(wanted.lower())):
        for column in data.columns:
            if column in candidates or column.lower() in candidates:
                return column
    near = difflib.get_close_matches(
        wanted.lower(), [column.lower() for column in data.columns], n=3, cutoff=0.5
    )
    offered = [column for column in data.columns if column.lower() in near] or list(data.columns[:12])
    raise DataError(
        f"{data.name} has no column {wanted or name!r}.",
        f"{'The nearest' if near else 'Its columns'}: {', '.join(offered)}.",
    )


def mentioned(data: DataSet, request: str) -> list[str]:
    """Columns whose name, or its plural, is a word of the request."""
    text = request.lower()
    return [
        column
        for column in data.columns
        if re.search(rf"(?<!\w){re.escape(column.lower())}(?:e?s)?(?!\w)", text)
    ]


def named_in(request: str) -> str | None:
    """What a request calls a column, whether or not there is one: `the column X`, `the X field`, `balance of X`."""
    for pattern in (_X_COLUMN, _COLUMN_X, _OF_X):
        for found in pattern.finditer(request):
            if found[1].lower() not in _NO_NAME:
                return found[1]
    return None


def obvious(columns: Iterable[Column], kind: Kind) -> list[str]:
    """Columns of a kind that a question without a name may mean: those with a telling name, else all of that kind."""
    names = LABEL_NAMES if kind == "label" else TEXT_NAMES
    of_kind = [column.name for column in columns if column.kind == kind]
    telling = [name for name in of_kind if name.lower() in names]
    return telling or of_kind


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", name.lower()))


def _singular(name: str) -> list[str]:
    return [f"{name[:-3]}y"] if name.endswith("ies") else [name.removesuffix("s"), name.removesuffix("es")]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
