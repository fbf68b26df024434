"""HTTP mode: Slack posts signed requests to `/slack/events`."""

import socket
import threading
from typing import TYPE_CHECKING

from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tools.errors import UserError

if TYPE_CHECKING:
    from slack_bolt import App

PATH = "/slack/events"
LARGEST = 1_000_000
"""Bytes of a request; Slack's own are far smaller."""
END_S = 10.0


class HttpServer:
    """A uvicorn server in a thread of its own."""

    def __init__(self, app: "App", signing_secret: str, host: str, port: int) -> None:
        """Take the port. Raises UserError where it is not free."""
        import uvicorn

        try:
            self._socket = socket.create_server((host, port), family=_family(host))
        except OSError as error:
            raise UserError(
                f"Cannot listen on {host}:{port}: {error.strerror or error}.",
                "Set BENCHWRIGHT_SLACK_HOST and BENCHWRIGHT_SLACK_PORT to an address and a port that are free.",
            ) from error
        self.address = f"http://{host}:{self._socket.getsockname()[1]}{PATH}"
        config = uvicorn.Config(
            _web_app(app, SignatureVerifier(signing_secret)),
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="slack-http", daemon=True
        )

    def connect(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Answer nothing more."""
        self._server.should_exit = True
        self._thread.join(END_S)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _web_app(app: "App", verifier: SignatureVerifier) -> Starlette:
    from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

    async def receive(request: Request) -> Response:
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    return Response("too large", status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        # Before Bolt does the same: it reads the body first, and nobody but Slack is to have a body read.
        if not _is_signed(verifier, bytes(body), request):
            return Response("not signed by Slack", status_code=401)
        try:
            asked = to_bolt_request(request, bytes(body))
            readable = isinstance(asked.body.get("event", {}), dict)
        except (ValueError, AttributeError):  # no JSON, or JSON that is no object
            readable = False
        if not readable:
            return Response("not a request of Slack", status_code=400)
        # In a thread: it writes to the store, and other requests go on meanwhile.
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])])


def _is_signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed the body within five minutes; the verifier takes the form of both headers for granted."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    has_form = stamp.isascii() and stamp.isdecimal() and len(stamp) < 16 and signature.isascii()
    try:
        return has_form and verifier.is_valid(body, stamp, signature)
    except UnicodeDecodeError:
        return False
