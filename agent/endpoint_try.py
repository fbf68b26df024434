"""One try at the endpoint, in a thread of its own, so that it can be left at any moment."""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from agent.endpoint_errors import NoStreamError
from agent.endpoint_reply import Assembly, CutReplyError, EndlessReplyError, Reply

if TYPE_CHECKING:
    import openai

LOOK_S = 0.05
"""How often a wait looks whether it was stopped."""


def one_try(
    client: "openai.OpenAI",
    request: dict[str, Any],
    most_characters: int,
    timeout_s: float,
    check: Callable[[], None],
) -> Reply | Exception:
    """What the server answers, or how it failed; TimeoutError where that takes too long. Lets `check` raise."""
    answers: SimpleQueue[Reply | Exception] = SimpleQueue()
    left = threading.Event()
    thread = threading.Thread(
        target=lambda: answers.put(_received(client, request, most_characters, left)), daemon=True
    )
    started = time.monotonic()
    thread.start()
    try:
        while True:
            try:
                return answers.get(timeout=LOOK_S)
            except Empty:
                check()
            if time.monotonic() - started > timeout_s:
                return TimeoutError()
            if not thread.is_alive() and answers.empty():
                raise RuntimeError("the thread that asks the endpoint ended without an answer")
    finally:
        left.set()


def _received(
    client: "openai.OpenAI", request: dict[str, Any], most_characters: int, left: threading.Event
) -> Reply | Exception:
    """What the server answers, or how it failed."""
    import openai

    assembly = Assembly(most_characters)
    try:
        if not request.get("stream"):
            assembly.add(client.chat.completions.create(**request).to_dict())
            return assembly.reply()
        with client.chat.completions.create(**request) as stream:
            for chunk in stream:
                if left.is_set():
                    break
                assembly.add(chunk.to_dict())
        return assembly.reply() if assembly.n_pieces else NoStreamError()
    except (
        openai.OpenAIError,
        CutReplyError,
        EndlessReplyError,
        ValueError,  # no JSON, or JSON of another form
        AttributeError,  # the client, for JSON that is no object
        OSError,  # the connection was closed under it
    ) as error:
        return error
