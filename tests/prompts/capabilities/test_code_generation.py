"""Reference solutions pass their tests in the sandbox, mutants do not, and prompts give nothing away."""

import textwrap
from collections import Counter
from itertools import chain
from random import Random

import pytest

from prompts.capabilities import CONTRACT, code_generation
from prompts.capabilities.code_generation import PROBLEMS, asserts_of, generate, prompt_of
from prompts.code_problems.problem import N_TESTS, Problem, Variant
from prompts.suite import write_suite
from tools.registry import load
from tools.sandbox import Limits, bubblewrap, run_tests

ALL = [problem for problems in PROBLEMS.values() for problem in problems]
needs_bwrap = pytest.mark.skipif(bubblewrap.problem() is not None, reason=str(bubblewrap.problem()))


def variants(seed: int) -> list[tuple[Problem, Variant]]:
    """One variant of every problem."""
    return [(problem, problem.draw(Random(f"{seed}/{problem.reference.__name__}"))) for problem in ALL]


def test_the_module_keeps_the_contract_of_capabilities():
    assert load("prompts.capabilities", "code_generation", CONTRACT).module is code_generation
    assert len(ALL) >= 60
    cells = Counter((subtype, p.difficulty) for subtype, problems in PROBLEMS.items() for p in problems)
    assert len(cells) == 18
    assert min(cells.values()) >= 4


def test_no_name_is_used_twice():
    names = Counter(chain.from_iterable([*problem.names, problem.reference.__name__] for problem in ALL))
    assert [name for name, count in names.items() if count > 1] == []


@needs_bwrap
@pytest.mark.parametrize("seed", range(4))
def test_every_reference_solution_passes_in_the_sandbox(seed: int):
    drawn = variants(seed)
    code = "\n".join(problem.solution(variant) for problem, variant in drawn)
    tests = "".join(asserts_of(variant, problem.tolerant) for problem, variant in drawn)
    verdict = run_tests(code, tests, limits=Limits(wall_seconds=60, cpu_seconds=20), tier="bwrap")
    assert verdict.status == "passed", verdict.reason


@needs_bwrap
@pytest.mark.parametrize("seed", range(4))
def test_every_mutant_fails_in_the_sandbox(seed: int):
    drawn = variants(seed)
    code = "\n".join(problem.solution(variant, mutated=True) for problem, variant in drawn)
    tests = "survivors = []\n"
    for problem, variant in drawn:
        body = textwrap.indent(
            asserts_of(variant, problem.tolerant) + f"survivors.append({variant.name!r})\n", "    "
        )
        tests += f"try:\n{body}except Exception:\n    pass\n"
    verdict = run_tests(
        code,
        tests + "assert not survivors, survivors",
        limits=Limits(wall_seconds=60, cpu_seconds=20),
        tier="bwrap",
    )
    assert verdict.status == "passed", verdict.reason


def test_in_monty_no_reference_solution_fails_and_few_are_unscored():
    unscored = 0
    for problem, variant in variants(0):
        verdict = run_tests(problem.solution(variant), asserts_of(variant, problem.tolerant), tier="monty")
        assert verdict.status != "failed", (variant.name, verdict.reason)
        unscored += verdict.status == "unscored"
    assert unscored <= 3


def test_a_constant_passes_no_problem():
    for problem, variant in variants(1):
        results = {repr(result) for _, result in variant.tests}
        assert len(variant.tests) >= N_TESTS >= 5, problem.reference.__name__
        assert len(results) > 1, problem.reference.__name__


def test_no_test_is_an_example_and_no_two_tests_are_the_same():
    for problem, variant in variants(2):
        asked = [repr(arguments) for arguments, _ in variant.tests]
        shown = {repr(arguments) for arguments, _ in variant.examples}
        assert len(shown) == 2
        assert not shown & set(asked), problem.reference.__name__
        assert len(set(asked)) == len(asked), problem.reference.__name__


def test_the_prompt_holds_signature_description_and_examples_but_no_solution():
    for problem, variant in variants(3):
        prompt = prompt_of(variant)
        body = problem.solution(variant).split("\n", 1)[1]
        assert f"def {variant.name}({variant.signature}):\n" in prompt
        assert "$" not in prompt
        for line in body.splitlines():
            assert len(line.strip()) < 12 or line.startswith("def ") or line.strip() not in prompt
        compile(prompt[prompt.index("def ") :], "<prompt>", "exec")


def test_a_prompt_reads_as_it_should():
    (problem,) = [problem for problem in ALL if problem.reference.__name__ == "bonus"]
    variant = Variant(
        "with_bonus", "points", "Return `points` plus a bonus of 7.", {"k": 7}, (((5,), 12),), (((0,), 7),)
    )
    assert prompt_of(variant) == (
        "Complete this Python function. Use only the standard library, and write nothing but its code.\n\n"
        'def with_bonus(points):\n    """Return `points` plus a bonus of 7.\n\n'
        '    >>> with_bonus(5)\n    12\n    """\n'
    )
    assert asserts_of(variant, False) == "assert with_bonus(0) == 7\n"
    assert asserts_of(variant, True) == "assert abs(with_bonus(0) - 7) <= 1e-06\n"
    assert problem.solution(variant) == (
        "def bonus(points, *, k):\n    return points + k\n\n\n"
        "def with_bonus(points):\n    return bonus(points, k=7)\n"
    )


def test_the_same_seed_gives_the_same_cases_and_another_seed_others():
    assert generate(40, 7) == generate(40, 7)
    assert not {case.prompt for case in generate(40, 7)} & {case.prompt for case in generate(40, 8)}


def test_three_hundred_prompts_of_one_kind_are_all_different():
    suite = write_suite("code_generation", 300, seed=3)
    assert len({case.prompt for case in suite.cases}) == len({case.id for case in suite.cases}) == 300
    one_cell = write_suite("code_generation", 100, seed=3, subtypes=("parsing",), difficulty="easy")
    assert {(case.subtype, case.difficulty) for case in one_cell.cases} == {("parsing", "easy")}


def test_a_small_suite_has_every_subtype_and_no_problem_twice():
    cases = generate(18, 0)
    assert Counter(case.subtype for case in cases) == dict.fromkeys(PROBLEMS, 3)
    assert Counter(case.difficulty for case in cases) == {"easy": 6, "medium": 6, "hard": 6}
    named = {name: index for index, problem in enumerate(ALL) for name in problem.names}
    assert len({named[str(case.entry_point)] for case in generate(72, 0)}) == 72


def test_cases_have_no_level_of_chance():
    assert {case.chance for case in generate(20, 1)} == {None}
