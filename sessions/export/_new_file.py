"""Writes a new file whole or not at all, and never over an existing one."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
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
    if not os.path.isdir(path.parent):  # Path.is_dir raises for names that are too long
        raise StoreError(f"There is no folder {path.parent}.", "Make it, or choose another one.")
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder.", "Name a file in it.")
    temporary = path.parent / f".benchwright-{secrets.token_hex(8)}"
    try:
        file = temporary.open("xb")
    except OSError as error:
        raise _told(error, path) from error
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        while not _named(temporary, path):
            taken, path = path, next(candidates, path)
            if path == taken:
                raise StoreError(
                    f"{path} exists already and was left as it is.",
                    "Choose another name, or remove it first.",
                )
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL or half a character
        raise _told(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


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
