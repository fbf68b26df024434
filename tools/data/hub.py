"""Data sets of the hub and `datasets` folders, memory-mapped; offline from the cache, at once or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.data.data_set import DataError
from tools.models.hub import hub_answers
from tools.models.quiet import quiet_transformers
from tools.progress import Progress, Report

if TYPE_CHECKING:
    import datasets


def load_hub_data(name: str, report: Report) -> tuple["datasets.Dataset", str]:
    """A split of a hub data set (`owner/name`, `owner/name:configuration`) and its name: `train`, else the first.

    What is in the local cache is used without a network. Raises DataError, without retries.
    """
    import datasets

    path, _, configuration = name.partition(":")
    report(Progress(f"looking up {name}", 0, unit="data sets"))
    try:
        with hub_within_reach() as there, _quiet():
            loaded = datasets.load_dataset(path, configuration or None)
    except (OSError, ValueError, RuntimeError) as error:
        if "Config name is missing" in str(error):
            raise DataError(
                f"{path} has several configurations ({_listed(error)}).", f"Name one: {path}:CONFIGURATION."
            ) from error
        if not there:
            raise DataError(
                f"{name!r} is no file here, and the hub's data set of that name is not on this machine and the "
                "hub cannot be reached.",
                "Check the path, or connect, or name a local file or folder.",
            ) from error
        raise DataError(
            f"The hub's data set {name!r} cannot be loaded ({_first_line(error)}).", "Check the name."
        ) from error
    return _split(loaded)


def load_folder(folder: Path) -> tuple["datasets.Dataset", str]:
    """A split of a folder that `datasets` saved, or that has data files, and its name. Raises DataError."""
    import datasets

    saved = (folder / "dataset_dict.json").exists() or (folder / "dataset_info.json").exists()
    try:
        with _quiet():
            loaded = datasets.load_from_disk(str(folder)) if saved else datasets.load_dataset(str(folder))
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(
            f"The folder {folder.name} holds no data set that can be read ({_first_line(error)}).",
            "Name a folder that `datasets` saved, or one with CSV, JSONL or Parquet files.",
        ) from error
    return _split(loaded)


@contextmanager
def hub_within_reach() -> Iterator[bool]:
    """Whether the hub answers; inside, `datasets` looks only at its cache where it does not, and never retries."""
    import datasets.config
    from huggingface_hub import constants

    there = not constants.is_offline_mode() and hub_answers()
    former = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE, datasets.config.HF_DATASETS_OFFLINE
    if not there:
        constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = datasets.config.HF_DATASETS_OFFLINE = True
    try:
        yield there
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE, datasets.config.HF_DATASETS_OFFLINE = former


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars or log lines of `datasets`."""
    import datasets
    from datasets.utils import logging

    bars, verbosity = not datasets.are_progress_bars_disabled(), logging.get_verbosity()
    datasets.disable_progress_bars()
    logging.set_verbosity(logging.CRITICAL)
    try:
        with quiet_transformers():
            yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            datasets.enable_progress_bars()


def _split(loaded: Any) -> tuple["datasets.Dataset", str]:
    if not isinstance(loaded, dict):
        return loaded, str(loaded.split or "")
    if not loaded:
        raise DataError("The data set has no splits.", "Check the folder.")
    name = "train" if "train" in loaded else next(iter(loaded))
    return loaded[name], name


def _listed(error: BaseException) -> str:
    return str(error).partition("[")[2].partition("]")[0].replace("'", "")[:200] or "see its page"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
