"""Reads steps or a question out of a model's answer: its tool calls, else JSON in its text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from agent.endpoint import Reply
from agent.planner.arguments import INTENTS, validated
from agent.planner.llm_tools import NOT_OFFERED
from agent.planner.plan import Step
from agent.toolbox import is_built
from prompts.written_json import first_json

MOST_STEPS = 8
LONGEST_QUESTION = 400


class UnusableError(Exception):
    """An answer that is no plan. The message says why, for the model's second try."""


def steps_or_question(reply: Reply) -> list[Step] | str:
    """The validated steps, or the question, of an answer. Raises UnusableError."""
    if reply.calls:
        return _steps([(call.name, _arguments(call.name, call.arguments)) for call in reply.calls])
    if not reply.text:
        raise UnusableError("it was empty")
    found = first_json(reply.text)
    if found is not None:
        named = list(_named(found))
        if named:
            return _steps(named)
        question = found.get("question") if isinstance(found, dict) else None
        if isinstance(question, str) and question.strip():
            return _question(question)
        raise UnusableError('the JSON holds neither "steps" nor a "question"')
    if "{" in reply.text and ('"intent"' in reply.text or '"steps"' in reply.text):
        raise UnusableError("the JSON in it cannot be read")
    if "?" in reply.text:
        return _question(reply.text)
    raise UnusableError("it called no tool and asked no question")


def _question(text: str) -> str:
    asked = " ".join(text.split())
    if len(asked) > LONGEST_QUESTION:
        raise UnusableError("the question is too long: ask one short question")
    return asked


def _named(found: Any) -> Iterator[tuple[str, Any]]:
    """Intents with their arguments, in the forms that models write them in."""
    if isinstance(found, list):
        for each in found:
            yield from _named(each)
    elif isinstance(found, dict):
        for key in ("steps", "tool_calls"):
            if isinstance(found.get(key), list):
                yield from _named(found[key])
                return
        if isinstance(found.get("function"), dict):
            yield from _named(found["function"])
            return
        name = next(
            (found[key] for key in ("intent", "name", "tool") if isinstance(found.get(key), str)), None
        )
        if name is not None:
            given = found.get("arguments", found.get("parameters", {}))
            yield name, _arguments(name, given) if isinstance(given, str) else given
            yield from _named(found.get("then") or [])


def _arguments(name: str, written: str) -> Any:
    try:
        return json.loads(written or "{}")
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"the arguments of {_shown(name)} are no JSON") from error


def _steps(named: list[tuple[str, Any]]) -> list[Step]:
    if len(named) > MOST_STEPS:
        raise UnusableError(f"it has {len(named)} steps, and at most {MOST_STEPS} are allowed")
    steps = [_step(name, arguments) for name, arguments in named]
    return [step for number, step in enumerate(steps) if step not in steps[:number]]


def _step(name: str, arguments: Any) -> Step:
    if name not in INTENTS or name in NOT_OFFERED or not is_built(name):
        raise UnusableError(f"there is no tool {_shown(name)}")
    if not isinstance(arguments, Mapping):
        raise UnusableError(f"the arguments of {name} are no JSON object")
    try:
        checked = validated(name, _without_nulls(arguments))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnusableError(f"{name}: {where}: {first['msg']}") from error
    return Step(intent=name, arguments=checked.model_dump(mode="json"))


def _without_nulls(value: Any) -> Any:
    """What was not said is left out, whether as null or as empty text."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None and each != ""}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _shown(name: str) -> JsonValue:
    return repr(name[:60])
