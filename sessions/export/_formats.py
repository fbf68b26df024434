"""Formats of one kind of thing (cards, conversations, suites), each a module of one package."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sessions.export._new_file import write_new_file, write_new_folder
from tools.errors import StoreError
from tools.registry import Entry, load, load_all, names

Folder = dict[str, bytes]
"""A format that takes several files: their names and contents."""


class Formats(NamedTuple):
    """The formats of a package; what a module needs is `CONTRACT` there."""

    package: str
    contract: tuple[str, ...]
    default: str

    def render(self, thing: object, export_format: str) -> bytes | Folder:
        """The thing in a format by its name. Raises StoreError for an unknown one, or where it does not fit."""
        if export_format not in names(self.package):
            raise StoreError(
                f"There is no format {export_format!r}.", f"Choose one of: {', '.join(names(self.package))}."
            )
        content: str | bytes | Folder = load(self.package, export_format, self.contract).module.render(thing)
        return content.encode() if isinstance(content, str) else content

    def write(self, thing: object, stem: str, export_format: str | None, path: Path | str | None) -> Path:
        """Write the thing to a new file (or folder, where the format takes several files) and return its path.

        Without a format, the ending of `path` says it (no path: the default one). Without a path, `stem` names a
        file in the current folder, numbered where that name is taken; a path that the user named and that exists
        is refused. Written whole or not at all. Raises StoreError.
        """
        # Path.expanduser raises for unknown users.
        named = None if path is None else Path(os.path.expanduser(path))
        said = (export_format or self._format_of(named)).lower().removeprefix(".").replace("-", "_")
        entries = self._entries()
        said = next((name for name, entry in entries.items() if f".{said}" == entry.module.EXTENSION), said)
        content = self.render(thing, said)
        candidates = [named] if named is not None else _default_paths(stem, entries[said].module.EXTENSION)
        if isinstance(content, dict):
            return write_new_folder(candidates, content)
        return write_new_file(candidates, content)

    def _entries(self) -> dict[str, Entry]:
        return load_all(self.package, self.contract)

    def _format_of(self, path: Path | None) -> str:
        if path is None:
            return self.default
        by_ending = {entry.module.EXTENSION: name for name, entry in self._entries().items()}
        if path.suffix.lower() not in by_ending:
            endings = [ending for ending in by_ending if ending]
            raise StoreError(
                f"The name {path.name!r} does not say in which format.",
                f"Let it end in {', '.join(endings)}, or name one of: {', '.join(by_ending.values())}.",
            )
        return by_ending[path.suffix.lower()]


def _default_paths(stem: str, ending: str) -> Iterator[Path]:
    yield Path.cwd() / f"{stem}{ending}"
    for number in count(2):
        yield Path.cwd() / f"{stem}-{number}{ending}"
