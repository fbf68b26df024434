"""Conversations as files, one format a file: what was said, and each card where it was shown.

Contract of a module here (checked by `tools.registry`):

- its docstring says what the format holds;
- `EXTENSION: str`: the file name's ending;
- `render(thread) -> str`: the conversation in that format. Every text is untrusted: escaped, always.
"""

from typing import NamedTuple

from sessions.card import Card
from sessions.records import Role, Session
from sessions.store import Store

CONTRACT = ("EXTENSION", "render")
DEFAULT_FORMAT = "html"
MOST_CARDS = 100_000


class Turn(NamedTuple):
    """What one side said, or a card that it showed."""

    role: Role
    text: str
    created: str
    card_id: str | None


class Thread(NamedTuple):
    """One session, whole."""

    session: Session
    turns: tuple[Turn, ...]
    cards: dict[str, Card]


def read_thread(store: Store, reference: str) -> Thread:
    """The session of an id, or of the unique beginning of one, with its messages and cards. Raises StoreError.

    A card that was stored and not shown, because the process was killed in between, comes at the end.
    """
    session = store.session(reference)
    messages = store.messages(session.id)
    cards = {card.id: card for card in reversed(store.cards(session.id, limit=MOST_CARDS))}
    for message in messages:
        if message.card_id is not None and message.card_id not in cards:  # of another session
            cards[message.card_id] = store.card(message.card_id)
    shown = {message.card_id for message in messages}
    turns = [Turn(message.role, message.text, message.created, message.card_id) for message in messages]
    turns += [Turn("agent", "", card.created, card.id) for card in cards.values() if card.id not in shown]
    return Thread(session, tuple(turns), cards)
