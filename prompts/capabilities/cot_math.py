"""Grade-school word problems that take a chain of calculations, with credit for steps on the way.

Problems come from the templates of reasoning-gym's `gsm_symbolic` (after Mirzadeh et al., 2024, "GSM-Symbolic",
arXiv:2410.05229) and, where those are few, from own templates. Every template was read and sorted by content:

- arithmetic: counting things, whole numbers, no other topic
- multi_step: several kinds of calculation in one problem
- rates: speed, work and consumption per time or unit
- percentages: percentages, and fractions of an amount
- money: prices, wages, change
- comparison: "times as many", "more than", ages, ratios

Each problem has a worked solution. Every equation of it is calculated again before use, the last one has to
give the answer, and draws with a false or broken equation are thrown away. The results of the other
equations are the intermediate results, in order. Draws whose answer already stands in the question or equals an
intermediate result, or is not a positive whole number, are thrown away too.

Difficulty is the number of equations of the solution: easy 1 or 2, medium 3, hard 4 or more; for multi_step
3, 4, and 5 or more. Not covered: geometry, algebra, anything beyond grade school. The templates are public, so
a model may have seen their originals (GSM8K) with other numbers.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from prompts.capabilities._deal import deal
from prompts.capabilities._drafts import different
from prompts.capabilities._word_problems import WORD_PROBLEMS
from prompts.capabilities._worked_solutions import FalseEquationError, equation_results
from tools.cases import Case, Difficulty

SCORING = "partial_credit"
SUBTYPES = ("arithmetic", "multi_step", "rates", "percentages", "money", "comparison")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

ASK = 'Think step by step, then end with "The answer is N.", where N is a number without units.'

# Numbers are gsm_symbolic's template numbers, names are own templates.
TEMPLATES: dict[tuple[str, Difficulty], tuple[int | str, ...]] = {
    ("arithmetic", "easy"): (5, 20, 38, 39, 45, 56),
    ("arithmetic", "medium"): (34, "library"),
    ("arithmetic", "hard"): (7, "orchard", "stadium"),
    ("multi_step", "easy"): (21, 70, 88),
    ("multi_step", "medium"): (64, "bakery", "school_trip", "reading"),
    ("multi_step", "hard"): (3, 17, 27, 28, 36, 73),
    ("rates", "easy"): (54, 58, 59),
    ("rates", "medium"): (12, 13, 33, 62, 91),
    ("rates", "hard"): (0, 25, 68),
    ("percentages", "easy"): (18, 26, 69),
    ("percentages", "medium"): (29, 41, 80),
    ("percentages", "hard"): (2, 22, 40, 42, 94),
    ("money", "easy"): (23, 99, "change"),
    ("money", "medium"): (47, 48, 81),
    ("money", "hard"): (9, 15, 44, 71),
    ("comparison", "easy"): (10, 16, 24, 43, 72),
    ("comparison", "medium"): (57, 78, "ages", "stamps"),
    ("comparison", "hard"): (11, 19, 96, "cyclists"),
}

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# The templates fill in nouns without looking at their first letter.
_A_BEFORE_CONSONANT = re.compile(r"\ban (?=[b-dfgj-np-tv-z])")
_AN_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aei])")
_CURRENCY = str.maketrans("€£", "$$")

Template = Callable[[random.Random], tuple[str, str, str]]
"""Writes a question, its worked solution and its answer."""


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n word problems, spread evenly over the sub-types and difficulties asked for."""
    difficulties = (difficulty,) if difficulty else DIFFICULTIES
    return deal("cot_math", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, rng: random.Random) -> Iterator[Case]:
    templates = [_template(name) for name in TEMPLATES[subtype, difficulty]]
    rng.shuffle(templates)
    return different(lambda index: _case(subtype, difficulty, templates[index % len(templates)], rng))


def _template(name: int | str) -> Template:
    if isinstance(name, str):
        own = WORD_PROBLEMS[name]

        def write_own(rng: random.Random) -> tuple[str, str, str]:
            question, solution = own.write(rng)
            return question, solution, solution.rsplit("= ", 1)[1]

        return write_own
    public = _gsm_symbolic()[name]

    def write_public(rng: random.Random) -> tuple[str, str, str]:
        entry = public(rng, 1.0)
        solution = entry["metadata"]["answer_cot"].partition("####")[0]
        question = entry["question"].translate(_CURRENCY)
        return (
            _A_BEFORE_CONSONANT.sub("a ", _AN_BEFORE_VOWEL.sub(r"\1n ", question)),
            solution,
            entry["answer"],
        )

    return write_public


def _gsm_symbolic() -> dict[int, Callable[[random.Random, float], dict[str, Any]]]:
    # 0.7 s, because importing any part of reasoning_gym imports all of it.
    from reasoning_gym.arithmetic.gsm_symbolic.gsm_symbolic import (
        GSMSymbolicDataset,
        GSMSymbolicDatasetConfig,
    )

    generators: dict[int, Callable[[random.Random, float], dict[str, Any]]]
    generators = GSMSymbolicDataset(GSMSymbolicDatasetConfig(seed=0, size=1)).generators
    return generators


def _case(subtype: str, difficulty: Difficulty, template: Template, rng: random.Random) -> Case | None:
    question, solution, answer = template(rng)
    try:
        results = equation_results(solution)
    except FalseEquationError:
        return None
    givens = {Fraction(number.rstrip(",").replace(",", "")) for number in _NUMBER.findall(question)}
    value = Fraction(answer)
    if (
        not results
        or results[-1] != value
        or value in {*results[:-1], *givens}
        or value <= 0
        or value.denominator > 1
    ):
        return None
    if any(result.denominator > 1 and 10**6 % result.denominator for result in results):
        return None  # no exact decimal
    return Case(
        id="",
        prompt=f"{question.strip()} {ASK}",
        subtype=subtype,
        difficulty=difficulty,
        target=str(value),
        intermediates=tuple(_decimal(result) for result in results[:-1]),
    )


def _decimal(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.6f}".rstrip("0")
