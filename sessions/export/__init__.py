"""Cards as files, one format a file; conversations and suites have their formats in `_thread` and `_suite`.

Contract of a module here (checked by `tools.registry`):

- its docstring says what the format holds;
- `EXTENSION: str`: the file name's ending, e.g. `.md`;
- `render(card) -> str | bytes`: the card in that format. Model output is untrusted text: escaped, always.
"""

from collections.abc import Iterator
from pathlib import Path

from prompts.suite import Suite
from sessions.card import CapabilityCard, Card
from sessions.export._formats import Formats
from sessions.store import Store
from tools.errors import StoreError

CONTRACT = ("EXTENSION", "render")
DEFAULT_FORMAT = "json"

_CARDS = Formats(__name__, CONTRACT, DEFAULT_FORMAT)


def render_card(card: Card, export_format: str) -> bytes:
    """The card in a format by its name. Raises StoreError for an unknown one."""
    content = _CARDS.render(card, export_format)
    assert isinstance(content, bytes)  # a card is one file
    return content


def export_card(card: Card, export_format: str | None = None, path: Path | str | None = None) -> Path:
    """Write a card to a new file, whole or not at all, and return its path.

    Without a format, the ending of `path` says it (no path: JSON). Without a path, the card's kind and id name a
    file in the current folder, numbered where that name is taken; a path that the user named and that exists is
    refused. Raises StoreError where the file cannot be written or the format is unknown.
    """
    return _CARDS.write(card, f"benchwright-{card.kind}-{card.id}", export_format, path)


def export_thread(
    store: Store, session: str, export_format: str | None = None, path: Path | str | None = None
) -> Path:
    """Write a conversation with its cards to a new file (HTML by default), as `export_card` does."""
    from sessions.export import _thread

    thread = _thread.read_thread(store, session)
    formats = Formats(_thread.__name__, _thread.CONTRACT, _thread.DEFAULT_FORMAT)
    return formats.write(thread, f"benchwright-thread-{thread.session.id}", export_format, path)


def export_suite(suite: Suite, export_format: str | None = None, path: Path | str | None = None) -> Path:
    """Write a suite to a new file (JSONL by default) or, as an lm-eval task, to a new folder."""
    from sessions.export import _suite

    formats = Formats(_suite.__name__, _suite.CONTRACT, _suite.DEFAULT_FORMAT)
    return formats.write(
        suite, f"benchwright-suite-{suite.capability}-{suite.hash[:12]}", export_format, path
    )


def export_suites(
    store: Store, card: Card, export_format: str | None = None, path: Path | str | None = None
) -> Iterator[Path]:
    """Write the suites that a card rests on, one file each; yields each path as soon as it is there.

    Raises StoreError for a card without suites, and where one path is named for several suites.
    """
    if not isinstance(card, CapabilityCard):
        raise StoreError(
            f"Card {card.id} is a {card.kind.replace('_', ' ')} card and rests on no suite.",
            "Name a capability card, or export the card itself.",
        )
    suites = {dimension.suite.hash: dimension.capability for dimension in card.dimensions}
    if path is not None and len(suites) > 1:
        raise StoreError(
            f"Card {card.id} rests on {len(suites)} suites, which do not fit into one file: "
            f"{', '.join(suites.values())}.",
            "Leave the path out: each gets a name of its own in this folder.",
        )
    for suite_hash in suites:
        yield export_suite(store.suite(suite_hash), export_format, path)
