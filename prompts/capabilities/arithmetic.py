"""Plain arithmetic with exact answers: the four operations, order of operations, and fractions.

The model writes its answer and the final answer counts (`partial_credit`), so a researcher sees what it
computes rather than which of a few numbers it finds likely. Mixed expressions and fractions have
intermediate results (each operation in the order of evaluation; fractions over their common denominator);
the single operations have none, so there a credit is 0 or 1. To score the same cases without generation, use
`next_token`: the target is then the continuation.

Own generators; every number is exact (`fractions.Fraction`). Difficulty is the size of the numbers and, for
`mixed`, the number of operations. No operand equals the answer. Not covered: decimals, powers, word problems
(`cot_math`).
"""

import operator
import random
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import lcm

from prompts.capabilities._deal import deal
from prompts.capabilities._drafts import different
from tools.cases import Case, Difficulty

SCORING = "partial_credit"
SUBTYPES = ("addition", "subtraction", "multiplication", "division", "mixed", "fractions")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

ASK = 'Calculate {expression}. End with "The answer is N.", where N is {kind}.'

# Ranges of the two operands; for division those of divisor and quotient.
_RANGES: dict[tuple[str, Difficulty], tuple[tuple[int, int], tuple[int, int]]] = {
    ("addition", "easy"): ((2, 99), (2, 99)),
    ("addition", "medium"): ((100, 999), (100, 999)),
    ("addition", "hard"): ((10_000, 99_999), (10_000, 99_999)),
    ("subtraction", "easy"): ((20, 99), (2, 99)),
    ("subtraction", "medium"): ((200, 999), (100, 999)),
    ("subtraction", "hard"): ((20_000, 99_999), (10_000, 99_999)),
    ("multiplication", "easy"): ((2, 12), (3, 99)),
    ("multiplication", "medium"): ((12, 99), (12, 99)),
    ("multiplication", "hard"): ((100, 999), (12, 99)),
    ("division", "easy"): ((2, 12), (2, 99)),
    ("division", "medium"): ((3, 19), (20, 199)),
    ("division", "hard"): ((12, 99), (100, 999)),
}
_SIGNS = {"addition": "+", "subtraction": "-", "multiplication": "*"}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_SHAPES: dict[Difficulty, tuple[str, ...]] = {
    "easy": ("a + b * c", "a * b - c", "(a + b) * c", "(a - b) * c", "a - b * c"),
    "medium": ("a * b + c * d", "(a + b) * c - d", "a - b * c + d", "(a + b) * (c - d)", "a * (b - c) + d"),
    "hard": ("a * b - c * d + e", "(a + b) * c - d * e", "a * (b + c) - (d - e)", "(a * b - c) * d + e"),
}
_LARGEST: dict[Difficulty, int] = {"easy": 12, "medium": 20, "hard": 30}


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n problems, spread evenly over the sub-types and difficulties asked for."""
    difficulties = (difficulty,) if difficulty else DIFFICULTIES
    return deal("arithmetic", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, rng: random.Random) -> Iterator[Case]:
    make = {"mixed": _mixed, "fractions": _fractions}.get(subtype)
    if make is None:
        return different(lambda _: _single(subtype, difficulty, rng))
    return different(lambda _: make(difficulty, rng))


def _single(subtype: str, difficulty: Difficulty, rng: random.Random) -> Case | None:
    first, second = (rng.randint(*bounds) for bounds in _RANGES[subtype, difficulty])
    if subtype == "division":
        expression, answer = f"{first * second} / {first}", Fraction(second)
    else:
        if subtype == "multiplication" and rng.random() < 0.5:
            first, second = second, first
        sign = _SIGNS[subtype]
        expression = f"{first} {sign} {second}"
        answer = _OPERATIONS[sign](Fraction(first), Fraction(second))
    return _case(subtype, difficulty, expression, [answer])


def _mixed(difficulty: Difficulty, rng: random.Random) -> Case | None:
    shape = rng.choice(_SHAPES[difficulty])
    numbers = {letter: rng.randint(2, _LARGEST[difficulty]) for letter in "abcde"}
    expression = "".join(str(numbers.get(character, character)) for character in shape)
    return _case("mixed", difficulty, expression, evaluation_steps(expression))


def evaluation_steps(expression: str) -> list[Fraction]:
    """Results of the operations of `expression` in order of evaluation: brackets, then * and /, then + and -."""
    tokens = expression.replace("(", "( ").replace(")", " )").split()
    steps: list[Fraction] = []
    while "(" in tokens:
        close = tokens.index(")")
        begin = max(index for index in range(close) if tokens[index] == "(")
        tokens[begin : close + 1] = [str(_reduce(tokens[begin + 1 : close], steps))]
    _reduce(tokens, steps)
    return steps


def _reduce(tokens: list[str], steps: list[Fraction]) -> Fraction:
    """The value of an expression without brackets; every operation's result goes to `steps`."""
    for signs in ("*/", "+-"):
        while (place := next((i for i, token in enumerate(tokens) if token in signs), None)) is not None:
            result = _OPERATIONS[tokens[place]](Fraction(tokens[place - 1]), Fraction(tokens[place + 1]))
            steps.append(result)
            tokens = [*tokens[: place - 1], str(result), *tokens[place + 2 :]]
    return Fraction(tokens[0])


def _fractions(difficulty: Difficulty, rng: random.Random) -> Case | None:
    count, largest = {"easy": (2, 20), "medium": (2, 12), "hard": (3, 12)}[difficulty]
    unders = [rng.randint(3, largest) for _ in range(count)]
    if difficulty == "easy":
        unders = [unders[0]] * count
    parts = [Fraction(rng.randint(1, under - 1), under) for under in unders]
    common = lcm(*(part.denominator for part in parts))
    same = len({part.denominator for part in parts}) == 1
    if same != (difficulty == "easy") or any(part.denominator == 1 for part in parts):
        return None
    signs = [rng.choice("+-") for _ in parts[1:]]
    expression, answer = str(parts[0]), parts[0]
    for sign, part in zip(signs, parts[1:], strict=True):
        expression += f" {sign} {part}"
        answer = _OPERATIONS[sign](answer, part)
    expanded = [] if same else [f"{part.numerator * common // part.denominator}/{common}" for part in parts]
    given = {str(part) for part in parts}
    return _case(
        "fractions", difficulty, expression, [answer], [step for step in expanded if step not in given]
    )


def _case(
    subtype: str,
    difficulty: Difficulty,
    expression: str,
    steps: Sequence[Fraction],
    intermediates: Sequence[str] | None = None,
) -> Case | None:
    """A case whose answer is the last of `steps`, or None where that is 0 or less or stands in the expression."""
    answer = steps[-1]
    whole = subtype != "fractions"
    givens = expression.replace("(", " ").replace(")", " ").split()
    if answer <= 0 or str(answer) in givens or (whole and any(step.denominator > 1 for step in steps)):
        return None
    kind = "a whole number" if whole else "an exact fraction or a whole number"
    return Case(
        id="",
        prompt=ASK.format(expression=expression, kind=kind),
        subtype=subtype,
        difficulty=difficulty,
        target=str(answer),
        intermediates=tuple(map(str, steps[:-1])) if intermediates is None else tuple(intermediates),
    )
