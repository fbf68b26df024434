"""Approval by the person at the client's end, where the client can ask them (MCP elicitation).

Up to protocol 2025-11-25 the server asks in a request of its own while the call waits; from 2026-07-28 on the call
ends with the question, and the client calls again with the answer and the state that came with the question. The
state is a random name that counts once, for the same call: an answer to a question that nobody was asked is none.
"""

import json
import secrets

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from agent.answer import Answer
from sessions.visible import visible

KEY = "approval"
NO_FIELDS: types.ElicitRequestedSchema = {"type": "object", "properties": {}}
"""There is nothing to fill in: accepting is the yes."""


def needs_approval(answer: Answer) -> bool:
    """Whether an answer is the question whether to go ahead."""
    return answer.question is not None and answer.question.about == "approval"


def can_ask(ctx: ServerRequestContext) -> bool:
    """Whether the client said that it can put a form to its user; a bare `elicitation` means forms."""
    capabilities = ctx.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def asks_by_result(ctx: ServerRequestContext) -> bool:
    """Whether questions to the user end the call, instead of being requests of the server's own."""
    return ctx.protocol_version in MODERN_PROTOCOL_VERSIONS


async def asked(ctx: ServerRequestContext, answer: Answer) -> bool | None:
    """Put the question to the client's user and wait: whether they accept; None where the client could not ask."""
    try:
        result = await ctx.session.elicit_form(_question(answer), NO_FIELDS, ctx.request_id)
    except (MCPError, ValidationError):
        return None
    return result.action == "accept"


class OpenQuestion:
    """The last question that a call ended with, until it is answered.

    Other calls may come before the answer does. A step that was named is then done as it was approved; a plan made
    from words is gone by then, and is shown again.
    """

    def __init__(self) -> None:
        self._state: str | None = None
        self._call = ""

    def ask(self, params: types.CallToolRequestParams, answer: Answer) -> types.InputRequiredResult:
        """End a call with the question."""
        self._state, self._call = secrets.token_urlsafe(16), _identity(params)
        request = types.ElicitRequest(
            params=types.ElicitRequestFormParams(message=_question(answer), requested_schema=NO_FIELDS)
        )
        return types.InputRequiredResult(input_requests={KEY: request}, request_state=self._state)

    def answer(self, params: types.CallToolRequestParams) -> bool | None:
        """Whether this call brings the user's yes to the question; None where it answers none."""
        if self._state is None or params.request_state != self._state or _identity(params) != self._call:
            return None
        self._state = None
        response = (params.input_responses or {}).get(KEY)
        return isinstance(response, types.ElicitResult) and response.action == "accept"


def _identity(params: types.CallToolRequestParams) -> str:
    return json.dumps([params.name, params.arguments or {}], sort_keys=True)


def _question(answer: Answer) -> str:
    assert answer.question is not None
    return visible(answer.question.question).removesuffix(" (yes / no)")
