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
        ("/sae ./my sae", Step(intent="load_sae", arguments={"sae": "./my sae"})),
        ("/sae", Step(intent="show_context")),
        ("/feature 421", Step(intent="score_feature", arguments={"features": [421]})),
        ("/feature 3 40-42, 7", Step(intent="score_feature", arguments={"features": [3, 40, 41, 42, 7]})),
        ("/feature", Step(intent="score_feature", arguments={"features": []})),
        ("/sweep", Step(intent="sweep_features", arguments={"features": []})),
        ("/sweep 0-2", Step(intent="sweep_features", arguments={"features": [0, 1, 2]})),
        ("/labels my.jsonl", Local("labels", "my.jsonl")),
        ("/quit", Local("quit")),
    ],
)
def test_a_command_is_a_step_or_local(line: str, expected: Step | Local) -> None:
    assert parse(line) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_help_lists_is_understood(command: str) -> None:
    wish = parse(f"{command} {'421' if command in ('/feature', '/sweep') else 'refusal'}")
    if isinstance(wish, Step):
        validated(wish.intent, wish.arguments)


@pytest.mark.parametrize(
    "line", ["/", "/nonsense", "/export 'open", "/feature dog", "/sweep 0-99999999", "/labels"]
)
def test_anything_else_is_a_clear_error(line: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(line)
    assert caught.value.next_step
