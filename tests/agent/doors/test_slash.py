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
        (
            "/export thread html",
            Step(intent="export", arguments={"format": "html", "path": None, "what": "thread"}),
        ),
        ("/card c-12", Local("card", "c-12")),
        ("/rejected", Step(intent="drill_down", arguments={"capability": None, "rejected": True})),
        ("/sae ./my sae", Step(intent="load_sae", arguments={"sae": "./my sae"})),
        ("/sae", Step(intent="show_context")),
        ("/feature 421", Step(intent="score_feature", arguments={"features": [421]})),
        ("/feature 3 40-42, 7", Step(intent="score_feature", arguments={"features": [3, 40, 41, 42, 7]})),
        ("/feature", Step(intent="score_feature", arguments={"features": []})),
        ("/sweep", Step(intent="sweep_features", arguments={"features": []})),
        ("/sweep 0-2", Step(intent="sweep_features", arguments={"features": [0, 1, 2]})),
        ("/filter", Step(intent="filter_features", arguments={"features": [], "keep": False})),
        (
            "/filter 12 40-42",
            Step(intent="filter_features", arguments={"features": [12, 40, 41, 42], "keep": False}),
        ),
        ("/filter keep 12", Step(intent="filter_features", arguments={"features": [12], "keep": True})),
        ("/filter clear", Step(intent="filter_features", arguments={"features": [], "keep": True})),
        ("/labels my.jsonl", Local("labels", "my.jsonl")),
        ("/edit berlin.safetensors", Step(intent="load_edit", arguments={"path": "berlin.safetensors"})),
        (
            "/edit 'Eiffel Tower' 'The {} is located in' Berlin",
            Step(
                intent="edit_fact",
                arguments={"subject": "Eiffel Tower", "prompt": "The {} is located in", "target": "Berlin"},
            ),
        ),
        ("/undo", Step(intent="rollback_edit", arguments={"all": False})),
        ("/undo all", Step(intent="rollback_edit", arguments={"all": True})),
        ("/edits", Local("edits")),
        ("/probes RippleBench", Local("probes", "RippleBench")),
        ("/quit", Local("quit")),
    ],
)
def test_a_command_is_a_step_or_local(line: str, expected: Step | Local) -> None:
    assert parse(line) == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_help_lists_is_understood(command: str) -> None:
    words = {"/feature": "421", "/sweep": "421", "/filter": "421", "/undo": "all", "/step": "300"}
    wish = parse(f"{command} {words.get(command, 'refusal')}")
    if isinstance(wish, Step):
        validated(wish.intent, wish.arguments)


@pytest.mark.parametrize(
    "line",
    [
        "/",
        "/nonsense",
        "/export 'open",
        "/feature dog",
        "/sweep 0-99999999",
        "/labels",
        "/edit",
        "/edit a b",
        "/undo it",
    ],
)
def test_anything_else_is_a_clear_error(line: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(line)
    assert caught.value.next_step
