"""Rows of CSV, TSV, JSONL and JSON files, line by line, so that what is wrong can be named by its line.

Read directly and not through `datasets`: its CSV reader fills rows that are too short with nothing, takes the label
`NA` for a missing value and guesses types anew for every block, and its errors name no line.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from tools.data.data_set import DataError

LONGEST_LINE = 16_000_000
"""Characters. What is longer is no table."""
LARGEST_JSON = 256_000_000
"""Bytes of a JSON array, which has to be read whole."""
MOST_COLUMNS = 2_000
DELIMITERS = ",;\t|"
GZIP = b"\x1f\x8b"


def table_rows(path: Path, *, tabs: bool) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a delimited file, its header first; every row has as many cells as the header.

    `tabs`: tab-separated, where quotes are ordinary characters. Else the delimiter is the commonest in the header.
    """
    csv.field_size_limit(LONGEST_LINE)
    delimiter = "\t" if tabs else _delimiter(path)
    lines = (line for _, line in _lines(path))
    reader = (
        csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        if tabs
        else csv.reader(lines, delimiter=delimiter, strict=True)
    )
    header: list[str] | None = None
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(
                f"Line {begins} of {path.name} is malformed ({error}).", "Correct the quotes in it."
            ) from error
        if cells is None:
            return
        if not cells:
            continue  # an empty line
        if header is None:
            header = _header(cells, path)
            cells = header
        elif len(cells) != len(header):
            raise DataError(
                f"Line {begins} of {path.name} is malformed: it has {_counted(len(cells), 'value')} for "
                f"{_counted(len(header), 'column')}.",
                "Correct the line, or quote what contains a delimiter.",
            )
        yield begins, cells


def json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, or item of an array; object) of a JSON file: objects a line, an array, or an array under one key."""
    opening = next((line.lstrip()[:1] for _, line in _lines(path) if line.strip()), "")
    if opening == "[":
        yield from _array(_whole(path), path)
        return
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            value = _parsed(line)
        except ValueError as error:
            if number == 1 and opening == "{" and (whole := _over_many_lines(path)) is not None:
                yield from _array(whole, path)
                return
            raise DataError(
                f"Line {number} of {path.name} is no JSON ({error}).", "Put one JSON object on each line."
            ) from error
        if number == 1 and _only_array(value) is not None and _has_one_line(path):
            yield from _array(value, path)
            return
        yield number, _object(value, f"Line {number}", path)


def _array(value: Any, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    items = value if isinstance(value, list) else _only_array(value)
    if items is None:
        raise DataError(
            f"{path.name} holds no table: it is one JSON object.",
            "Give an array of objects, or one object a line (JSONL).",
        )
    for number, item in enumerate(items, 1):
        yield number, _object(item, f"Item {number}", path)


def _only_array(value: Any) -> list[Any] | None:
    """The array of objects that stands under the only key of an object."""
    if isinstance(value, dict) and len(value) == 1:
        (only,) = value.values()
        if isinstance(only, list) and only and all(isinstance(item, dict) for item in only):
            return only
    return None


def _has_one_line(path: Path) -> bool:
    """Whether only one line of the file has anything on it."""
    return len(list(islice((line for _, line in _lines(path) if line.strip()), 2))) == 1


def _over_many_lines(path: Path) -> Any:
    """The JSON value that a small file is as a whole; None where it is none."""
    try:
        return _whole(path)
    except DataError:
        return None


def _whole(path: Path) -> Any:
    if path.stat().st_size > LARGEST_JSON:
        raise DataError(
            f"{path.name} is one JSON value of more than {LARGEST_JSON // 1_000_000} MB, which has to be read whole.",
            "Save it as JSONL (one object a line) or Parquet.",
        )
    try:
        return _parsed("".join(line for _, line in _lines(path)))
    except ValueError as error:
        raise DataError(f"{path.name} is no JSON ({error}).", "Check the file.") from error


def _parsed(text: str) -> Any:
    """JSON with NaN and infinity as missing values. Raises ValueError, for nesting without end too."""
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _object(value: Any, where: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataError(
            f"{where} of {path.name} is no JSON object.", 'Rows look like {"text": ..., "label": ...}.'
        )
    if len(value) > MOST_COLUMNS:
        raise DataError(
            f"{where} of {path.name} has {len(value):,} columns.", f"At most {MOST_COLUMNS:,} are read."
        )
    return value


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip() or f"column_{number}" for number, cell in enumerate(cells, 1)]
    twice = (
        next((name for name in names if names.count(name) > 1), None) if len(names) < MOST_COLUMNS else None
    )
    if twice is not None:
        raise DataError(f"Two columns of {path.name} are called {twice!r}.", "Rename one of them.")
    if len(names) > MOST_COLUMNS:
        raise DataError(f"{path.name} has {len(names):,} columns.", f"At most {MOST_COLUMNS:,} are read.")
    return names


def _delimiter(path: Path) -> str:
    first = next((line for _, line in _lines(path) if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, line with its end), UTF-8. Raises DataError for what is no text, or no line of usual length."""
    number = 0
    try:
        with _text(path) as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise DataError(
                        f"Line {number} of {path.name} is longer than {LONGEST_LINE:,} characters.",
                        "Is it a table with a row on each line?",
                    )
                yield number, line
    except UnicodeDecodeError as error:
        # What was wrong lies in the block that was being decoded: at this line or some lines on.
        raise DataError(
            f"{path.name} is not UTF-8 (after line {number:,}: {error.reason}).", "Save it as UTF-8."
        ) from error
    except (OSError, EOFError) as error:
        raise DataError(f"{path.name} cannot be read ({error}).", "Check the file.") from error


def _text(path: Path) -> TextIO:
    with path.open("rb") as raw:
        head = raw.read(4096)
    if head.startswith(GZIP):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path.name} is UTF-16, not UTF-8.", "Save it as UTF-8.")
    if b"\0" in head:
        raise DataError(f"{path.name} is a binary file.", "Name a CSV, TSV, JSONL, JSON or Parquet file.")
    return path.open(encoding="utf-8-sig", newline="")


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" + "s" * (n != 1)
