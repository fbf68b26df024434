"""The embedded planner on requests that its author has not seen."""

import json
from pathlib import Path

import pytest

from agent.planner.arguments import validated
from agent.planner.plan import SessionView
from tests.agent.planner.grade import grade_all, read_requests

UNSEEN = read_requests(Path(__file__).with_name("unseen.jsonl"))
LEAST_SHARE_RIGHT = 0.97


@pytest.fixture(scope="module")
def graded():
    from agent.planner.embedded import EmbeddedPlanner

    return grade_all(EmbeddedPlanner(), UNSEEN)


def test_every_line_of_the_file_is_a_distinct_request_with_a_valid_context():
    asked = [(entry["request"], json.dumps(entry["context"])) for entry in UNSEEN]
    assert len(set(asked)) == len(asked) >= 200
    for entry in UNSEEN:
        SessionView.model_validate(entry["context"] or {})


def test_most_unseen_requests_are_planned_right(graded, capsys):
    failures = [f"{entry['request']!r}: {'; '.join(wrong)}" for entry, _, wrong in graded if wrong]
    share = 1 - len(failures) / len(graded)
    with capsys.disabled():
        print(f"\nunseen requests planned right: {share:.1%} of {len(graded)}")
    assert share >= LEAST_SHARE_RIGHT, "\n".join(failures)


def test_the_arguments_of_every_step_of_every_plan_validate(graded):
    for _, plan, _ in graded:
        for step in [plan, *plan["then"]]:
            validated(step["intent"], step["arguments"])


def test_no_edit_is_planned_where_none_was_expected(graded):
    guessed = [
        entry["request"]
        for entry, plan, _ in graded
        if "edit_fact" in {step["intent"] for step in [plan, *plan["then"]]}
        and "edit_fact" not in json.dumps(entry["expect"])
    ]
    assert guessed == []
