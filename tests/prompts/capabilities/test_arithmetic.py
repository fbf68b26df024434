"""Arithmetic: every answer is calculated a second time, by sympy."""

import random
import re

import pytest
from sympy import Rational, sympify

from prompts.capabilities import arithmetic
from prompts.suite import write_suite
from tools.answer_equality import judge
from tools.answers import find_final_answer

CASES = arithmetic.generate(360, 3, (), None)


def expression_of(prompt: str) -> str:
    found = re.match(r"Calculate (.+?)\. End with", prompt)
    assert found
    return found[1]


def test_every_target_is_the_value_that_sympy_finds() -> None:
    for case in CASES:
        assert case.target is not None
        assert sympify(expression_of(case.prompt), rational=True) == Rational(case.target), case.prompt


def test_the_steps_of_an_expression_follow_the_order_of_operations() -> None:
    # (8 - 2) = 6, then 6 * 3 = 18, then 4 * 5 = 20, then 18 + 20 = 38.
    assert arithmetic.evaluation_steps("(8 - 2) * 3 + 4 * 5") == [6, 18, 20, 38]
    # Left to right: 20 - 5 = 15, 15 - 3 = 12.
    assert arithmetic.evaluation_steps("20 - 5 - 3") == [15, 12]


def test_fraction_steps_are_the_parts_over_their_common_denominator() -> None:
    for case in CASES:
        if case.subtype == "fractions" and case.difficulty == "medium":
            parts = [Rational(part) for part in re.split(r" [+-] ", expression_of(case.prompt))]
            assert {Rational(step) for step in case.intermediates} <= set(parts)
            assert len({step.split("/")[1] for step in case.intermediates}) == 1


def test_no_operand_is_the_answer_and_answers_are_positive() -> None:
    for case in CASES:
        assert case.target is not None
        assert case.target not in re.findall(r"[\d/]+", expression_of(case.prompt))
        assert Rational(case.target) > 0


def test_a_right_answer_in_the_asked_form_is_scored_as_right() -> None:
    for case in CASES[:60]:
        answer = find_final_answer(f"The answer is {case.target}.", mathematical=True)
        assert answer and case.target and judge(case.target, answer).right


@pytest.mark.parametrize("difficulty", arithmetic.DIFFICULTIES)
@pytest.mark.parametrize("subtype", arithmetic.SUBTYPES)
def test_every_kind_has_a_thousand_different_problems(subtype: str, difficulty: str) -> None:
    suite = write_suite("arithmetic", 1000, subtypes=(subtype,), difficulty=difficulty)  # type: ignore[arg-type]
    assert {(case.subtype, case.difficulty) for case in suite.cases} == {(subtype, difficulty)}


def test_the_same_seed_gives_the_same_cases_whatever_the_global_random_state() -> None:
    random.seed(1)
    first = write_suite("arithmetic", 30, seed=5)
    random.seed(2)
    assert write_suite("arithmetic", 30, seed=5).hash == first.hash
    assert write_suite("arithmetic", 30, seed=6).hash != first.hash
    assert write_suite("arithmetic", 12, seed=5).cases == first.cases[:12]
