"""The edit of an edit card, or of a card that measured one: the file that `/edit FILE` applies again."""

from pathlib import Path

from sessions.card import Card, EditBenchmarksCard, EditCard
from tools.errors import StoreError

EXTENSION = ".safetensors"


def render(card: Card) -> bytes:
    """The bytes of the edit's file. Raises StoreError for another kind of card, and where the file is gone."""
    file = card.edit.file if isinstance(card, EditBenchmarksCard) else None
    if isinstance(card, EditCard):
        file = card.file
    if file is None:
        what = "an edit that was rolled back" if isinstance(card, EditCard) else f"a {card.kind} card"
        raise StoreError(
            f"Card {card.id} is {what}, so there are no weights to export.",
            "Name the card of a committed edit: benchwright export CARD --format safetensors.",
        )
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise StoreError(
            f"The edit of card {card.id} cannot be read from {file}: {(error.strerror or str(error)).lower()}.",
            "Make the edit again.",
        ) from error
