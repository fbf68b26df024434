"""What an OpenAI-compatible server answers, put together from a stream's pieces or read from one object."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

MOST_CALLS = 32
"""Tool calls of one answer that are looked at."""


class EndlessReplyError(Exception):
    """An answer that goes on far beyond the tokens it was given."""


class CutReplyError(Exception):
    """A stream that ended before its answer did."""


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants called. Both parts are its own text: untrusted."""

    name: str
    arguments: str
    """JSON, if the model kept to it."""


@dataclass(frozen=True)
class Reply:
    """One answer. Untrusted text."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    complete: bool = True
    """False where the model ran out of tokens."""
    tokens: int | None = None
    """Read and written, as the server counts them; None where it does not say."""


class _Piece(BaseModel):
    """Base of what is read; servers send many further fields."""

    model_config = ConfigDict(extra="ignore")


class _Function(_Piece):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class _Call(_Piece):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Message(_Piece):
    content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(_Piece):
    delta: _Message | None = None
    message: _Message | None = None
    finish_reason: str | None = None


class _Usage(_Piece):
    total_tokens: int | None = None


class _Body(_Piece):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None


class Assembly:
    """Grows a reply piece by piece. Raises ValidationError (a ValueError) for pieces of another form."""

    def __init__(self, most_characters: int) -> None:
        self._most = most_characters
        self._text: list[str] = []
        self._calls: list[dict[str, str]] = []
        self._at: dict[int, int] = {}
        """Place of the call that a stream's index means at the moment."""
        self._finish: str | None = None
        self._tokens: int | None = None
        self.n_pieces = 0
        self.n_characters = 0

    def add(self, body: Mapping[str, Any]) -> None:
        """Take one chunk of a stream, or a whole answer."""
        read = _Body.model_validate(body)
        self.n_pieces += 1
        if read.usage and read.usage.total_tokens:
            self._tokens = read.usage.total_tokens
        for choice in (read.choices or [])[:1]:
            message = choice.delta or choice.message or _Message()
            self._text.append(message.content or "")
            self.n_characters += len(message.content or "")
            whole = choice.message is not None
            for place, call in enumerate(message.tool_calls or []):
                self._call(call, None if whole else call.index, place)
            self._finish = choice.finish_reason or self._finish
        if self.n_characters > self._most:
            raise EndlessReplyError

    def _call(self, call: _Call, index: int | None, place: int) -> None:
        """A new call where the index is new, or where a server sends several under one index."""
        name = (call.function and call.function.name) or ""
        written = (call.function and call.function.arguments) or ""
        arguments = written if isinstance(written, str) else json.dumps(written)
        self.n_characters += len(name) + len(arguments)
        where = self._at.get(index) if index is not None else None
        known = self._calls[where] if where is not None else None
        other = known is not None and call.id and known["id"] and call.id != known["id"]
        if known is None or other or (index is None and name):
            if len(self._calls) < MOST_CALLS:
                self._at[index if index is not None else -1 - place] = len(self._calls)
                self._calls.append({"id": call.id or "", "name": name, "arguments": arguments})
            return
        known["name"] += name
        known["arguments"] += arguments

    def reply(self) -> Reply:
        """What has come. Raises CutReplyError where the end is missing."""
        if self._finish is None:
            raise CutReplyError
        return Reply(
            text="".join(self._text).strip(),
            calls=tuple(ToolCall(call["name"].strip(), call["arguments"]) for call in self._calls),
            complete=self._finish != "length",
            tokens=self._tokens,
        )
