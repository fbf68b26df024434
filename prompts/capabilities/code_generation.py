"""Writing a Python function from its signature, a description and two examples.

Our own problems (`prompts/code_problems`), over text, lists, numbers, dictionaries, recursion and the reading of
structured text. Names, constants, examples and tests are drawn by the seed, so that the same problem gives many
cases; expected values come from a reference solution. The easy ones take one line, the hard ones an algorithm of
ten. Not covered: classes, input and output, third-party libraries, whole programs, repairing code, speed.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random

from prompts.capabilities._spread import spread
from prompts.code_problems import arithmetic, dictionaries, lists, parsing, recursion, strings
from prompts.code_problems.problem import TOLERANCE, Problem, Variant, problems_of
from tools.cases import Case, Difficulty

SCORING = "pass_at_1"
PROBLEMS: dict[str, tuple[Problem, ...]] = {
    "strings": problems_of(strings),
    "lists": problems_of(lists),
    "arithmetic": problems_of(arithmetic),
    "dictionaries": problems_of(dictionaries),
    "recursion": problems_of(recursion),
    "parsing": problems_of(parsing),
}
SUBTYPES = tuple(PROBLEMS)
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

MAX_DRAWS = 50

PROMPT = '''Complete this Python function. Use only the standard library, and write nothing but its code.

def {name}({signature}):
    """{description}

{examples}
    """
'''


def generate(
    n: int, seed: int, subtypes: Sequence[str] = (), difficulty: Difficulty | None = None
) -> list[Case]:
    """n functions to write; within a sub-type and difficulty every problem comes up before one comes up again."""
    decks: dict[tuple[str, Difficulty], list[Problem]] = {}
    for subtype, level in product(subtypes or SUBTYPES, DIFFICULTIES):
        decks[subtype, level] = [problem for problem in PROBLEMS[subtype] if problem.difficulty == level]
        Random(f"{seed}/{subtype}/{level}").shuffle(decks[subtype, level])
    cases: list[Case] = []
    prompts: set[str] = set()
    turns: Counter[tuple[str, Difficulty]] = Counter()
    for cell in spread(n, tuple(subtypes) or SUBTYPES, (difficulty,) if difficulty else DIFFICULTIES):
        turn = turns[cell]
        turns[cell] += 1
        problem = decks[cell][turn % len(decks[cell])]
        for attempt in range(MAX_DRAWS):
            variant = problem.draw(Random(f"{seed}/{cell}/{turn}/{attempt}"))
            prompt = prompt_of(variant)
            if prompt not in prompts:
                break
        prompts.add(prompt)
        cases.append(
            Case(
                id=f"{cell[0]}-{cell[1]}-{turn:04d}",
                prompt=prompt,
                subtype=cell[0],
                difficulty=cell[1],
                entry_point=variant.name,
                tests=asserts_of(variant, problem.tolerant),
            )
        )
    return cases


def prompt_of(variant: Variant) -> str:
    """What the model reads: an instruction, then the function up to the end of its docstring."""
    examples = [
        f"    >>> {variant.name}({_arguments(arguments)})\n    {result!r}"
        for arguments, result in variant.examples
    ]
    return PROMPT.format(
        name=variant.name,
        signature=variant.signature,
        description=variant.description.replace("\n", "\n    "),
        examples="\n".join(examples),
    )


def asserts_of(variant: Variant, tolerant: bool) -> str:
    """One assert for each test: equal to a literal, or near to it where the results are floats."""
    lines = []
    for arguments, result in variant.tests:
        call = f"{variant.name}({_arguments(arguments)})"
        lines.append(
            f"assert abs({call} - {result!r}) <= {TOLERANCE}" if tolerant else f"assert {call} == {result!r}"
        )
    return "\n".join(lines) + "\n"


def _arguments(arguments: tuple[object, ...]) -> str:
    return ", ".join(map(repr, arguments))
