"""The tools that other agents are offered over MCP: the intents of the toolbox, with their schemas and docstrings."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

import mcp_types as types
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, ValidationError

from agent.planner.llm_tools import offered_tools
from agent.planner.plan import Step
from agent.toolbox import step_of, tool
from tools.errors import UserError

APPROVE = {
    "type": "boolean",
    "default": False,
    "description": (
        "Go ahead with a change of weights, or with work of more than two minutes. Without it, your user is asked "
        "where the client can ask them (elicitation); else such a call answers with what it would do and how long "
        "that takes, and changes nothing."
    ),
}


Checked = TypeVar("Checked", bound=BaseModel)


class Ask(BaseModel):
    """A request in words, as a person would say it; follow-ups are understood from the cards of this session."""

    model_config = ConfigDict(extra="forbid")

    request: str = Field(min_length=1, max_length=20_000)
    approve: StrictBool = Field(
        default=False,
        description=(
            "Go ahead with the plan that this very request was answered with just before. A plan that was not shown "
            "is never approved."
        ),
    )


class GetCard(BaseModel):
    """A stored card whole, with every case; answers of the other tools leave out what is too much."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(
        default="last",
        description="Its id, the beginning of one, or `last`: the newest of this session, or of all before it began.",
        max_length=64,
    )


class Wish(NamedTuple):
    """What a call asks of the conversation."""

    what: str | Step
    approve: bool


class Reply(BaseModel):
    """What every tool but get_card answers."""

    session: str
    plan: dict[str, JsonValue] | None = Field(description="How a request in words was understood.")
    text: str
    cards: list[dict[str, JsonValue]] = Field(
        description="Scores are on 0 to 100. `left_out` counts what is missing here; get_card has it."
    )
    question: str | None = Field(description="What has to be answered or approved first; nothing was done.")
    needs_approval: bool
    error: dict[str, str] | None = Field(description="`message` and `next_step`.")


def offered() -> list[types.Tool]:
    """All tools, in the order of the catalogue. Nothing heavy is imported."""
    return [
        types.Tool(
            name="ask",
            title="Ask in words",
            description=_doc(Ask),
            input_schema=_schema(Ask),
            output_schema=_schema(Reply),
        ),
        *(_of_intent(each.name, each.description, each.parameters) for each in offered_tools()),
        types.Tool(
            name="get_card",
            title="Get a card",
            description=_doc(GetCard),
            input_schema=_schema(GetCard),
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        ),
    ]


def wish_of(name: str, arguments: dict[str, Any]) -> Wish:
    """What a call of any tool but get_card asks for, checked. Raises UserError."""
    if name == "ask":
        asked = checked(Ask, arguments)
        return Wish(asked.request, asked.approve)
    others, approve = dict(arguments), False
    if may_need_approval(tool(name)):
        approve = others.pop("approve", False)
        if not isinstance(approve, bool):
            raise UserError("approve is neither true nor false.", "Pass approve: true to go ahead.")
    return Wish(step_of(name, others), approve)


def checked(kind: type[Checked], arguments: dict[str, Any]) -> Checked:
    """Arguments of a tool that is no intent. Raises UserError."""
    try:
        return kind.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"{where}: {first['msg']}.", f"The arguments are: {', '.join(kind.model_fields)}."
        ) from error


def may_need_approval(module: ModuleType) -> bool:
    """Whether a tool changes weights, or can take long."""
    return getattr(module, "CHANGES_WEIGHTS", False) or hasattr(module, "seconds")


def _of_intent(name: str, description: str, parameters: Mapping[str, Any]) -> types.Tool:
    module = tool(name)
    schema = dict(parameters)
    if may_need_approval(module):
        schema["properties"] = {**schema["properties"], "approve": APPROVE}
    return types.Tool(
        name=name,
        title=name.replace("_", " ").capitalize(),
        description=description,
        input_schema=schema,
        output_schema=_schema(Reply),
        annotations=types.ToolAnnotations(destructive_hint=getattr(module, "CHANGES_WEIGHTS", False)),
    )


def _schema(kind: type[BaseModel]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    schema.pop("description", None)  # it stands in the tool's own
    return schema


def _doc(kind: type[BaseModel]) -> str:
    return " ".join((kind.__doc__ or "").split())
