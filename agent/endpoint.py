"""The OpenAI-compatible endpoint: one question at a time, within a budget of tokens and time, and stoppable.

Servers differ in what they take, so whatever one refuses (tools, a schema, a seed, a temperature) is left out from
then on. Rate limits, server errors and answers that were cut off are tried again a few times. Everything that comes
back is untrusted text; the key is masked in it, for servers that repeat it.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import JsonValue, SecretStr

from agent.endpoint_reply import Assembly, CutReplyError, EndlessReplyError, Reply
from agent.settings import Settings
from prompts.instructions import filled
from sessions.redact import MASK, redact
from tools.errors import UserError

if TYPE_CHECKING:
    import openai

OPENAI = "https://api.openai.com/v1"
TRIES = 3
FIRST_WAIT_S = 0.5
"""Before the second try, where the server names no time; doubled each time."""
LONGEST_WAIT_S = 30.0
"""A server that wants a longer pause is given up."""
CHARACTERS_PER_TOKEN = 4
"""For servers that do not count tokens."""
TOO_LONG = 16
"""Characters for each token allowed from which on an answer is not read further."""
OPTIONAL = ("response_format", "tools", "seed", "temperature", "max_tokens", "stream")
"""What some servers do not take. Without `max_tokens` it is `max_completion_tokens`."""
LOOK_S = 0.05
"""How often a wait looks whether it was stopped."""

Message = dict[str, str]
"""`role` and `content`."""


class EndpointError(UserError):
    """The endpoint cannot be reached, refuses, or answers with nothing that can be read."""


class BudgetError(EndpointError):
    """The request has spent its tokens or its time."""


@dataclass(frozen=True)
class Tool:
    """Something that the model may ask for."""

    name: str
    description: str
    parameters: dict[str, JsonValue]
    """JSON schema."""


def endpoint_of(settings: Settings) -> "Endpoint | None":
    """The endpoint that the settings name, or None. Raises UserError where they name half of one."""
    if settings.llm_base_url is None and settings.llm_model is None:
        return None
    if settings.llm_model is None:
        raise UserError(
            "An LLM endpoint is configured, but no model.", "Name it: --llm-model or BENCHWRIGHT_LLM_MODEL."
        )
    if settings.llm_base_url is None and settings.llm_api_key is None:
        raise UserError(
            f"There is no key for the LLM {settings.llm_model}, and no other server is named.",
            "Set BENCHWRIGHT_LLM_API_KEY, or name the server with --llm-base-url.",
        )
    return Endpoint(
        settings.llm_base_url or OPENAI,
        settings.llm_model,
        settings.llm_api_key,
        timeout_s=settings.llm_timeout_s,
        most_seconds=settings.llm_seconds,
        most_tokens=settings.llm_tokens,
    )


class Endpoint:
    """A chat model behind HTTP. Nothing is sent, and the client is not imported, before the first question."""

    def __init__(
        self,
        base_url: str,
        model: str,
        key: SecretStr | None = None,
        *,
        timeout_s: float = 60.0,
        most_seconds: float = 600.0,
        most_tokens: int = 200_000,
    ) -> None:
        """Raises UserError for an address or a key that cannot be one."""
        self.name = model
        self.timeout_s = timeout_s
        self.most_seconds = most_seconds
        self.most_tokens = most_tokens
        self.check: Callable[[], None] = lambda: None
        """Called many times a second while waiting; raises Stopped to end the wait."""
        self.tokens = 0
        """Spent since `begin`."""
        self.seconds = 0.0
        self._base_url = _checked_address(base_url)
        self._key = _checked_key(key)
        self._refused: set[str] = set()
        """What the server does not take."""
        self._client: openai.OpenAI | None = None

    def begin(self) -> None:
        """A new request of the user's, with the whole budget."""
        self.tokens, self.seconds = 0, 0.0

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"

    @property
    def calls_tools(self) -> bool:
        """Whether tools are offered as such; else they are described in the text."""
        return "tools" not in self._refused

    def describe_tools_in_text(self) -> None:
        """From now on: for a server that takes tools and passes over them."""
        self._refused.add("tools")

    def ask(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        schema: Mapping[str, JsonValue] | None = None,
        max_tokens: int = 2_000,
        temperature: float = 0.0,
        seed: int | None = None,
    ) -> Reply:
        """The answer to a conversation; `schema` is what its text should be, as JSON, where the server can do that.

        Raises EndpointError, BudgetError, and whatever `check` raises.
        """
        tries, wait = 0, FIRST_WAIT_S
        while True:
            max_tokens = min(max_tokens, self._tokens_left())
            request = self._request(messages, tools, schema, max_tokens, temperature, seed)
            outcome = self._outcome(request, max_tokens)
            if isinstance(outcome, Reply):
                self._count(outcome, request)
                return self._masked(outcome)
            tries += 1
            if self._leave_out(outcome, request):
                continue
            if not _is_passing(outcome) or tries >= TRIES:
                raise self._told(outcome) from None  # the cause may quote headers
            wanted = _retry_after(outcome)
            if wanted is not None and wanted > LONGEST_WAIT_S:
                raise self._told(outcome) from None
            self._sleep(wait if wanted is None else wanted)
            wait *= 2

    def _request(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool],
        schema: Mapping[str, JsonValue] | None,
        max_tokens: int,
        temperature: float,
        seed: int | None,
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.name,
            "messages": list(messages),
            "stream": True,
            "temperature": temperature,
            "max_tokens": max_tokens,
        }
        if seed is not None:
            request["seed"] = seed
        if tools and self.calls_tools:
            request["tools"] = [
                {
                    "type": "function",
                    "function": {
                        "name": tool.name,
                        "description": tool.description,
                        "parameters": tool.parameters,
                    },
                }
                for tool in tools
            ]
        elif tools:
            # In the first message: many chat templates know one system message only.
            first, *others = messages
            told = first | {"content": f"{first['content']}\n\n{_in_text(tools)}"}
            request["messages"] = [told, *others]
        if schema is not None:
            named = {"name": "answer", "schema": dict(schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        for feature in self._refused & request.keys():
            value = request.pop(feature)
            if feature == "max_tokens":
                request["max_completion_tokens"] = value
        return request

    def _outcome(self, request: dict[str, Any], max_tokens: int) -> "Reply | Exception":
        """One try, in a thread of its own, so that it can be left at any moment."""
        answers: SimpleQueue[Reply | Exception] = SimpleQueue()
        left = threading.Event()
        client = self._opened()
        thread = threading.Thread(
            target=lambda: answers.put(_received(client, request, TOO_LONG * max_tokens + 2_000, left)),
            daemon=True,
        )
        started = time.monotonic()
        thread.start()
        answered = False
        try:
            while True:
                try:
                    outcome = answers.get(timeout=LOOK_S)
                    answered = True
                    return outcome
                except Empty:
                    self.check()
                if time.monotonic() - started > self.timeout_s:
                    return TimeoutError()
                if not thread.is_alive() and answers.empty():
                    raise RuntimeError("the thread that asks the endpoint ended without an answer")
        finally:
            self.seconds += time.monotonic() - started
            if not answered:  # hang up, so that the server does not go on for nobody
                left.set()
                self._client = None
                client.close()

    def _opened(self) -> "openai.OpenAI":
        if self._client is None:
            import openai

            self._client = openai.OpenAI(
                base_url=self._base_url,
                api_key=self._key or "none",
                max_retries=0,
                timeout=self.timeout_s,
            )
        return self._client

    def _tokens_left(self) -> int:
        """Raises BudgetError where nothing is left."""
        if self.tokens >= self.most_tokens:
            spent, name = f"{self.tokens:,} tokens", "BENCHWRIGHT_LLM_TOKENS"
        elif self.seconds >= self.most_seconds:
            spent, name = f"{self.seconds:.0f} seconds", "BENCHWRIGHT_LLM_SECONDS"
        else:
            return self.most_tokens - self.tokens
        raise BudgetError(
            f"This request has spent its budget of the LLM {self.name}: {spent}.",
            f"Ask for less at once, or set {name} higher.",
        )

    def _count(self, reply: Reply, request: Mapping[str, Any]) -> None:
        written = len(reply.text) + sum(len(call.name) + len(call.arguments) for call in reply.calls)
        read = len(json.dumps(request["messages"])) + len(json.dumps(request.get("tools", "")))
        self.tokens += reply.tokens or (read + written) // CHARACTERS_PER_TOKEN + 1

    def _leave_out(self, error: Exception, request: Mapping[str, Any]) -> bool:
        """Whether the server refused the request for something that can be left out, and will be from now on."""
        import openai

        feature: str | None = None
        if isinstance(error, _NoStreamError):
            feature = "stream"
        elif isinstance(error, openai.APIStatusError) and error.status_code in (400, 422, 501):
            said = str(error).casefold()
            optional = [name for name in OPTIONAL if name in request]
            feature = next((name for name in optional if name.rstrip("s") in said), None)
            if (
                feature is None and "model" not in said
            ):  # a model that is not there is refused whatever is sent
                feature = next((name for name in optional if name in ("response_format", "tools")), None)
        if feature is None or feature in self._refused:
            return False
        self._refused.add(feature)
        return True

    def _masked(self, reply: Reply) -> Reply:
        """The reply without the key, for servers that repeat it."""
        if not self._key or self._key not in repr(reply):
            return reply
        calls = tuple(
            type(call)(self._without_key(call.name), self._without_key(call.arguments))
            for call in reply.calls
        )
        return Reply(self._without_key(reply.text), calls, reply.complete, reply.tokens)

    def _without_key(self, text: str) -> str:
        return text.replace(self._key, MASK) if self._key else text

    def _sleep(self, seconds: float) -> None:
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            self.check()
            time.sleep(min(LOOK_S, seconds))
        self.seconds += time.monotonic() - started

    def _told(self, error: Exception) -> EndpointError:
        """What went wrong, in a sentence that holds neither the key nor headers."""
        import openai

        where = f"The LLM endpoint {self.address}"
        match error:
            case TimeoutError() | openai.APITimeoutError():
                return EndpointError(
                    f"{where} gave no whole answer within {self.timeout_s:g} s.",
                    "Try again, or set BENCHWRIGHT_LLM_TIMEOUT_S higher.",
                )
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return EndpointError(f"{where} refused the key.", "Check BENCHWRIGHT_LLM_API_KEY.")
            case openai.NotFoundError():
                return EndpointError(
                    f"{where} has no model {self.name!r}, or no chat there.",
                    "Check --llm-model and --llm-base-url (it usually ends in /v1).",
                )
            case openai.RateLimitError():
                wanted = _retry_after(error)
                pause = f", and asks for a pause of {wanted:.0f} s" if wanted else ""
                return EndpointError(f"{where} takes no more requests now (429){pause}.", "Try again later.")
            case openai.APIStatusError():
                said = "" if error.status_code >= 500 else f": {self._said(error)}"
                return EndpointError(f"{where} answered with an error ({error.status_code}){said}.", _LATER)
            case openai.APIConnectionError():
                return EndpointError(
                    f"{where} cannot be reached.", "Start it, or check --llm-base-url and the network."
                )
            case CutReplyError():
                return EndpointError(f"{where} broke off in the middle of its answer.", "Try again.")
            case EndlessReplyError():
                return EndpointError(f"{where} answered without an end.", "Try another model.")
            case openai.APIError():
                return EndpointError(f"{where} reported an error in its answer.", _LATER)
        return EndpointError(f"{where} answered with something that is no chat completion.", _LATER)

    def _said(self, error: Exception) -> str:
        """The server's own words, short, on one line, with everything masked that looks like a key."""
        return redact(self._without_key(" ".join(str(error).split())))[:200].rstrip(".")


_LATER = "Try again, or check --llm-base-url and --llm-model."


class _NoStreamError(Exception):
    """A server that answers at once where a stream was asked for."""


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
        return assembly.reply() if assembly.n_pieces else _NoStreamError()
    except (
        openai.OpenAIError,
        CutReplyError,
        EndlessReplyError,
        ValueError,  # no JSON, or JSON of another form
        AttributeError,  # the client, for JSON that is no object
        OSError,  # the connection was closed under it
    ) as error:
        return error


def _is_passing(error: Exception) -> bool:
    """Whether the same question may be answered a moment later."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code in (408, 409, 429) or error.status_code >= 500
    # After these the time was long enough.
    return not isinstance(error, TimeoutError | openai.APITimeoutError | EndlessReplyError)


def _retry_after(error: Exception) -> float | None:
    """Seconds that the server wants waited, where it says so in seconds."""
    response = getattr(error, "response", None)
    try:
        seconds = float(response.headers.get("retry-after", "")) if response is not None else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _in_text(tools: Sequence[Tool]) -> str:
    listed = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools
    ]
    return filled("tools_in_text", tools=json.dumps(listed))


def _checked_address(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UserError(
            "The address of the LLM endpoint is no web address.",
            "Write it like http://localhost:8080/v1 (--llm-base-url).",
        )
    return base_url.rstrip("/")


def _checked_key(key: SecretStr | None) -> str:
    """Plain printable text: what is none would stand in the error messages of the client."""
    text = key.get_secret_value().strip() if key is not None else ""
    if not (text.isascii() and (text.isprintable() or not text) and " " not in text):
        raise UserError("The key of the LLM endpoint holds characters that no key has.", "Copy it again.")
    return text
