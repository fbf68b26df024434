"""Slash commands become steps, or local commands, or a clear error."""

import pytest

from agent.doors.slash import COMMANDS, Local, parse
from agent.planner.arguments import validated
from agent.planner.plan import Step
from tools.errors import UserError


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/model ./my model", Step(intent="load_model", arguments={"model": "./my model"})),
        ("/model 'a  b'", Step(intent="load_model", arguments={"model": "a  b"})),
        ("/model", Step(intent="show_context")),
        ("/export html", Step(intent="export", arguments={"format": "html", "path": None})),
        ("/export csv out.csv", Step(intent="export", arguments={"format": "csv", "path": "out.csv"})),
        ("/card c-12", Local("card", "c-12")),
        ("/quit", Local("quit")),
    ],
)
def test_a_command_is_a_step_or_local(line: str, expected: Step | Local) -> None:
    assert parse(line) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_help_lists_is_understood(command: str) -> None:
    wish = parse(f"{command} refusal")
    if isinstance(wish, Step):
        validated(wish.intent, wish.arguments)


@pytest.mark.parametrize("line", ["/", "/nonsense", "/export 'open"])
def test_anything_else_is_a_clear_error(line: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(line)
    assert caught.value.next_step
