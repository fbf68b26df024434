"""Slash commands: what is quicker typed than said. Each stands for a step of a plan, or for the door itself."""

import shlex
from dataclasses import dataclass

from agent.planner.plan import Step
from tools.errors import UserError


@dataclass(frozen=True)
class Local:
    """A command that the door answers by itself from what is stored."""

    name: str
    argument: str | None = None


COMMANDS: dict[str, str] = {
    "/bench": "measure capabilities: /bench cot_math refusal",
    "/model": "load another model: /model FOLDER, HUB-ID or FILE.gguf",
    "/card": "show the last card, or the one named",
    "/worst": "the worst cases of the last card",
    "/cards": "list the cards of this session",
    "/context": "what is loaded",
    "/export": "write the last card: /export json|csv|markdown [FILE]",
    "/explain": "what a measure means: /explain partial_credit",
    "/help": "what can be asked",
    "/quit": "leave (the session can be resumed)",
}


def parse(line: str) -> Step | Local:
    """The step or local command that a line beginning with a slash stands for. Raises UserError."""
    try:
        name, *words = shlex.split(line)
    except ValueError as error:
        raise UserError(f"The quotes in this command do not match: {error}.", "Close them.") from error
    rest = " ".join(words)
    match name:
        case "/bench":
            return Step(
                intent="run_benchmark", arguments={"dimensions": [{"capability": word} for word in words]}
            )
        case "/model" if rest:
            return Step(intent="load_model", arguments={"model": rest})
        case "/cards":
            return Step(intent="list_cards")
        case "/context" | "/model":
            return Step(intent="show_context")
        case "/export":
            return Step(
                intent="export",
                arguments={
                    "format": words[0] if words else None,
                    "path": words[1] if len(words) > 1 else None,
                },
            )
        case "/explain":
            return Step(intent="explain", arguments={"topic": rest})
        case "/help":
            return Step(intent="help")
        case "/card" | "/worst":
            return Local(name.removeprefix("/"), rest or None)
        case "/quit" | "/exit" | "/q":
            return Local("quit")
    raise UserError(f"There is no command {name!r}.", f"There are: {' '.join(COMMANDS)}.")
