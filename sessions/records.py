"""What the store returns beside cards and suites: sessions, messages and runs."""

from typing import Literal

from pydantic import JsonValue

from tools.results import Credit, Result

Role = Literal["user", "agent"]
Status = Literal["running", "done", "stopped"]


class Session(Result):
    """One thread of conversation. Times are ISO 8601 in UTC."""

    id: str
    created: str
    last_used: str
    title: str
    """The first line of the user's first message; empty before that."""
    loaded: dict[str, JsonValue]
    """The settings of what was loaded, so that it can be loaded again."""
    n_cards: int


class Message(Result):
    """What one side said."""

    id: int
    role: Role
    text: str
    created: str
    card_id: str | None


class Run(Result):
    """One suite run on one model, with the credits so far: those of a killed run are not computed again."""

    id: int
    session: str
    key: str
    """The plan step that it belongs to."""
    suite_hash: str
    method: str
    settings: dict[str, JsonValue]
    weights_hash: str | None
    training_run: str | None
    step: int | None
    status: Status
    """`running` is also what a killed process leaves behind."""
    started: str
    ended: str | None
    credits: tuple[Credit, ...]
