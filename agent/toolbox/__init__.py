"""What a plan's step can do: one module for each intent, named after it.

Contract of a module here (checked by `tools.registry`):

- its docstring's first line says what it does (shown by `/help`);
- `run(arguments, bench, report) -> Iterator[Event]`: does it, with arguments of the intent's class in
  `agent.planner.arguments`. Raises `UserError` for what the user can put right, lets `Stopped` through;
- optional `seconds(arguments, bench, report) -> float`: how long `run` is expected to take;
- optional `CHANGES_WEIGHTS = True`: never runs without a yes.

An intent that has no module is not built yet, and the answer says so.
"""

from types import ModuleType

from agent.planner.arguments import COMMANDS, INTENTS
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
