"""Worked steps are followed by exact arithmetic."""

from fractions import Fraction

import pytest

from prompts.worked_steps import fault_in_steps, number, value_of

TRAIN = "A train covers 240 km in 4 hours. Another is 20 km/h faster. How long does it need for 400 km?"
# 240 / 4 = 60; 60 + 20 = 80; 400 / 80 = 5.
STEPS = [("240 / 4", "60"), ("60 + 20", "80"), ("400 / 80", "5")]


def test_steps_that_lead_from_the_prompt_to_the_answer_hold() -> None:
    assert fault_in_steps(TRAIN, STEPS, "5") is None


@pytest.mark.parametrize(
    ("steps", "answer", "fault"),
    [
        ([], "5", "a number is asked for and no step is shown"),
        ([("240 / 4", "61"), *STEPS[1:]], "5", "a step's result is wrong"),
        ([("240 / 4", "60"), ("60 + 17", "77")], "77", "a step uses a number that is not in the prompt"),
        (STEPS, "6", "the last step is not the answer"),
        ([("__import__('os')", "1")], "1", "a step is no plain arithmetic"),
    ],
)
def test_steps_that_do_not_are_refused_with_the_reason(
    steps: list[tuple[str, str]], answer: str, fault: str
) -> None:
    assert fault_in_steps(TRAIN, steps, answer) == fault


def test_a_rounded_result_counts_to_its_decimals() -> None:
    # 100 / 3 = 33.333...: 33.3 is right to its decimal, 33.4 is not.
    assert fault_in_steps("100 parts of 3", [("100 / 3", "33.3")], "33.3") is None
    assert fault_in_steps("100 parts of 3", [("100 / 3", "33.4")], "33.4") == "a step's result is wrong"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * 4", Fraction(14)),
        ("(1/3 + 1/6) × 12", Fraction(6)),
        ("1,200 ÷ 0.5", Fraction(2400)),
        ("-2^2", Fraction(-4)),
        ("6 * 7 = 42", Fraction(42)),
        ("1 / 0", None),
        ("9**9**9**9", None),
        ("(((((9**6)**6)**6)**6)**6)**6", None),
        ("a + 1", None),
        ("(" * 150 + "1" + ")" * 150, None),
    ],
)
def test_plain_arithmetic_has_an_exact_value_and_all_else_none(
    expression: str, value: Fraction | None
) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,200", 1200), ("-3/4", Fraction(-3, 4)), ("$18", 18), ("20%", 20), ("1/0", None), ("five", None)],
)
def test_numbers_are_read_as_they_are_written(text: str, value: Fraction | int | None) -> None:
    assert number(text) == value
