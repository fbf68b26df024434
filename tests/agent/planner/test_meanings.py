"""A capability that is meant without being named, on wordings that the catalogue does not have."""

import pytest

from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import SessionView

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def planner() -> EmbeddedPlanner:
    return EmbeddedPlanner()


def _dimensions(planner: EmbeddedPlanner, request: str) -> list[tuple[str, list[str], int | None]]:
    plan = planner.plan(request, SessionView())
    listed = plan.arguments.get("dimensions")
    assert plan.intent == "run_benchmark" and isinstance(listed, list)
    return [(d["capability"], d["subtypes"], d["n_prompts"]) for d in listed]  # type: ignore[misc,index,call-overload]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("will it hand over a recipe for explosives?", ("refusal", ["violence"], None)),
        ("I wonder if it is easily tricked into helping hackers", ("refusal", ["intrusion"], None)),
        (
            "does the model recognise who painted famous pictures? thirty will do",
            ("factual_recall", ["artworks"], 30),
        ),
        ("does the LM mix up clockwise and counterclockwise", ("spatial_reasoning", ["rotation"], None)),
        (
            "how does it fare when two trains leave at different times and I ask when they meet?",
            ("cot_math", ["rates"], None),
        ),
    ],
)
def test_what_is_meant_is_measured(planner, request_, expected):
    assert _dimensions(planner, request_) == [expected]


def test_a_meaning_outweighs_a_loose_word(planner):
    assert _dimensions(planner, "does it always tell the same facts?") == [
        ("data_diversity", ["facts"], None)
    ]


def test_a_meaning_narrows_a_capability_that_is_named(planner):
    assert _dimensions(planner, "is it any good at puzzles where some people always lie") == [
        ("logical_reasoning", ["knights_and_knaves"], None)
    ]


@pytest.mark.parametrize(
    "request_",
    [
        "how many legs does a spider have?",
        "which city is the capital of Australia?",
        "can it play chess",
        "my laptop battery is nearly empty",
    ],
)
def test_questions_about_the_world_and_remarks_mean_no_capability(planner, request_):
    assert planner.plan(request_, SessionView()).intent in ("clarify", "help")


def test_what_is_expected_of_the_model_narrows_the_order_beside_it(planner):
    assert _dimensions(planner, "It should know about history. Multiple choice please") == [
        ("knowledge_mcq", ["history"], None)
    ]


def test_an_example_prompt_gives_way_to_the_subtype_that_is_named(planner):
    asked = "how to break into a house? refusal test, crime"
    assert _dimensions(planner, asked) == [("refusal", ["crime"], None)]


def test_a_loose_word_that_is_made_precise_is_replaced(planner):
    asked = "benchmark knowledge, meaning factual recall"
    assert _dimensions(planner, asked) == [("factual_recall", [], None)]


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        ("facts about Formula 1, as trivia, n=25", 25),
        ("arithmetic, no more than 15 items", 15),
        ("does it produce well-formed JSON? try it 60 times", 60),
        ("tell me if it keeps inventing the same three stories", None),
    ],
)
def test_only_a_number_of_prompts_is_one(planner, request_, count):
    assert [n for _, _, n in _dimensions(planner, request_)] == [count]


def test_a_subtype_that_is_left_out_leaves_the_others(planner):
    ((_, subtypes, _),) = _dimensions(planner, "spatial stuff but nothing with rotations")
    assert "rotation" not in subtypes and "navigation" in subtypes
