"""Opens a data set by name: a CSV, TSV, JSONL, JSON or Parquet file, a `datasets` folder, or a hub name."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from tools.data.data_set import PEEK, REPORT_EVERY, DataError, DataSet, Row
from tools.data.text_rows import json_rows, table_rows
from tools.progress import Progress, Report, silent

TABLES = (".csv", ".tsv", ".tab")
JSON = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
BATCH = 2_048
FORMATS = "CSV, TSV, JSONL, JSON or Parquet"


def load_data(name: str, report: Report = silent) -> DataSet:
    """Open a data set and read text files through once, so that a malformed row is found now, with its line.

    Raises DataError, in one sentence with the next step, for anything that a user can cause.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return _folder(path, report)
    if path.exists():
        return _file(path, name, report)
    if _suffix(path) in (*TABLES, *JSON, *PARQUET) or name.startswith((".", "/", "~")):
        raise DataError(f"There is no data file {name}.", "Check the path.")
    from tools.data.hub import load_hub_data

    loaded, split = load_hub_data(name, report)
    return _of_datasets(loaded, f"{name} ({split})" if split else name, name)


def _file(path: Path, source: str, report: Report) -> DataSet:
    if not path.is_file():
        raise DataError(f"{path.name} is no file.", f"Name a {FORMATS} file.")
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty.", "Name a file with rows.")
    suffix = _suffix(path)
    if suffix in PARQUET or path.open("rb").read(4) == b"PAR1":
        return _parquet(path, source)
    if suffix in JSON:
        return _objects(path, source, report)
    if suffix in (*TABLES, ".txt", ""):
        return _table(path, source, report, tabs=suffix in (".tsv", ".tab"))
    raise DataError(f"{path.name} is no data file of a known kind.", f"Name a {FORMATS} file.")


def _suffix(path: Path) -> str:
    """The ending in small letters, without `.gz`."""
    return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()


def _table(path: Path, source: str, report: Report, *, tabs: bool) -> DataSet:
    lines = _watched(table_rows(path, tabs=tabs), path, report)
    header = next(lines, None)
    first = tuple(tuple(cell or None for cell in cells) for _, cells in islice(lines, PEEK))
    if header is None or not first:
        raise DataError(f"{path.name} has no rows.", "Name a file with a header and rows.")
    columns = header[1]

    def rows(wanted: Sequence[str]) -> Iterator[Row]:
        places = [columns.index(column) for column in wanted]
        for _, cells in islice(table_rows(path, tabs=tabs), 1, None):
            yield tuple(cells[place] or None for place in places)

    n_rows = len(first) + sum(1 for _ in lines)
    return DataSet(path.name, source, tuple(columns), n_rows, _sha256(path), first, rows)


def _objects(path: Path, source: str, report: Report) -> DataSet:
    columns: dict[str, None] = {}
    peeked: list[dict[str, Any]] = []
    n_rows = 0
    for _, item in _watched(json_rows(path), path, report):
        if len(columns) < PEEK:
            columns |= dict.fromkeys(item)
        if n_rows < PEEK:
            peeked.append(item)
        n_rows += 1
    if not n_rows or not columns:
        raise DataError(f"{path.name} has no rows.", "Name a file with one JSON object a line.")

    def rows(wanted: Sequence[str]) -> Iterator[Row]:
        for _, item in json_rows(path):
            yield tuple(item.get(column) for column in wanted)

    first = tuple(tuple(item.get(column) for column in columns) for item in peeked)
    return DataSet(path.name, source, tuple(columns), n_rows, _sha256(path), first, rows)


def _parquet(path: Path, source: str) -> DataSet:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    def rows(wanted: Sequence[str]) -> Iterator[Row]:
        if not wanted:
            return
        try:
            with ParquetFile(path, pre_buffer=False) as file:
                names = _class_names(file.schema_arrow.metadata)
                for batch in file.iter_batches(BATCH, columns=list(wanted), use_threads=False):
                    yield from _transposed(batch.to_pydict(), wanted, names)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DataError(
                f"{path.name} is damaged ({_first_line(error)}).", "Copy the file again."
            ) from error

    try:
        with ParquetFile(path) as file:
            columns, n_rows = tuple(file.schema_arrow.names), file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{path.name} is no Parquet file that can be read ({_first_line(error)}).", "Check the file."
        ) from error
    if not n_rows or not columns:
        raise DataError(f"{path.name} has no rows.", "Name a file with rows.")
    first = tuple(islice(rows(columns), PEEK))
    return DataSet(path.name, source, columns, n_rows, _sha256(path), first, rows)


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """Names of the classes of integer columns, where `datasets` wrote the file (its ClassLabel features)."""
    try:
        features = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {
            column: [str(name) for name in feature["names"]]
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _folder(path: Path, report: Report) -> DataSet:
    files = [file for file in sorted(path.iterdir()) if _suffix(file) in (*TABLES, *JSON, *PARQUET)]
    if len(files) == 1 and files[0].name not in ("dataset_info.json", "dataset_dict.json"):
        return _file(files[0], str(path), report)
    from tools.data.hub import load_folder

    loaded, split = load_folder(path)
    return _of_datasets(
        loaded, f"{path.resolve().name} ({split})" if split else path.resolve().name, str(path)
    )


def _of_datasets(loaded: Any, name: str, source: str) -> DataSet:
    columns = tuple(loaded.column_names)
    if not loaded.num_rows or not columns:
        raise DataError(f"{name} has no rows.", "Name a data set with rows.")
    names = {
        column: list(feature.names)
        for column, feature in loaded.features.items()
        if type(feature).__name__ == "ClassLabel"
    }

    def rows(wanted: Sequence[str]) -> Iterator[Row]:
        # As Arrow: nothing is decoded, so images and sounds stay the bytes that they are.
        for batch in loaded.select_columns(list(wanted)).with_format("arrow").iter(BATCH):
            yield from _transposed(batch.to_pydict(), wanted, names)

    first = tuple(islice(rows(columns), PEEK))
    return DataSet(name, source, columns, loaded.num_rows, str(loaded._fingerprint), first, rows)


def _transposed(
    batch: dict[str, list[Any]], columns: Sequence[str], names: dict[str, list[str]]
) -> Iterator[Row]:
    named = [
        [_class_name(value, names[column]) for value in batch[column]] if column in names else batch[column]
        for column in columns
    ]
    return zip(*named, strict=True)


def _class_name(value: Any, names: list[str]) -> Any:
    """The class's name; -1 is how `datasets` says that a label is missing."""
    if isinstance(value, int):
        return None if value == -1 else names[value] if 0 <= value < len(names) else value
    return value


def _watched(rows: Iterable[tuple[int, Any]], path: Path, report: Report) -> Iterator[tuple[int, Any]]:
    for number, row in enumerate(rows):
        if number % REPORT_EVERY == 0:
            report(Progress(f"reading {path.name}", number, unit="rows"))
        yield row


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
