"""Folders in the user's cache that are built once and are whole or absent, whatever kills the process."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_dir

from tools.errors import ModelError
from tools.progress import Progress, Report, silent

MANIFEST = "complete.json"
"""Written last: names and sizes of the folder's files, so that a damaged folder is noticed and built again."""


def cache_root() -> Path:
    """Benchwright's folder in the user's cache, or wherever BENCHWRIGHT_CACHE points."""
    return Path(os.environ.get("BENCHWRIGHT_CACHE") or user_cache_dir("benchwright", appauthor=False))


def build_once(folder: Path, build: Callable[[Path], None], report: Report = silent) -> Path:
    """Return `folder`, having `build` fill it first where it is missing or damaged.

    `build` writes into a temporary folder beside it, which is synced to disk and then renamed; a lock makes other
    processes wait for the first. Raises ModelError where the cache cannot be written.
    """
    if _is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(folder.name + ".lock"))
        _acquire(lock, folder.name, report)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        if not _is_whole(folder):  # another process may have built it while we waited
            _build(folder, build)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        lock.release()
    return folder


def _build(folder: Path, build: Callable[[Path], None]) -> None:
    for leftover in folder.parent.glob(f"{folder.name}.partial-*"):  # of a process that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}.partial-", dir=folder.parent))
    try:
        build(partial)
        sizes = {path.name: path.stat().st_size for path in partial.iterdir()}
        (partial / MANIFEST).write_text(json.dumps(sizes))
        for path in [*partial.iterdir(), partial]:
            _sync(path)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    """Whether the folder was finished and all its files still have the sizes that they had then."""
    try:
        sizes = json.loads((folder / MANIFEST).read_text())
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _acquire(lock: FileLock, name: str, report: Report) -> None:
    waited = 0
    while True:
        try:
            lock.acquire(timeout=0.5)
            return
        except Timeout:
            waited += 1
            report(Progress(f"waiting for another process to prepare {name}", waited // 2, unit="seconds"))


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> ModelError:
    return ModelError(
        f"The cache folder {folder.parent} cannot be written ({error.strerror or error}).",
        "Free some space or set BENCHWRIGHT_CACHE to another folder.",
    )
