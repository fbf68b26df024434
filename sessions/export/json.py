"""Everything that the card holds, as JSON that loads back to an equal card (`sessions.card.load_card`)."""

from sessions.card import Card

EXTENSION = ".json"


def render(card: Card) -> str:
    """The card's JSON, indented, as it is: text is escaped as JSON strings are, and by nothing else."""
    return card.model_dump_json(indent=2) + "\n"
