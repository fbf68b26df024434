"""Requests to evaluate the edits of a file: which file, and how many of its records."""

import pytest

from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import SessionView

PLANNER = EmbeddedPlanner()


@pytest.mark.parametrize(
    ("request_", "path", "limit"),
    [
        ("evaluate edits in own-facts", "own-facts", None),
        ("evaluate the first 10 edits in own facts", "own-facts", 10),
        ("evaluate edits in /data/counterfact_400.json", "/data/counterfact_400.json", None),
        ("evaluate the first 100 edits in /data/counterfact_400.json", "/data/counterfact_400.json", 100),
        ("evaluate the first fifty edits in counterfact.jsonl", "counterfact.jsonl", 50),
        ("evaluate edits in zsre_mend_eval.json", "zsre_mend_eval.json", None),
    ],
)
def test_the_file_and_the_number_of_records_are_found(request_: str, path: str, limit: int | None) -> None:
    plan = PLANNER.plan(request_, SessionView(context="model_inspection", model="embedded"))
    assert plan.intent == "run_edit_benchmarks"
    assert (plan.arguments.get("path"), plan.arguments.get("limit")) == (path, limit)
    assert plan.arguments["benchmarks"] == []


def test_the_last_edit_has_no_file() -> None:
    plan = PLANNER.plan("how good was that edit?", SessionView(context="model_inspection", model="embedded"))
    assert {name: value for name, value in plan.arguments.items() if value} == {}
