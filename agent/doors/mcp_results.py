"""Answers as MCP results: Markdown to read, JSON to work with, both within what a model's context can hold."""

import json
from typing import Any

import mcp_types as types

from agent.answer import Answer, in_json
from agent.doors.mcp_approval import needs_approval
from agent.doors.mcp_tools import Reply
from sessions.card import Card
from sessions.export import render_card
from sessions.visible import visible
from tools.errors import UserError

CARD_SCHEME = "card://"
LARGEST_CARD = 20_000
"""Characters of a card's JSON."""
LONGEST_TEXT = 20_000
LIMITS = ((50, 100, 4_000), (50, 10, 1_000), (50, 3, 400), (50, 0, 400), (10, 0, 200), (0, 0, 100))
"""Items of a list at the top, items of a list within, characters of a text: tried in turn until a card fits."""


def result_of(answer: Answer, name: str, session_id: str) -> types.CallToolResult:
    """The answer of a tool. A question is no error: nothing was done, and it says how to go on."""
    question = None if answer.question is None else answer.question.question
    waits = needs_approval(answer)
    reply = Reply(
        session=session_id,
        plan=None if answer.plan is None else answer.plan.model_dump(mode="json"),
        text=answer.text,
        cards=[shortened(card) for card in answer.cards],
        question=question,
        needs_approval=waits,
        error=None if answer.error is None else in_json(answer.error),
    )
    parts = [answer.text, *(render_card(card, "markdown").decode() for card in answer.cards)]
    if question is not None:
        parts.append(question)
    if waits:
        parts.append(f"Nothing was done. To go ahead, call {name} again as before with approve: true.")
    if answer.error is not None:
        parts.append(str(answer.error))
    links = [
        types.ResourceLink(
            uri=f"{CARD_SCHEME}{card.id}", name=card.id, description=f"The whole {card.kind} card"
        )
        for card in answer.cards
    ]
    return types.CallToolResult(
        content=[types.TextContent(text=_cut("\n\n".join(part for part in parts if part))), *links],
        structured_content=reply.model_dump(mode="json"),
        is_error=answer.error is not None,
    )


def failure(error: UserError) -> types.CallToolResult:
    """A call that was wrong from the start: what happened and what to do about it."""
    return types.CallToolResult(
        content=[types.TextContent(text=visible(str(error)))],
        structured_content={"error": in_json(error)},
        is_error=True,
    )


def whole_card(card: Card) -> types.CallToolResult:
    """A card with everything that it holds."""
    return types.CallToolResult(
        content=[types.TextContent(text=card.model_dump_json())],
        structured_content=card.model_dump(mode="json"),
    )


def shortened(card: Card) -> dict[str, Any]:
    """A card's JSON with long lists and texts cut until it fits; `left_out` says how many items of which list."""
    whole = card.model_dump(mode="json")
    short = whole
    for limits in LIMITS:
        if len(json.dumps(short, ensure_ascii=False)) <= LARGEST_CARD:
            break
        left_out: dict[str, int] = {}
        short = {key: _shortened(value, key, limits, left_out) for key, value in whole.items()}
        short["left_out"] = left_out
    return short


def _shortened(value: Any, where: str, limits: tuple[int, int, int], left_out: dict[str, int]) -> Any:
    at_top, within, characters = limits
    if isinstance(value, str):
        return value if len(value) <= characters else f"{value[:characters]}…"
    if isinstance(value, dict):
        return {
            key: _shortened(item, f"{where}.{key}", (within, within, characters), left_out)
            for key, item in value.items()
        }
    if isinstance(value, list):
        if len(value) > at_top:
            left_out[where] = len(value) - at_top
        return [
            _shortened(item, f"{where}.{index}", (within, within, characters), left_out)
            for index, item in enumerate(value[:at_top])
        ]
    return value


def _cut(text: str) -> str:
    text = visible(text)
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\n\n(cut here; get_card has the rest)"
