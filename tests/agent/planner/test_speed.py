"""A request is answered fast, also one that is written to take long."""

import time

import pytest

from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import Plan, SessionView

MOST_SECONDS = 1.0
"""CPU time; on an idle machine it is under 0.3 s."""
HOSTILE = [
    "a, " * 100,
    "no wait i mean 5 " * 87,
    "logic - sorry, I meant maths",
    "make the model believe",
    "logic, " * 200,
    "logic and " * 140,
    "yes/no " * 200,
    "a-" * 700,
    "1 2 3 4 5 " * 140,
    "features 1 2 3 4 5 6 7 8 9 " * 50,
    "the Louvre is in Rome, " * 13,
    "make the model think that " * 11,
    "sorry, I meant - " * 17,
    "c'est la vie " * 100,
    "请测试模型的数学能力，" * 130,
    "请让" * 140,
    "让模型认为法国的首都是" * 25,
    "人工智能的发展正在改变我们的生活方式。因此，研究人员正在努力改进模型的可靠性和安全性。" * 30,
    "モデル" * 400,
    "модель " * 200,
]


@pytest.fixture(scope="module")
def planner() -> EmbeddedPlanner:
    planner = EmbeddedPlanner()
    for request in (
        "how good is it at logic?",
        "Wie gut ist das Modell?",
        "make the model think Rome is in Peru",
    ):
        planner.plan(request, SessionView())
    return planner


def _timed(planner: EmbeddedPlanner, request: str) -> tuple[Plan, float]:
    began = time.process_time()
    plan = planner.plan(request, SessionView())
    return plan, time.process_time() - began


@pytest.mark.embedded
@pytest.mark.parametrize("request_text", HOSTILE, ids=lambda text: text[:24])
def test_a_hostile_request_is_answered_within_a_second(planner, request_text):
    assert len(request_text) < 1_500
    _, seconds = _timed(planner, request_text)
    assert seconds < MOST_SECONDS


@pytest.mark.embedded
@pytest.mark.parametrize("request_text", ["logic and " * 140, "no wait i mean 5 " * 87, "undo " * 200])
def test_a_text_that_says_the_same_again_and_again_is_asked_about(planner, request_text):
    assert planner.plan(request_text, SessionView()).intent == "clarify"
