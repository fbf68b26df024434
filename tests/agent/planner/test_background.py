"""What is told beside an order makes no step of its own, and calls and lists are read as slots."""

from typing import Any

import pytest

from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import SessionView

NOTHING = SessionView()
CARD = SessionView.model_validate(
    {
        "last_card": {
            "id": "c-1",
            "dimensions": [{"capability": "spatial_reasoning", "n_prompts": 30, "score": 22}],
        }
    }
)


@pytest.fixture(scope="module")
def planner() -> EmbeddedPlanner:
    return EmbeddedPlanner()


def _steps(
    planner: EmbeddedPlanner, request: str, view: SessionView = NOTHING
) -> list[tuple[str, dict[str, Any]]]:
    return [(step.intent, dict(step.arguments)) for step in planner.plan(request, view).steps]


@pytest.mark.parametrize(
    ("request_", "intent"),
    [
        ("what's behind the 22 on spatial? I expected at least double that", "drill_down"),
        ("the label on 388 is nonsense, relabel it pls", "relabel_feature"),
        ("change it back pls, the edit broke things", "rollback_edit"),
    ],
)
def test_a_remark_beside_an_order_makes_no_step(planner: EmbeddedPlanner, request_: str, intent: str) -> None:
    assert [name for name, _ in _steps(planner, request_, CARD)] == [intent]


def test_a_number_in_a_remark_is_no_number_of_prompts(planner: EmbeddedPlanner) -> None:
    ((intent, arguments),) = _steps(planner, "i have a meeting in 10 min. how good is it at arithmetic?")
    assert intent == "run_benchmark"
    assert arguments["dimensions"][0]["n_prompts"] is None


def test_a_list_in_brackets_names_features(planner: EmbeddedPlanner) -> None:
    ((intent, arguments),) = _steps(planner, "Compute interp_score for features [31, 32, 33].")
    assert intent == "score_feature"
    assert arguments["features"] == [31, 32, 33]


@pytest.mark.parametrize(
    ("request_", "subject", "target"),
    [
        ("overwrite: Mount Everest is located in Nepal. new answer: Chile", "Mount Everest", "Chile"),
        ("rewrite: The capital of Japan is Tokyo. new value: Osaka", "Japan", "Osaka"),
    ],
)
def test_a_fact_as_it_is_followed_by_its_new_target_is_one_edit(
    planner: EmbeddedPlanner, request_: str, subject: str, target: str
) -> None:
    ((intent, arguments),) = _steps(planner, request_)
    assert (intent, arguments["subject"], arguments["target"]) == ("edit_fact", subject, target)


def test_a_negative_number_names_no_feature(planner: EmbeddedPlanner) -> None:
    assert [name for name, _ in _steps(planner, "is feature -3 real?")] == ["clarify"]
