"""One call over MCP while it is under way: how far it is, and how it is stopped."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import anyio
from mcp.server.session import ServerSession

from agent.events import Event
from sessions.visible import visible
from tools.progress import Progress

if TYPE_CHECKING:
    from agent.conversation import Conversation

TELL_AGAIN_S = 5.0
"""Clients give a call up that they hear nothing of for a minute, and a first call imports and loads."""
LEAST = 0.001
"""By which progress rises where there is news but nothing more is done."""


class Call:
    """One call under way, seen from the event loop and from the thread that works."""

    def __init__(self) -> None:
        self.over = False
        self._stopped = threading.Event()
        self._conversation: Conversation | None = None
        self._latest = self._told = Progress("starting", 0, unit="tasks done")
        self._told_at = -TELL_AGAIN_S
        self._rising = Rising()

    def begin(self, conversation: "Conversation") -> None:
        self._conversation = conversation

    def stop(self) -> None:
        """From the event loop: end the work."""
        self._stopped.set()
        if self._conversation is not None:
            self._conversation.stop()

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events; a stop that came before the work had begun is not lost."""
        if self._stopped.is_set():
            return
        for event in events:
            if self._stopped.is_set() and self._conversation is not None:
                self._conversation.stop()
            yield event

    def report(self, progress: Progress) -> None:
        """From the thread: how far the work is."""
        self._latest = progress

    async def tell(self, client: ServerSession) -> None:
        """Tell the client, if there is news, or nothing was told for so long that it may give the call up."""
        latest, now = self._latest, anyio.current_time()
        if latest is self._told and now - self._told_at < TELL_AGAIN_S:
            return
        self._told, self._told_at = latest, now
        value, total = self._rising(latest)
        count = f"{latest.done:,}" if latest.total is None else f"{latest.done:,} of {latest.total:,}"
        await client.report_progress(value, total, visible(f"{latest.task}: {count} {latest.unit}"))


class Rising:
    """Adds the tasks of one request up: each begins where the one before it ended."""

    def __init__(self) -> None:
        self._task: str | None = None
        self._begun_at = 0.0
        self._last = 0.0

    def __call__(self, progress: Progress) -> tuple[float, float | None]:
        """How far the request is, and the end as far as it is known; the number is higher than any before."""
        if progress.task != self._task:
            self._task, self._begun_at = progress.task, self._last
        self._last = max(self._begun_at + progress.done, self._last + LEAST)
        if progress.total is None:
            return self._last, None
        return self._last, max(self._begun_at + progress.total, self._last)
