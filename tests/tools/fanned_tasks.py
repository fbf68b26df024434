"""Tasks for workers of tests: functions that another process can import."""

import os
import signal
import time
from pathlib import Path

from tools.errors import ModelError


def squared(shared: int, item: int) -> tuple[int, int]:
    """The square and something, with the worker's process."""
    return item * item + shared, os.getpid()


def dies_once(folder: Path, item: int) -> int:
    """Kills its worker the first time."""
    mark = folder / f"tried-{item}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def always_dies(shared: None, item: int) -> None:
    """Kills its worker every time."""
    os.kill(os.getpid(), signal.SIGKILL)


def sleeps(folder: Path, item: int) -> None:
    """Takes a minute, unless it is 0; tells when it begins."""
    (folder / f"begun-{item}").touch()
    time.sleep(60 * bool(item))


def goes_wrong(shared: None, item: int) -> None:
    """A user's fault at 3, ours at 4."""
    if item == 3:
        raise ModelError("There is no model folder nowhere.", "Check the path.")
    if item == 4:
        raise KeyError(item)


def paired(shared: None, item: tuple[str, int]) -> int:
    """The worker's process, after a moment."""
    time.sleep(0.1)
    return os.getpid()


class HasNothing:
    """A worker on a machine where Benchwright is not installed."""

    def begin(self) -> None:
        """Raises what an import would."""
        raise ModuleNotFoundError("No module named 'tools'")
