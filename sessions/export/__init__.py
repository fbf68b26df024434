"""Cards as files, one format a file.

Contract of a module here (checked by `tools.registry`):

- its docstring says what the format holds;
- `EXTENSION: str`: the file name's ending, e.g. `.md`;
- `render(card) -> str | bytes`: the card in that format. Model output is untrusted text: escaped, always.
"""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from sessions.card import Card
from sessions.export._new_file import write_new_file
from tools.errors import StoreError
from tools.registry import load, load_all, names

CONTRACT = ("EXTENSION", "render")
DEFAULT_FORMAT = "json"


def render_card(card: Card, export_format: str) -> bytes:
    """The card in a format by its name. Raises StoreError for an unknown one."""
    if export_format not in names(__name__):
        raise StoreError(
            f"There is no format {export_format!r}.", f"Choose one of: {', '.join(names(__name__))}."
        )
    content: str | bytes = load(__name__, export_format, CONTRACT).module.render(card)
    return content.encode() if isinstance(content, str) else content


def export_card(card: Card, export_format: str | None = None, path: Path | str | None = None) -> Path:
    """Write a card to a new file, whole or not at all, and return its path.

    Without a format, the ending of `path` says it (no path: JSON). Without a path, the card's kind and id name a
    file in the current folder, numbered where that name is taken; a path that the user named and that exists is
    refused. Raises StoreError where the file cannot be written or the format is unknown.
    """
    named = (
        None if path is None else Path(os.path.expanduser(path))
    )  # Path.expanduser raises for unknown users
    export_format = (export_format or _format_of(named)).lower().removeprefix(".")
    endings = _formats_by_ending()
    export_format = endings.get(f".{export_format}", export_format)
    content = render_card(card, export_format)
    if named is not None:
        return write_new_file([named], content)
    ending = next(ending for ending, name in endings.items() if name == export_format)
    return write_new_file(_default_paths(card, ending), content)


def _format_of(path: Path | None) -> str:
    if path is None:
        return DEFAULT_FORMAT
    endings = _formats_by_ending()
    if path.suffix.lower() not in endings:
        raise StoreError(
            f"The name {path.name!r} does not say in which format.",
            f"Let it end in {', '.join(endings)}, or name one of: {', '.join(endings.values())}.",
        )
    return endings[path.suffix.lower()]


def _formats_by_ending() -> dict[str, str]:
    return {entry.module.EXTENSION: name for name, entry in load_all(__name__, CONTRACT).items()}


def _default_paths(card: Card, ending: str) -> Iterator[Path]:
    stem = f"benchwright-{card.kind}-{card.id}"
    yield Path.cwd() / f"{stem}{ending}"
    for number in count(2):
        yield Path.cwd() / f"{stem}-{number}{ending}"
