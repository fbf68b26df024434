"""The OpenAI-compatible endpoint: one question at a time, within a budget of tokens and time, and stoppable.

Servers differ in what they take, so whatever one refuses (tools, a schema, a seed, a temperature) is left out from
then on. Rate limits, server errors and answers that were cut off are tried again a few times. Everything that comes
back is untrusted text; the key is masked in it, for servers that repeat it.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import JsonValue, SecretStr

from agent.endpoint_checks import checked_address
from agent.endpoint_errors import BudgetError, EndpointError, NoStreamError, is_passing, retry_after, told
from agent.endpoint_reply import Reply
from agent.endpoint_try import LOOK_S, one_try
from agent.settings import Settings
from prompts.instructions import filled
from sessions.redact import MASK, redact
from tools.endpoints import checked_key
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

Message = dict[str, str]
"""`role` and `content`."""


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
        self._base_url = checked_address(base_url)
        self._key = checked_key(key.get_secret_value() if key is not None else None, "the LLM endpoint")
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
            if not is_passing(outcome) or tries >= TRIES:
                raise self._told(outcome) from None  # the cause may quote headers
            wanted = retry_after(outcome)
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
        """One try. A client that is left before it answered is closed, so that the server stops too."""
        client, started, answered = self._opened(), time.monotonic(), False
        try:
            outcome = one_try(client, request, TOO_LONG * max_tokens + 2_000, self.timeout_s, self.check)
            answered = not isinstance(outcome, TimeoutError)
            return outcome
        finally:
            self.seconds += time.monotonic() - started
            if not answered:
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
        if isinstance(error, NoStreamError):
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
        return told(error, f"The LLM endpoint {self.address}", self.name, self.timeout_s, self._said(error))

    def _said(self, error: Exception) -> str:
        """The server's own words, short, on one line, with everything masked that looks like a key."""
        return redact(self._without_key(" ".join(str(error).split())))[:200].rstrip(".")


def _in_text(tools: Sequence[Tool]) -> str:
    listed = [
        {"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in tools
    ]
    return filled("tools_in_text", tools=json.dumps(listed))
