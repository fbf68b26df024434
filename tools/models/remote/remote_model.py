"""A model behind an OpenAI-compatible server, as the subject of measurements."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.endpoints import checked_key
from tools.errors import ModelError
from tools.models.remote.address import Address, read_address
from tools.models.remote.answers import Completion, ServedModels
from tools.models.remote.generation import generate_remotely
from tools.models.remote.log_probs import NO_LOG_PROBS, gives_log_probs, score_remotely
from tools.models.remote.refusals import NotThereError, Refusal
from tools.models.remote.server import AT_ONCE, Server
from tools.models.subject import ContinuationScore, Generation
from tools.progress import Progress, Report, silent

TOKENS_TIMED = 9
MOST_NAMED = 8
"""Models of a server that an error message names."""


@dataclass(eq=False)
class RemoteModel:
    """A model that is measured over HTTP; implements `tools.models.subject.Subject`. Its weights are not here."""

    name: str
    """Model and host, e.g. `Qwen3-8B at localhost:8000`."""
    source: str
    """What was asked for: the address."""
    has_chat_template: bool
    """Whether the server answers chat completions."""
    has_log_probs: bool
    """Whether it gives the log-probabilities of a prompt."""
    seconds_each: float
    """What one request for a single token took when it was connected."""
    seconds_a_token: float
    """What each further token took."""
    _model: str = field(repr=False)
    _server: Server = field(repr=False)

    @property
    def weights_hash(self) -> None:
        """Unknown: the server may change its weights under the same name."""
        return

    def expected_seconds(self, n_requests: int, new_tokens: int) -> float:
        """Seconds that requests take if the server is as fast with many at once as it was with one."""
        return n_requests / AT_ONCE * (self.seconds_each + new_tokens * self.seconds_a_token)

    def log_probs(
        self, requests: Sequence[tuple[str, str]], *, report: Report = silent
    ) -> Iterator[tuple[int, ContinuationScore]]:
        """Score (prompt, continuation) pairs as raw text, unscored with the reason where the server cannot."""
        if self.has_log_probs:
            return score_remotely(self._server, self._model, requests, report)
        none = ContinuationScore((), (math.nan,), False, NO_LOG_PROBS)
        return iter([(index, none) for index in range(len(requests))])

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        seed: int = 0,
        chat: bool = True,
        report: Report = silent,
    ) -> Iterator[tuple[int, Generation]]:
        """Continue each prompt: as a user message where `chat` is set and the server has chats."""
        return generate_remotely(
            self._server,
            self._model,
            prompts,
            max_new_tokens=max_new_tokens,
            stop=stop,
            temperature=temperature,
            seed=seed,
            chat=chat and self.has_chat_template,
            report=report,
        )


def connect(
    name: str, *, key: str | None = None, timeout_s: float = 120.0, report: Report = silent
) -> RemoteModel:
    """Connect to the model at an address (`http://HOST:PORT/v1`, `...#MODEL`) and see what the server can do.

    Sends a few small requests. Raises ModelError, with the next step, where the server cannot be reached, refuses
    the key, has no such model, or answers neither completions nor chats.
    """
    address = read_address(name)
    server = Server(address.base_url, checked_key(key, "the remote model"), timeout_s=timeout_s)
    task = f"connecting to {address.host}"
    report(Progress(task, 0, 3, "requests"))
    model = _model_there(server, address)
    report(Progress(task, 1, 3, "requests"))
    question: dict[str, Any] = {"messages": [{"role": "user", "content": "Hi"}]}
    chats = _answers(server, "/chat/completions", model, question)
    report(Progress(task, 2, 3, "requests"))
    completes = _answers(server, "/completions", model, {"prompt": "Hi"})
    if not chats and not completes:
        raise ModelError(
            f"The server at {address.host} answers neither completions nor chats as {model!r}.",
            "Check the model's name and the server's log.",
        )
    path, question = ("/chat/completions", question) if chats else ("/completions", {"prompt": "Hi"})
    # The first request may have opened the connection and warmed the server, so these are further ones.
    one, several = (_seconds(server, path, model, question, n) for n in (1, TOKENS_TIMED))
    has_log_probs = completes and gives_log_probs(server, model)
    report(Progress(task, 3, 3, "requests"))
    return RemoteModel(
        name=f"{model} at {address.host}",
        source=name,
        has_chat_template=chats,
        has_log_probs=has_log_probs,
        seconds_each=one,
        seconds_a_token=max(0.0, several - one) / (TOKENS_TIMED - 1),
        _model=model,
        _server=server,
    )


def _model_there(server: Server, address: Address) -> str:
    """The model's name at the server. Raises ModelError where it has several and none was named."""
    if address.model is not None:
        return address.model
    try:
        served = [model.id for model in server.get("/models", ServedModels).data]
    except NotThereError:
        served = []
    if len(served) == 1:
        return served[0]
    named = ", ".join(served[:MOST_NAMED]) + (" ..." if len(served) > MOST_NAMED else "")
    raise ModelError(
        f"The server at {address.host} has {len(served)} models: {named}."
        if served
        else f"The server at {address.host} does not say which models it has.",
        f"Name one: {address.base_url}#{served[0] if served else 'NAME'}.",
    )


def _seconds(server: Server, path: str, model: str, question: dict[str, Any], n_tokens: int) -> float:
    started = time.monotonic()
    _answers(server, path, model, question, n_tokens)
    return time.monotonic() - started


def _answers(server: Server, path: str, model: str, question: dict[str, Any], n_tokens: int = 1) -> bool:
    """Whether the server answers a small request there."""
    try:
        answer = server.post(path, {"model": model, "max_tokens": n_tokens, **question}, Completion)
    except NotThereError:
        return False
    return not isinstance(answer, Refusal)
