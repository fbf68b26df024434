"""The intents as tools for a language model, with schemas generated from their own classes and docstrings."""

import inspect
from functools import cache
from typing import Any

from pydantic import JsonValue

from agent.endpoint import Tool
from agent.planner.arguments import INTENTS, Nothing
from agent.toolbox import CONTRACT, is_built
from prompts.capabilities import CONTRACT as CAPABILITY
from tools.registry import load, load_all

NOT_OFFERED = frozenset({"clarify"})
"""A question is plain text."""


@cache
def offered_tools() -> tuple[Tool, ...]:
    """Every intent that is built, as a tool: what its module does, what its arguments mean, their schema."""
    return tuple(
        Tool(intent, _description(intent), schema_of(intent))
        for intent in INTENTS
        if intent not in NOT_OFFERED and is_built(intent)
    )


def schema_of(intent: str) -> dict[str, JsonValue]:
    """JSON schema of an intent's arguments, without references, which not every server resolves."""
    schema = INTENTS[intent].model_json_schema()
    definitions = schema.pop("$defs", {})
    plain = _plain(schema, definitions)
    assert isinstance(plain, dict)
    plain.pop("description", None)  # stands beside the schema
    return plain


def plan_in_text() -> dict[str, JsonValue]:
    """JSON schema of a plan or a question, for servers that call no tools and can keep to a schema."""
    step: dict[str, JsonValue] = {
        "type": "object",
        "properties": {
            "intent": {"enum": [tool.name for tool in offered_tools()]},
            "arguments": {"type": "object"},
        },
        "required": ["intent", "arguments"],
    }
    steps: dict[str, JsonValue] = {"type": "array", "items": step, "minItems": 1}
    return {
        "anyOf": [
            {"type": "object", "properties": {"steps": steps}, "required": ["steps"]},
            {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"]},
        ]
    }


def capability_lines() -> str:
    """Each capability with its default method and sub-types, a line each."""
    return "\n".join(
        f"- {entry.name} ({entry.module.SCORING}): {', '.join(entry.module.SUBTYPES)}"
        for entry in load_all("prompts.capabilities", CAPABILITY).values()
    )


def _description(intent: str) -> str:
    module = load("agent.toolbox", intent, CONTRACT).module
    first = inspect.getdoc(module) or ""
    arguments = INTENTS[intent]
    meant = "" if arguments is Nothing else inspect.getdoc(arguments) or ""
    return " ".join(f"{first.splitlines()[0]} {' '.join(meant.split())}".split())


def _plain(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its definitions in their places, and without the titles and nulls that pydantic adds."""
    if isinstance(schema, list):
        return [_plain(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if set(schema) >= {"properties"}:
        properties = {name: _plain(each, definitions) for name, each in schema["properties"].items()}
        kept = {key: value for key, value in schema.items() if key not in ("title", "properties")}
        return kept | {"properties": properties}
    variants = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(variants) == 1:  # what may be null may be left out
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "title", "default")}
        return _plain(variants[0] | rest, definitions)
    return {
        key: _plain(value, definitions) for key, value in schema.items() if key not in ("title", "default")
    }
