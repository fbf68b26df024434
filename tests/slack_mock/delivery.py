"""What Slack sends to an app, and what became of it."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Literal

from aiohttp import WSMsgType, web

ACK_S = 3.0
"""Slack waits this long for an acknowledgement."""
Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass
class Delivery:
    """One event, command or button press on its way. Only events are sent again when nobody acknowledges them."""

    kind: Kind
    payload: dict[str, Any]
    envelope_id: str = ""
    attempts: list[float] = field(default_factory=list)
    """When it was sent, and sent again."""
    acknowledged: float | None = None
    answer: dict[str, Any] | None = None
    """What came with the acknowledgement."""
    status: int | None = None
    """The HTTP status of the last attempt, over HTTP."""
    lost: bool = False

    @property
    def seconds(self) -> float | None:
        """From the first attempt to the acknowledgement."""
        return None if self.acknowledged is None else self.acknowledged - self.attempts[0]


Settled = Callable[[Delivery], None]


class SocketMode:
    """Slack's side of the WebSockets of one app. Everything here runs on the server's loop."""

    def __init__(self, settled: Settled, retry_pauses: tuple[float, ...] = (ACK_S, 10.0, 20.0)) -> None:
        self.links: list[web.WebSocketResponse] = []
        self.connections = 0
        """How many there ever were."""
        self.strange: list[str] = []
        """What came over a WebSocket and was no acknowledgement of anything."""
        self.deaf = False
        """Acknowledgements get lost on their way."""
        self._settled = settled
        self._retry_pauses = retry_pauses
        self._open: dict[str, Delivery] = {}
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One WebSocket from hello to its end."""
        link = web.WebSocketResponse(heartbeat=20)
        await link.prepare(request)
        self.links.append(link)
        self.connections += 1
        info = {"app_id": "A0BENCH"}
        debug = {"host": "mock", "started": "2026-01-01 00:00:00.000", "build_number": 1}
        debug["approximate_connection_time"] = 18060
        hello = {"type": "hello", "num_connections": len(self.links), "connection_info": info}
        await link.send_json({**hello, "debug_info": debug})
        self._connected.set()
        try:
            async for message in link:
                if message.type == WSMsgType.TEXT:
                    self._take(message.data)
        finally:
            self.links.remove(link)
            if not self.links:
                self._connected.clear()
        return link

    def _take(self, text: str) -> None:
        try:
            said = json.loads(text)
            delivery = self._open[said["envelope_id"]]
        except (ValueError, KeyError, TypeError):
            self.strange.append(text)
            return
        if self.deaf:
            return
        del self._open[delivery.envelope_id]
        delivery.acknowledged = time.monotonic()
        delivery.answer = said.get("payload")
        self._settled(delivery)

    def deliver(self, delivery: Delivery) -> None:
        """Send it, and again where that is needed."""
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        pauses = self._retry_pauses if delivery.kind == "events_api" else ()
        for attempt, pause in enumerate([*pauses, ACK_S]):
            # A new envelope each time; the event inside is the same.
            self._open.pop(delivery.envelope_id, None)
            delivery.envelope_id = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
            self._open[delivery.envelope_id] = delivery
            await self._send(delivery, attempt)
            until = time.monotonic() + pause
            while time.monotonic() < until and delivery.acknowledged is None:
                await asyncio.sleep(0.02)
            if delivery.acknowledged is not None:
                return
        delivery.lost = True
        self._settled(delivery)

    async def _send(self, delivery: Delivery, attempt: int) -> None:
        delivery.attempts.append(time.monotonic())
        envelope: dict[str, Any] = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            reason = "timeout" if attempt else ""
            if not self.links:
                await self._connected.wait()  # the attempt that found nobody counts as one
                attempt, reason = max(attempt, 1), "connection_failed"
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        if self.links:
            link = self.links[next(self._turn) % len(self.links)]
            try:
                await link.send_json(envelope)
            except (ConnectionError, RuntimeError):
                return  # it went away at this moment: as good as not acknowledged

    async def tell_disconnect(self, reason: str) -> None:
        """Tell all connections to go, as Slack does now and then; close them after a moment."""
        for link in list(self.links):
            await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "mock"}})
        if reason == "refresh_requested":
            old = list(self.links)
            await asyncio.sleep(0.3)
            for link in old:
                await link.close()

    def cut(self) -> None:
        """Break all connections without a word."""
        for link in list(self.links):
            transport = link._req.transport if link._req is not None else None
            if transport is not None:
                transport.abort()


class HttpMode:
    """Slack's side of the signed requests to one app's URL."""

    def __init__(
        self, url: str, secret: str, settled: Settled, retry_pauses: tuple[float, ...] = (0.5, 1.0, 2.0)
    ) -> None:
        self.url, self._secret = url, secret
        self._settled = settled
        self._retry_pauses = retry_pauses

    def deliver(self, delivery: Delivery) -> None:
        """Send it, and again where that is needed; waits for the end."""
        pauses = self._retry_pauses if delivery.kind == "events_api" else ()
        body, kind = encoded(delivery)
        for attempt, pause in enumerate([*pauses, 0.0]):
            headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_timeout"}
            delivery.attempts.append(time.monotonic())
            sent = signed(self._secret, body) | {"content-type": kind} | (headers if attempt else {})
            delivery.status, answer = post(self.url, body, sent, ACK_S)
            if delivery.status == 200:
                delivery.acknowledged = time.monotonic()
                delivery.answer = _json_or_text(answer)
                break
            time.sleep(pause)
        delivery.lost = delivery.acknowledged is None
        self._settled(delivery)


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of the request and its content type."""
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload
    if delivery.kind == "interactive":
        form = {"payload": json.dumps(delivery.payload)}
    return urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"


def signed(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers by which an app knows that a request is from Slack."""
    stamp = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={mac.hexdigest()}"}


def post(url: str, body: bytes, headers: dict[str, str], seconds: float = 10.0) -> tuple[int, str]:
    """The status and the text of the answer; status 0 where there was none."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (OSError, HTTPException):
        return 0, ""


def _json_or_text(answer: str) -> dict[str, Any] | None:
    if not answer:
        return None
    try:
        parsed = json.loads(answer)
    except ValueError:
        return {"text": answer}
    return parsed if isinstance(parsed, dict) else {"text": answer}
