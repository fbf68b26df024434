"""Slack's rate limits: so many calls of a method in a minute, with short bursts; messages also by channel."""

import math
import time
from typing import Any

# Calls in a minute, and how many may come at once. Tiers 1 to 4 of Slack's documentation; one message a second in
# each channel.
LIMITS = {
    "apps.connections.open": (1, 10),
    "chat.postMessage": (60, 5),
    "chat.postEphemeral": (100, 20),
    "chat.update": (50, 20),
    "chat.delete": (50, 20),
    "conversations.replies": (50, 20),
    "conversations.info": (50, 20),
    "files.getUploadURLExternal": (100, 20),
    "files.completeUploadExternal": (100, 20),
}


class Rates:
    """Says when a call is one too many."""

    def __init__(self) -> None:
        self.real = False
        """Whether Slack's usual limits hold."""
        self._told: dict[str, tuple[int, int]] = {}
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def refuse(self, method: str, times: int, retry_after: int = 1) -> None:
        """Refuse the next calls of this method."""
        self._told[method] = (times, retry_after)

    def retry_after(self, method: str, arguments: dict[str, Any]) -> int | None:
        """Seconds to wait before a call is welcome; None where it is welcome now."""
        times, seconds = self._told.get(method, (0, 0))
        if times > 0:
            self._told[method] = (times - 1, seconds)
            return seconds
        if not self.real or method not in LIMITS:
            return None
        a_minute, at_once = LIMITS[method]
        key = (method, str(arguments.get("channel")) if method == "chat.postMessage" else "")
        now = time.monotonic()
        left, then = self._buckets.get(key, (float(at_once), now))
        left = min(at_once, left + (now - then) * a_minute / 60)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) * 60 / a_minute))
        self._buckets[key] = (left - 1, now)
        return None
