"""A Slack workspace in memory: people, channels, messages, files. All of it under one lock that can be waited on."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.slack_mock.blocks import buttons, texts

TEAM = "T0TEAM"
APP = "A0BENCH"
BOT = "U0BENCH"
BOT_ID = "B0BENCH"
GENERAL, RESEARCH, ELSEWHERE = "C0GENERAL", "C0RESEARCH", "C0ELSEWHERE"
"""Two channels that the bot is in, and one that it is not in."""
ANNE, BORIS, ADMIN = "U0ANNE", "U0BORIS", "U0ADMIN"

Found = TypeVar("Found")


@dataclass
class Message:
    """A message as it stands, with the states that it was in before."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    files: list["File"] = field(default_factory=list)
    seen_by: str | None = None
    """The one person who sees it; None: everybody in the channel."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """What the app asked for."""
    at: float = field(default_factory=time.monotonic)
    states: list[tuple[float, str]] = field(default_factory=list)
    """When it was posted and edited, with the words."""
    reactions: list[str] = field(default_factory=list)
    deleted: bool = False
    shown_as_ack: bool = False
    """It came as the answer to a slash command and not through a method."""

    @property
    def words(self) -> str:
        """All that can be read in it."""
        if not self.blocks:
            return self.text
        return "\n".join([*(each["text"] for each in texts(self.blocks)), *_rich_words(self.blocks)])

    @property
    def ever(self) -> str:
        """All that could ever be read in it, with the text that stands in notifications."""
        return "\n".join([*(words for _, words in self.states), self.words, self.text])

    @property
    def buttons(self) -> list[str]:
        """What stands on its buttons."""
        return [each["text"]["text"] for each in buttons(self.blocks)]

    def payload(self) -> dict[str, Any]:
        """The message as Slack sends it."""
        sent: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "text": self.text,
            "ts": self.ts,
            "team": TEAM,
        }
        if self.user == BOT:
            sent |= {"bot_id": BOT_ID, "app_id": APP, "blocks": self.blocks}
        if self.thread_ts:
            sent |= {"thread_ts": self.thread_ts, "parent_user_id": "U0"}
        if self.files:
            sent |= {"files": [each.payload() for each in self.files], "subtype": "file_share"}
        return sent


@dataclass
class File:
    """An upload on its three steps: announced, sent, shared."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str | None = None
    alt_text: str | None = None
    shared: bool = False

    def payload(self) -> dict[str, Any]:
        """The file as Slack tells it."""
        return {"id": self.id, "name": self.name, "title": self.title or self.name, "size": self.length}


@dataclass(frozen=True)
class Call:
    """One call of the Web API."""

    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any]
    status: int
    at: float


class Workspace:
    """What there is; every change wakes those who wait."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.calls: list[Call] = []
        self.people = {ANNE: "anne", BORIS: "boris", ADMIN: "ada", BOT: "benchwright"}
        self.channels = {GENERAL: "general", RESEARCH: "research", ELSEWHERE: "elsewhere"}
        self.joined = {GENERAL, RESEARCH}
        """Channels that the bot is in."""
        self._numbers = itertools.count(1)
        self._second = int(time.time())

    def direct(self, user: str) -> str:
        """The channel of the bot's direct messages with a person."""
        return f"D0{user[2:]}"

    def known(self, channel: str) -> bool:
        """Whether there is such a channel."""
        return channel in self.channels or channel in {self.direct(user) for user in self.people}

    def next_ts(self) -> str:
        """A time stamp that no other message has."""
        return f"{self._second}.{next(self._numbers):06d}"

    def next_id(self, letter: str) -> str:
        """An id that nothing else has."""
        return f"{letter}0{next(self._numbers):08X}"

    def add(self, message: Message) -> Message:
        """Put a message where it belongs."""
        with self.changed:
            message.states.append((message.at, message.words))
            self.messages.append(message)
            self.changed.notify_all()
        return message

    def add_state(self, message: Message) -> None:
        """Note that a message was edited."""
        with self.changed:
            message.states.append((time.monotonic(), message.words))
            self.changed.notify_all()

    def message(self, channel: str, ts: str) -> Message | None:
        """A message that is still there and that not only one person sees."""
        with self.changed:
            return next(
                (
                    each
                    for each in self.messages
                    if (each.channel, each.ts) == (channel, ts) and not each.deleted and each.seen_by is None
                ),
                None,
            )

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A message with its replies, in their order; what only one person sees is among them."""
        with self.changed:
            return [
                each
                for each in self.messages
                if each.channel == channel and ts in (each.ts, each.thread_ts) and not each.deleted
            ]

    def wait(self, look: Callable[[], Found | None], seconds: float, what: str) -> Found:
        """The first thing that `look` finds; an AssertionError that says what was not found in time."""
        until = time.monotonic() + seconds
        with self.changed:
            while True:
                found = look()
                if found:
                    return found
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {seconds:g} s: {what}\n{self.transcript()}")
                self.changed.wait(min(left, 0.2))

    def transcript(self, most: int = 40) -> str:
        """The last messages, to read in a failed test."""
        with self.changed:
            lines = [
                f"{each.channel} {each.thread_ts or each.ts} {each.user}"
                f"{' (only ' + each.seen_by + ')' if each.seen_by else ''}: {each.words[:300]!r}"
                f" {[file.name for file in each.files] or ''}{each.buttons or ''}"
                for each in self.messages[-most:]
            ]
        return "\n".join(lines)


def _rich_words(part: Any) -> Iterator[str]:
    """The text of rich text and markdown blocks, whose text objects have other types."""
    if isinstance(part, dict):
        if part.get("type") in ("text", "link", "markdown") and isinstance(part.get("text"), str):
            yield part["text"]
        for inner in part.values():
            yield from _rich_words(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _rich_words(inner)
