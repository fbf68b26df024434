"""Writes a new file, or a new folder of files, whole or not at all, and never over what is there."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tools.errors import StoreError

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def write_new_file(paths: Iterable[Path], content: bytes) -> Path:
    """Write to the first of `paths` (all in one folder) that does not exist yet; returns it.

    The content goes to a temporary file beside it, onto the disk, and then gets its name. Raises StoreError where
    every path is taken or the folder cannot be written to.
    """
    candidates = iter(paths)
    path = next(candidates)
    _check_folder_of(path)
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder.", "Name a file in it.")
    temporary = _temporary(path)
    try:
        _write(temporary, content)
        return _first_free(candidates, path, lambda free: _named(temporary, free))
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL or half a character
        raise _told(error, path) from error
    finally:
        with contextlib.suppress(OSError, ValueError):
            temporary.unlink()


def write_new_folder(paths: Iterable[Path], files: Mapping[str, bytes]) -> Path:
    """Make the first of `paths` that does not exist yet, a folder of these files; returns it. Raises StoreError."""
    candidates = iter(paths)
    path = next(candidates)
    _check_folder_of(path)
    temporary = _temporary(path)
    try:
        temporary.mkdir()
        for name, content in files.items():
            _write(temporary / name, content)
        return _first_free(candidates, path, lambda free: _moved(temporary, free))
    except (OSError, ValueError) as error:
        raise _told(error, path) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check_folder_of(path: Path) -> None:
    if not os.path.isdir(path.parent):  # Path.is_dir raises for names that are too long
        raise StoreError(f"There is no folder {path.parent}.", "Make it, or choose another one.")


def _temporary(path: Path) -> Path:
    return path.parent / f".benchwright-{secrets.token_hex(8)}"


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _first_free(candidates: Iterator[Path], path: Path, put: Callable[[Path], bool]) -> Path:
    """The first path at which the content could be put. Raises StoreError where all are taken."""
    while not put(path):
        taken, path = path, next(candidates, path)
        if path == taken:
            raise StoreError(
                f"{path} exists already and was left as it is.",
                "Choose another name, or remove it first.",
            )
    return path


def _moved(temporary: Path, path: Path) -> bool:
    """Give the folder its name, unless that is taken (an empty folder would be replaced by a rename)."""
    if os.path.lexists(path):
        return False
    os.rename(temporary, path)
    return True


def _named(temporary: Path, path: Path) -> bool:
    """Give the file its name, unless that is taken. A hard link cannot overwrite, whoever else is writing."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if os.path.lexists(path):
            return False
        os.rename(temporary, path)
    return True


def _told(error: OSError | ValueError, path: Path) -> StoreError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return StoreError(
        f"{path} cannot be written: {reason}; nothing was left there.",
        "Choose another folder, or free some space.",
    )
