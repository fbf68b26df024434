"""Where a benchmark's questions come from: a local file or folder in the task's columns, or the hub's data set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tools.data.hub import hub_within_reach
from tools.data.load import load_data
from tools.named.index import NamedBenchmarkError

SUBJECT = "subject"
"""The column that tells the parts of a benchmark apart (MMLU's subjects) in a file that holds all of them."""


@dataclass
class LocalRows:
    """Serves local rows in place of every data set that tasks ask for, split as the tasks want it."""

    splits: dict[str, Any]
    """Split -> `datasets.Dataset`; one only: rows that can be divided."""
    held_out: dict[tuple[str, str | None], tuple[str, int]] = field(default_factory=dict)
    """Data set -> (split to evaluate, rows kept from it for few-shot examples). Other data sets are served whole."""
    empty: set[tuple[str, str | None]] = field(default_factory=set)
    """Data sets of which there are no rows."""

    @property
    def is_divided(self) -> bool:
        """Whether the splits are given, so that nothing has to be held out."""
        return len(self.splits) > 1

    def load(self, path: str, name: str | None = None, **options: Any) -> Any:
        """In the place of `datasets.load_dataset`."""
        if self.is_divided:
            return self.splits
        (rows,) = self.splits.values()
        key = (path, name)
        if name is not None and SUBJECT in rows.column_names:
            of_subject = rows.filter(lambda row: row[SUBJECT] == name)
            if len(of_subject):
                rows = of_subject
            else:
                self.empty.add(key)
        evaluated, kept = self.held_out.get(key, ("", 0))
        if not kept:
            return _Splits("", rows, rows)
        kept = min(kept, len(rows))
        return _Splits(evaluated, rows.select(range(kept, len(rows))), rows.select(range(kept)))


def local_rows(source: str) -> LocalRows:
    """The rows of a file, or the splits of a folder. Raises DataError."""
    import datasets

    path = Path(source).expanduser()
    if path.is_dir():
        saved = (path / "dataset_dict.json").exists() or (path / "dataset_info.json").exists()
        try:
            loaded = datasets.load_from_disk(str(path)) if saved else datasets.load_dataset(str(path))
        except (OSError, ValueError, RuntimeError) as error:
            raise NamedBenchmarkError(
                f"The folder {path.name} holds no data set that can be read.",
                "Name a file or another folder.",
            ) from error
        return LocalRows(dict(loaded) if isinstance(loaded, dict) else {"rows": loaded})
    data = load_data(source)
    rows = [dict(zip(data.columns, row, strict=True)) for row in data.rows(data.columns)]
    try:
        return LocalRows({"rows": datasets.Dataset.from_list(rows)})
    except (ValueError, TypeError) as error:  # Arrow's errors are among these
        raise NamedBenchmarkError(
            f"A column of {data.name} mixes kinds of values ({str(error).splitlines()[0][:120]}).",
            "Give every column one type.",
        ) from error


class _Splits(dict[str, Any]):
    """A data set with every split: the one that is evaluated, and for any other name the rest."""

    def __init__(self, evaluated: str, rows: Any, pool: Any) -> None:
        super().__init__({evaluated: rows} if evaluated else {})
        self._pool = pool

    def __missing__(self, split: str) -> Any:
        return self._pool


@contextmanager
def served(local: LocalRows | None, task: str) -> Iterator[None]:
    """Inside, lm-eval's tasks get their data from `local`, or else from the hub or its cache, at once or not at all.

    Raises NamedBenchmarkError for data that is neither here nor within reach, saying how to get it.
    """
    import datasets

    real = datasets.load_dataset
    with hub_within_reach() as there:

        def load(path: str, name: str | None = None, **options: Any) -> Any:
            try:
                return real(path, name, **options)
            except (OSError, ValueError, RuntimeError) as error:
                raise _missing(task, path, name, there, error) from error

        with patch.object(datasets, "load_dataset", local.load if local is not None else load):
            yield


def _missing(
    task: str, path: str, name: str | None, hub_is_there: bool, error: Exception
) -> NamedBenchmarkError:
    what = f"{path} ({name})" if name else path
    get = (
        "start with --data FILE (JSONL or Parquet in that data set's columns), or --data FOLDER after, on a machine "
        f"with a network: hf download {path} --repo-type dataset --local-dir FOLDER."
    )
    if hub_is_there:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        return NamedBenchmarkError(
            f"{task} needs the data set {what}, which cannot be loaded ({first}).", f"Or {get}"
        )
    return NamedBenchmarkError(
        f"{task} needs the data set {what}, which is not on this machine, and the hub cannot be reached.",
        f"Connect, or {get}",
    )
