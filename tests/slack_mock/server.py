"""The mock of Slack as a server: Web API, uploads, response URLs and Socket Mode on one port of this machine."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Literal, TypeVar

from aiohttp import web

from tests.slack_mock.delivery import Delivery, HttpMode, SocketMode
from tests.slack_mock.rates import Rates
from tests.slack_mock.web_api import WebApi
from tests.slack_mock.workspace import Call, Message, Workspace

BOT_TOKEN = "xoxb-000000000000-111111111111-MockMockMockMockMockMock"
APP_TOKEN = "xapp-1-A0BENCH-222222222222-" + "ab12" * 16
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
SHARED_AFTER_S = 0.15
"""A file appears in its channel a moment after the upload was completed."""
Outage = Literal["errors", "page", "silence", "refusal"]
"""Answers 503; does so with a page for people, as gateways do; takes requests and never answers; takes none."""
PAGE = "<!DOCTYPE html><title>Slack</title><p>Something went wrong on our end."
Result = TypeVar("Result")


class Server:
    """Runs in a thread of its own; the methods are for other threads, unless they say otherwise."""

    def __init__(self, workspace: Workspace, scopes: Collection[str]) -> None:
        self.workspace = workspace
        self.rates = Rates()
        self.outage: Outage | None = None
        self.http: HttpMode | None = None
        """Set where the app is spoken to over HTTP and not through Socket Mode."""
        self.deliveries: list[Delivery] = []
        self.refused: list[Call] = []
        """Calls that met a rate limit or an outage."""
        self.response_urls: dict[str, tuple[str, str, str | None, int]] = {}
        """Channel, user, time stamp of the message that it belongs to, uses left."""
        self.port = 0
        self.web_api = WebApi(
            workspace, BOT_TOKEN, APP_TOKEN, scopes, lambda: self.address, self._share_later, self._told
        )
        self.told: Callable[[Message, str | None], None] = lambda message, subtype: None
        """Called for each message that the bot posts, edits or deletes. On the server's loop."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._site: web.TCPSite | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.address}/api/"

    def start(self) -> None:
        """Serve until stopped."""
        self._thread.start()
        self.run(self._start())

    async def _start(self) -> None:
        self.socket_mode = SocketMode(self._settled)
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_get("/link/", self._link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await self._listen()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    def stop(self) -> None:
        """End the server and its thread."""
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        self.socket_mode.cut()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await self._runner.cleanup()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run something on the server's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def break_down(self, outage: Outage | None) -> None:
        """Begin an outage, or end it with None. Where nothing is answered, the WebSockets break as well."""

        async def change() -> None:
            if outage == "refusal" and self._site is not None:
                await self._site.stop()
                self._site = None
            if outage is None and self._site is None:
                await self._listen()
            self.outage = outage
            if outage in ("refusal", "silence"):
                self.socket_mode.cut()

        self.run(change())

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the app to connect anew."""
        self.run(self.socket_mode.tell_disconnect(reason))

    def cut(self) -> None:
        """Break the WebSockets without a word."""

        async def cut() -> None:
            self.socket_mode.cut()

        self.run(cut())

    def deliver(self, delivery: Delivery) -> Delivery:
        """Send something to the app; it is on its way when this returns, and over HTTP it has arrived."""
        self.deliveries.append(delivery)
        if self.http is not None:
            self.http.deliver(delivery)
        else:
            self._loop.call_soon_threadsafe(self.socket_mode.deliver, delivery)
        return delivery

    def _settled(self, delivery: Delivery) -> None:
        with self.workspace.changed:
            self.workspace.changed.notify_all()

    def _told(self, message: Message, subtype: str | None) -> None:
        self.told(message, subtype)

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.web_api.tickets:
            return web.Response(status=403, text="no such ticket")
        self.web_api.tickets.remove(ticket)
        return await self.socket_mode.serve(request)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.pop(
            "token", None
        )
        headers, status = {}, 200
        if self.outage is not None:
            if self.outage == "silence":
                await asyncio.sleep(3600)
            if self.outage == "page":
                self.refused.append(Call(method, arguments, {}, 503, time.monotonic()))
                return web.Response(status=503, text=PAGE, content_type="text/html")
            answer, status = {"ok": False, "error": "service_unavailable"}, 503
        elif (seconds := self.rates.retry_after(method, arguments)) is not None:
            answer, status = {"ok": False, "error": "ratelimited"}, 429
            headers["Retry-After"] = str(seconds)
        else:
            answer = self.web_api.answer(method, token, arguments)
        call = Call(method, arguments, answer, status, time.monotonic())
        with self.workspace.changed:
            (self.workspace.calls if status == 200 else self.refused).append(call)
            self.workspace.changed.notify_all()
        return web.json_response(answer, status=status, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        if self.outage is not None:
            return web.Response(status=503)
        content = await request.read()
        if request.content_type.startswith("multipart/"):
            return web.Response(status=501, text="only raw bytes here")
        taken = self.web_api.receive_upload(request.match_info["file"], content)
        return web.Response(text=f"OK - {len(content)}") if taken else web.Response(status=400)

    async def _respond(self, request: web.Request) -> web.Response:
        if self.outage is not None:
            return web.Response(status=503)
        key = request.match_info["key"]
        channel, user, ts, left = self.response_urls.get(key, ("", "", None, 0))
        if left == 0:
            return web.Response(status=404, text="used_url")
        self.response_urls[key] = (channel, user, ts, left - 1)
        try:
            said = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        answer = self.web_api.respond(channel, user, ts, said)
        return web.Response(text="ok") if answer["ok"] else web.Response(status=400, text=answer["error"])

    def _share_later(self, message: Message) -> None:
        """A file is seen a moment after its upload was completed, as in Slack. On the server's loop."""

        async def share() -> None:
            await asyncio.sleep(SHARED_AFTER_S)
            message.ts = self.workspace.next_ts()
            self.workspace.add(message)
            self.told(message, "file_share")

        task = self._loop.create_task(share())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments of a call, however they are encoded."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        with contextlib.suppress(ValueError):
            arguments |= json.loads(await request.read() or b"{}")
    elif request.method == "POST":
        arguments |= dict(await request.post())
    return arguments
