"""Where a benchmark's questions come from: a local file or folder in the task's columns, or the hub's data set."""

from collections.abc import Callable, Iterator
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
    """Serves a local file in place of every data set that tasks ask for, split as the tasks want it."""

    path: str
    held_out: dict[tuple[str, str | None], tuple[str, int]] = field(default_factory=dict)
    """Data set -> (split to evaluate, rows kept from it for few-shot examples). Other data sets are served whole."""
    empty: set[tuple[str, str | None]] = field(default_factory=set)
    """Data sets of which the file has no rows."""
    _splits: dict[str, Any] = field(default_factory=dict)

    def load(self, path: str, name: str | None = None, **options: Any) -> Any:
        """In the place of `datasets.load_dataset`."""
        splits = self._splits or self._read()
        self._splits = splits
        if len(splits) > 1:
            return splits
        (rows,) = splits.values()
        key = (path, name)
        chosen = rows
        if name is not None and SUBJECT in rows.column_names:
            chosen = rows.filter(lambda row: row[SUBJECT] == name)
            if not len(chosen):
                self.empty.add(key)
                chosen = rows
        evaluated, kept = self.held_out.get(key, ("", 0))
        pool = chosen.select(range(min(kept, len(chosen)))) if kept else chosen
        rest = chosen.select(range(min(kept, len(chosen)), len(chosen))) if kept else chosen
        return _Splits(evaluated, rest, pool)

    def _read(self) -> dict[str, Any]:
        import datasets

        path = Path(self.path).expanduser()
        if path.is_dir():
            saved = (path / "dataset_dict.json").exists() or (path / "dataset_info.json").exists()
            loaded = datasets.load_from_disk(str(path)) if saved else _real_load(str(path))
            return dict(loaded) if isinstance(loaded, dict) else {"rows": loaded}
        data = load_data(self.path)
        rows = [dict(zip(data.columns, row, strict=True)) for row in data.rows(data.columns)]
        return {"rows": datasets.Dataset.from_list(rows)}


class _Splits(dict[str, Any]):
    """A data set with every split: the one that is evaluated, and for any other name the rest."""

    def __init__(self, evaluated: str, rows: Any, pool: Any) -> None:
        super().__init__({evaluated: rows} if evaluated else {})
        self._pool = pool

    def __missing__(self, split: str) -> Any:
        return self._pool


_real_load: Callable[..., Any]


@contextmanager
def served(local: LocalRows | None, task: str) -> Iterator[None]:
    """Inside, lm-eval's tasks get their data from `local`, or else from the hub or its cache, at once or not at all.

    Raises NamedBenchmarkError for data that is neither here nor within reach, saying how to get it.
    """
    import datasets

    global _real_load
    _real_load = real = datasets.load_dataset
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
        return NamedBenchmarkError(f"{task} needs the data set {what}, which cannot be loaded ({first}).", f"Or {get}")
    return NamedBenchmarkError(
        f"{task} needs the data set {what}, which is not on this machine, and the hub cannot be reached.",
        f"Connect, or {get}",
    )
