"""What a plan's step can do: one module for each intent, named after it.

Contract of a module here (checked by `tools.registry`):

- its docstring's first line says what it does (shown by `/help`);
- `run(arguments, bench, report) -> Iterator[Event]`: does it, with arguments of the intent's class in
  `agent.planner.arguments`. Raises `UserError` for what the user can put right, lets `Stopped` through;
- optional `seconds(arguments, bench, report) -> float`: how long `run` is expected to take;
- optional `CHANGES_WEIGHTS = True`: never runs without a yes.

An intent that has no module is not built yet, and the answer says so.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from agent.planner.arguments import COMMANDS, INTENTS, validated
from agent.planner.plan import Step
from tools.errors import UserError
from tools.registry import load, names

CONTRACT = ("run",)


def is_built(intent: str) -> bool:
    """Whether there is a module behind an intent."""
    return intent in names(__name__)


def tool(intent: str) -> ModuleType:
    """The module behind an intent. Raises UserError for an intent that is not built yet, KeyError for no intent."""
    if intent not in INTENTS | COMMANDS:
        raise KeyError(intent)
    if not is_built(intent):
        raise UserError(
            f"I understood this as {intent!r}, which is not built yet.",
            f"What works so far: {', '.join(names(__name__))}.",
        )
    return load(__name__, intent, CONTRACT).module


def step_of(intent: str, arguments: Mapping[str, Any]) -> Step:
    """A step that a program names, checked. Raises UserError for an intent or arguments that are not there."""
    if intent not in INTENTS | COMMANDS or not is_built(intent):
        raise UserError(f"There is no tool {intent!r}.", f"There are: {', '.join(names(__name__))}.")
    try:
        arguments = validated(intent, dict(arguments)).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        known = ", ".join((INTENTS | COMMANDS)[intent].model_fields) or "none"
        raise UserError(
            f"{intent} cannot take these arguments: {where or 'they'}: {first['msg']}.",
            f"Its arguments are: {known}.",
        ) from error
    return Step(intent=intent, arguments=arguments)
