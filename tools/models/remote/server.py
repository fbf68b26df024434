"""A completions server: many requests under way at once, each answered or refused, all of them stoppable.

The `openai` client tries again after rate limits (waiting as long as the server asks), server errors and broken
connections. The requests run in an event loop in a thread of its own, so that callers need none.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from tools.models.remote.refusals import Refusal, is_about_the_request, told
from tools.progress import Progress, Report

if TYPE_CHECKING:
    import openai

AT_ONCE = 16
"""Requests under way: servers batch what comes together."""
RETRIES = 4
RETRIES_ALONE = 1
"""Of a request that sees what is there: nobody is to wait long for the news that nothing is."""
LOOK_S = 0.25
"""A stop is noticed within this."""

Answer = TypeVar("Answer", bound=BaseModel)


class Server:
    """Where requests go. The client is not imported, and nothing is sent, before the first one."""

    def __init__(self, base_url: str, key: str | None = None, *, timeout_s: float = 120.0) -> None:
        self.base_url = base_url
        self.timeout_s = timeout_s
        """Seconds that one request may take, its waiting time in the server's queue included."""
        self._key = key
        self._client: openai.AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self, path: str, kind: type[Answer]) -> Answer:
        """One GET request. Raises ModelError."""
        return self._alone("get", path, None, kind)

    def post(self, path: str, body: Mapping[str, Any], kind: type[Answer]) -> Answer | Refusal:
        """One POST request; a Refusal where the server refuses this very body. Raises ModelError."""
        try:
            return self._alone("post", path, body, kind)
        except _RefusedError as error:
            return error.refusal

    def post_each(
        self, path: str, bodies: Sequence[Mapping[str, Any]], kind: type[Answer], report: Report, task: str
    ) -> Iterator[tuple[int, Answer | Refusal]]:
        """(index, answer or refusal) of each body, as they come.

        Raises ModelError where the server as a whole fails (unreachable, wrong key, no such model, rubbish), and
        what `report` raises; the requests that are under way then end at once.
        """
        answers: queue.SimpleQueue[tuple[int, Answer | Exception]] = queue.SimpleQueue()

        async def one(index: int, body: Mapping[str, Any], places: asyncio.Semaphore) -> None:
            async with places:
                try:
                    answers.put((index, await self._send("post", path, body, kind, RETRIES)))
                except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                    answers.put((index, error))

        async def everything() -> None:
            places = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(one(index, body, places) for index, body in enumerate(bodies)))

        work = asyncio.run_coroutine_threadsafe(everything(), self._running())
        try:
            done = 0
            while done < len(bodies):
                report(Progress(task, done, len(bodies), "requests"))
                try:
                    index, answer = answers.get(timeout=LOOK_S)
                except queue.Empty:
                    continue
                done += 1
                if isinstance(answer, _RefusedError):
                    yield index, answer.refusal
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    yield index, answer
            report(Progress(task, done, len(bodies), "requests"))
        finally:
            work.cancel()

    def _alone(self, method: str, path: str, body: Mapping[str, Any] | None, kind: type[Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(
            self._send(method, path, body, kind, RETRIES_ALONE), self._running()
        ).result()

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, kind: type[Answer], retries: int
    ) -> Answer:
        import httpx
        import openai

        client = self._opened().with_options(max_retries=retries)
        try:
            if method == "get":
                sent = client.get(path, cast_to=httpx.Response)
            else:
                sent = client.post(path, cast_to=httpx.Response, body=dict(body or {}))
            async with asyncio.timeout(self.timeout_s * (retries + 1)):
                response = await sent
            return kind.model_validate_json(response.content)
        except (openai.OpenAIError, TimeoutError, ValidationError, httpx.HTTPError) as error:
            if is_about_the_request(error):
                raise _RefusedError(Refusal(self._said(error))) from None
            # The cause may quote headers.
            raise told(error, self.base_url, self.timeout_s, self._said(error)) from None

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            import openai

            self._client = openai.AsyncOpenAI(
                base_url=self.base_url,
                api_key=self._key or "none",
                timeout=self.timeout_s,
            )
        return self._client

    def _running(self) -> asyncio.AbstractEventLoop:
        """The event loop, in a thread that ends with the process."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="remote model", daemon=True).start()
        return self._loop

    def _said(self, error: Exception) -> str:
        """The server's own words, short, on one line, without the key."""
        words = " ".join(str(error).split())
        if self._key:
            words = words.replace(self._key, "[redacted]")
        return words[:200].rstrip(".")


class _RefusedError(Exception):
    """Carries a refusal out of the event loop."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
