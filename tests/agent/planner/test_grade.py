"""The grader itself, on small plans made by hand."""

import pytest

from tests.agent.planner.grade import grade, matches


def plan(intent, question=None, then=(), **arguments):
    return {"intent": intent, "arguments": arguments, "question": question, "then": list(then)}


ARITHMETIC = {"capability": "arithmetic", "n_prompts": 20}
CODING = {"capability": "code_generation", "n_prompts": 5}


def test_a_plan_with_the_expected_intent_and_arguments_is_right():
    expect = {"intent": "score_feature", "arguments": {"features": [421], "scores": ["mui"]}}
    assert grade(plan("score_feature", features=[421], scores=["mui"]), expect) == []


def test_a_wrong_intent_is_named_with_the_right_one():
    assert grade(plan("help"), {"intent": ["export", "list_cards"]}) == [
        "intent 'help', not export or list_cards"
    ]


def test_any_of_several_intents_is_accepted():
    assert grade(plan("help"), {"intent": ["clarify", "help"]}) == []


def test_clarify_must_ask_something():
    assert grade(plan("clarify"), {"intent": "clarify"}) == ["clarify without a question"]
    assert grade(plan("clarify", question="Which one?"), {"intent": "clarify"}) == []


def test_dimensions_are_a_set_compared_by_the_given_keys():
    expect = {
        "intent": "run_benchmark",
        "arguments": {"dimensions": [ARITHMETIC, {"capability": "code_generation"}]},
    }
    assert grade(plan("run_benchmark", dimensions=[CODING, ARITHMETIC]), expect) == []
    assert grade(plan("run_benchmark", dimensions=[ARITHMETIC]), expect)
    assert grade(plan("run_benchmark", dimensions=[ARITHMETIC, CODING, {"capability": "refusal"}]), expect)
    assert grade(plan("run_benchmark", dimensions=[CODING, {**ARITHMETIC, "n_prompts": 21}]), expect)


def test_an_argument_that_was_left_out_counts_as_null():
    expect = {
        "intent": "run_benchmark",
        "arguments": {"dimensions": [{"capability": "refusal", "n_prompts": None}]},
    }
    assert grade(plan("run_benchmark", dimensions=[{"capability": "refusal"}]), expect) == []
    assert grade(plan("run_benchmark", dimensions=[{"capability": "refusal", "n_prompts": 2}]), expect)


def test_arguments_that_the_contract_refuses_are_wrong():
    (mismatch,) = grade(plan("export", colour="red"), {"intent": "export"})
    assert mismatch.startswith("arguments of export are not valid")


def test_further_steps_must_come_in_order_and_in_number():
    then = [
        {"intent": "run_edit_benchmarks", "arguments": {}},
        {"intent": "export", "arguments": {"format": "html"}},
    ]
    made = plan("rollback_edit", then=then)
    assert grade(made, {"intent": "rollback_edit", "then": then}) == []
    assert grade(made, {"intent": "rollback_edit"})
    assert grade(made, {"intent": "rollback_edit", "then": then[:1]})
    assert grade(made, {"intent": "rollback_edit", "then": then[::-1]})


def test_a_whole_expectation_may_be_any_of_several():
    expect = {"any_of": [{"intent": "clarify"}, {"intent": "compare", "arguments": {"steps": [800]}}]}
    assert grade(plan("compare", steps=[800]), expect) == []
    assert grade(plan("compare", steps=[400]), expect)


@pytest.mark.parametrize(
    ("actual", "expected", "right"),
    [
        ("Berlin", "Berlin", True),
        (" Berlin", "Berlin", True),
        ("berlin", "Berlin", False),
        ("The Eiffel Tower", {"contains": "eiffel tower"}, True),
        ("partial_credit", {"contains": "partial credit"}, True),
        (["to_french", "to_german"], {"contains": "french"}, True),
        (["to_french", "to_german"], {"contains": ["french", "german"]}, True),
        (["to_french"], {"contains": ["french", "german"]}, False),
        (None, {"contains": "french"}, False),
        ("{} is in", {"contains": "{}", "excludes": "Berlin"}, True),
        ("{} is in Berlin", {"contains": "{}", "excludes": "Berlin"}, False),
        ("md", {"any_of": ["markdown", "md"]}, True),
        ("MMLU", {"any_of": [{"contains": "mmlu"}, {"contains": "arc"}]}, True),
        ([], None, True),
        (None, [], True),
        ([3, 1, 2], [1, 2, 3], True),
        ([1, 2, 2], [1, 2], False),
        (["gpt2", "pythia-70m"], [{"contains": "pythia"}, {"contains": "gpt2"}], True),
        (1, True, False),
        (12, 12, True),
    ],
)
def test_values_match(actual, expected, right):
    assert matches(actual, expected) is right
