"""An OpenAI-compatible chat server over real HTTP whose answers are written down."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """One answer: text and tool calls, or a fault."""

    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    """Names with their arguments: as they are where they are text, else as JSON."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: str | None = None
    """A body instead of a completion."""
    cut: bool = False
    """Break the stream off in the middle."""
    delay_s: float = 0.0
    endless: bool = False
    finish: str = "stop"


Behaviour = Callable[[dict[str, Any]], Answer]
"""What to answer to a request's body."""


class ScriptedServer:
    """Serves a list of answers in their order (the last one again and again), or what a function says."""

    def __init__(self, answers: Sequence[Answer] | Behaviour) -> None:
        self.requests: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self._answers = answers
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with outer._lock:
                    outer.requests.append(body)
                    outer.authorizations.append(self.headers.get("authorization"))
                    answer = outer._answer(body, len(outer.requests) - 1)
                with suppress(BrokenPipeError, ConnectionResetError):  # the client left
                    outer._send(self, body, answer)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def _answer(self, body: dict[str, Any], number: int) -> Answer:
        if callable(self._answers):
            return self._answers(body)
        return self._answers[min(number, len(self._answers) - 1)]

    def _send(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], answer: Answer) -> None:
        time.sleep(answer.delay_s)
        if answer.status != 200 or answer.raw is not None or not body.get("stream"):
            written = answer.raw
            if written is None:
                written = json.dumps(
                    _whole(answer) if answer.status == 200 else {"error": {"message": answer.text}}
                )
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.send_header("content-type", "application/json")
            handler.send_header("content-length", str(len(written.encode())))
            handler.end_headers()
            handler.wfile.write(written.encode())
            return
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        handler.close_connection = True
        for chunk in _chunks(answer):
            handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            handler.wfile.flush()
        if not answer.cut:
            handler.wfile.write(b"data: [DONE]\n\n")

    def start(self) -> None:
        """Serve until stopped."""
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def scripted_llm(*answers: Answer, behaviour: Behaviour | None = None) -> Iterator[ScriptedServer]:
    """A running server."""
    server = ScriptedServer(behaviour or list(answers))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def called(*calls: tuple[str, Any]) -> Answer:
    """An answer that calls tools."""
    return Answer(calls=calls, finish="tool_calls")


def said(body: dict[str, Any]) -> str:
    """All text of a request, for a behaviour to look at."""
    return "\n".join(message["content"] for message in body["messages"])


def _tool_calls(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "index": place,
            "id": f"call_{place}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for place, (name, arguments) in enumerate(answer.calls)
    ]


def _whole(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.calls:
        message["tool_calls"] = _tool_calls(answer)
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": answer.finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }


def _chunks(answer: Answer) -> Iterator[dict[str, Any]]:
    """The text in small pieces, then each call with its arguments in two pieces, then the end."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "s", "choices": [choice]}

    pieces = [answer.text[at : at + 12] for at in range(0, len(answer.text), 12)]
    while answer.endless:
        yield chunk({"content": "and so on " * 50})
    for piece in pieces[: len(pieces) // 2] if answer.cut else pieces:
        yield chunk({"content": piece})
    if answer.cut:
        return
    for call in _tool_calls(answer):
        arguments = call["function"]["arguments"]
        half = len(arguments) // 2
        yield chunk({"tool_calls": [call | {"function": call["function"] | {"arguments": arguments[:half]}}]})
        yield chunk({"tool_calls": [{"index": call["index"], "function": {"arguments": arguments[half:]}}]})
    yield chunk({}, answer.finish)
