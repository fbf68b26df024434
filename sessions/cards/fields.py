"""The fields that every kind of card has."""

import secrets
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from sessions.cards.notebook import ShownInNotebooks
from sessions.context import Context
from sessions.redact import redact
from sessions.saved import Saved
from sessions.versions import versions


def new_card_id() -> str:
    """A fresh id, e.g. `c-5f0c9a1e42`: 40 random bits, so that ten thousand cards meet once in twenty thousand."""
    return f"c-{secrets.token_hex(5)}"


def now() -> str:
    """This moment as the store and the cards write it: ISO 8601 in UTC, with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _in_utc(moment: str) -> str:
    offset = datetime.fromisoformat(moment).utcoffset()
    if offset is None or offset:
        raise ValueError("not a moment in UTC")
    return moment


class CardFields(ShownInNotebooks, Saved):
    """Where an answer comes from. A kind of card adds `kind`, a literal, and its results."""

    id: Annotated[str, Field(pattern=r"^c-[0-9a-f]{4,32}$")] = Field(default_factory=new_card_id)
    """Goes into file names, so nothing but this form is let in."""
    created: Annotated[str, AfterValidator(_in_utc)] = Field(default_factory=now)
    """ISO 8601 in UTC."""
    session: str
    request: Annotated[str, AfterValidator(redact)]
    """The user's words that it answers; credentials in them are masked."""
    context: Context
    versions: dict[str, str] = Field(default_factory=versions)
    duration_s: float = Field(ge=0.0)
    """Wall-clock seconds from request to card."""
