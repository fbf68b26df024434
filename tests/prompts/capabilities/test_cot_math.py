"""CoT maths: worked solutions hold, sub-types and difficulties are what they claim."""

import random
import re
from fractions import Fraction

import pytest

from prompts.capabilities import cot_math
from prompts.capabilities._worked_solutions import FalseEquationError, calculated, equation_results
from prompts.suite import write_suite
from tools.models.subject import Generation
from tools.scoring.partial_credit import credit_of

CASES = cot_math.generate(540, 3, (), None)
STEPS = {"easy": (1, 2), "medium": (3, 3), "hard": (4, 9)}
STEPS_MULTI = {"easy": (3, 3), "medium": (4, 4), "hard": (5, 9)}


def test_equations_of_a_worked_solution_are_read_with_units_and_calculated_again() -> None:
    chain = "In a 5 day week: 3 apples * $4/apple = $12\nSo 20 - 12 = 8 are left, 8 / 32 * 100% = 25%."
    assert equation_results(chain) == [12, 8, 25]
    assert equation_results("20% of 50 is 0.2*50 = 10\n50 - 10 x 2 = 30") == [10, 30]
    assert equation_results("John = 260 points") == []


@pytest.mark.parametrize("line", ["3 + 4 = 8", "5*0.5 = 2", "2 * (3 + 4) = 14"])
def test_false_and_unreadable_equations_are_refused(line: str) -> None:
    with pytest.raises(FalseEquationError):
        equation_results(line)


def test_a_calculation_obeys_the_order_of_operations() -> None:
    assert calculated("2 + 3 * 4 - 6 / 4") == Fraction(25, 2)


def test_every_template_belongs_to_one_kind() -> None:
    names = [name for templates in cot_math.TEMPLATES.values() for name in templates]
    assert len(names) == len(set(names))
    assert set(cot_math.TEMPLATES) == {(s, d) for s in cot_math.SUBTYPES for d in cot_math.DIFFICULTIES}


def test_difficulty_is_the_number_of_steps() -> None:
    for case in CASES:
        low, high = (STEPS_MULTI if case.subtype == "multi_step" else STEPS)[case.difficulty]
        assert low <= len(case.intermediates) + 1 <= high, case.prompt


def test_the_answer_stands_neither_in_the_question_nor_among_the_steps() -> None:
    for case in CASES:
        numbers = {Fraction(n.replace(",", "")) for n in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", case.prompt)}
        assert case.target is not None
        assert Fraction(case.target) not in numbers, case.prompt
        assert case.target not in case.intermediates


def test_public_templates_score_their_own_answer_in_reasoning_gym() -> None:
    from reasoning_gym.arithmetic.gsm_symbolic.gsm_symbolic import (
        GSMSymbolicDataset,
        GSMSymbolicDatasetConfig,
    )

    public = GSMSymbolicDataset(GSMSymbolicDatasetConfig(seed=0, size=1))
    for name in (name for templates in cot_math.TEMPLATES.values() for name in templates):
        if isinstance(name, int):
            question, solution, answer = cot_math._template(name)(random.Random(7))
            assert question
            assert solution
            assert public.score_answer(answer, {"answer": answer}) == 1.0


def test_own_problems_solve_to_the_value_of_an_independent_formula() -> None:
    formulas = {
        "library": lambda s, b, lent, back: s * b - lent + back,
        "orchard": lambda r, t, f, loads, young: r * t - f + loads * young,
        "stadium": lambda b, r, s, broken, taken: b * r * s - broken - taken,
        "change": lambda count, price, paid: paid - count * price,
        "stamps": lambda own, times, fewer: own * times - fewer - own,
        "school_trip": lambda p, a, seats, bus, gift: Fraction(p + a, seats) * bus - gift,
    }
    for name, formula in formulas.items():
        question, _, answer = cot_math._template(name)(random.Random(3))
        assert Fraction(answer) == formula(*map(int, re.findall(r"\d+", question))), name


def test_the_reference_chain_itself_reaches_every_step() -> None:
    for case in CASES[:60]:
        chain = " ".join(f"so = {step}." for step in case.intermediates)
        credit = credit_of(case, Generation(f"{chain} The answer is 0.125.", 9, "eos"))
        assert credit.value == (0.5 if case.intermediates else 0.0)


def test_prompts_are_clean() -> None:
    for case in CASES:
        assert case.prompt.isascii(), case.prompt
        assert case.prompt == case.prompt.strip()
        assert case.prompt.endswith(cot_math.ASK)
        assert "  " not in case.prompt


@pytest.mark.parametrize("subtype", cot_math.SUBTYPES)
def test_every_subtype_has_a_thousand_different_problems(subtype: str) -> None:
    assert {case.subtype for case in write_suite("cot_math", 1000, subtypes=(subtype,)).cases} == {subtype}


def test_the_same_seed_gives_the_same_cases_whatever_the_global_random_state() -> None:
    random.seed(1)
    first = write_suite("cot_math", 36, seed=5)
    random.seed(2)
    assert write_suite("cot_math", 36, seed=5).hash == first.hash
    assert write_suite("cot_math", 36, seed=6).hash != first.hash
    assert write_suite("cot_math", 12, seed=5).cases == first.cases[:12]
