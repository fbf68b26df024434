"""Follows the steps of a worked solution by exact arithmetic: does each come out, and out of what is known?"""

import ast
import re
from collections.abc import Sequence
from fractions import Fraction

CONSTANTS = frozenset(map(Fraction, (*range(13), 24, 30, 31, 52, 60, 90, 100, 180, 360, 365, 1000, 3600)))
"""Numbers that a step may bring in: small ones, which prompts write as words, and those of units."""
LARGEST_POWER = 6
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WRITTEN = re.compile(r"(-?)\s*[$€£]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:/(\d+))?\s*%?")


def fault_in_steps(prompt: str, steps: Sequence[tuple[str, str]], answer: str) -> str | None:
    """Why the steps (expression, result) do not lead from the prompt to the answer, or None.

    Every number in an expression has to be in the prompt, an earlier result or a common constant; every result has
    to be its expression's value, to the decimals that it is written with.
    """
    if not steps:
        return "a number is asked for and no step is shown"
    known = numbers_in(prompt) | {value / 100 for value in numbers_in(prompt)} | CONSTANTS
    for expression, result in steps:
        given = number(result)
        value = value_of(expression)
        if given is None or value is None:
            return "a step is no plain arithmetic"
        if not _agree(value, given, result):
            return "a step's result is wrong"
        if not numbers_in(expression) <= known:
            return "a step uses a number that is not in the prompt"
        known |= {given, value}
    final, last = number(answer), number(steps[-1][1])
    return None if final is not None and final == last else "the last step is not the answer"


def numbers_in(text: str) -> set[Fraction]:
    """The numbers in a text, without their signs."""
    return {Fraction(found.replace(",", "")) for found in _NUMBER.findall(text)}


def number(text: str) -> Fraction | None:
    """The value of a number as it is written (1,200; -3/4; $18; 20%), or None for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or found[3] == "0":
        return None
    value = Fraction(found[2].replace(",", "")) / Fraction(found[3] or 1)
    return -value if found[1] else value


def value_of(expression: str) -> Fraction | None:
    """The exact value of plain arithmetic (numbers, brackets, + - * / and small powers); None for anything else."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", expression.split("=")[0])
    plain = plain.replace("×", "*").replace("·", "*").replace("÷", "/").replace("−", "-").replace("^", "**")
    if len(plain) > 200 or not re.fullmatch(r"[\d.\s+\-*/()]+", plain):
        return None
    try:
        return _evaluated(ast.parse(plain.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def _evaluated(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Fraction(str(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluated(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _evaluated(operand)
        case ast.BinOp(left=left, op=operator, right=right):
            one, two = _evaluated(left), _evaluated(right)
            match operator:
                case ast.Add():
                    return one + two
                case ast.Sub():
                    return one - two
                case ast.Mult():
                    return one * two
                case ast.Div():
                    return one / two
                case ast.Pow() if two.denominator == 1 and 0 <= two <= LARGEST_POWER and _is_small(one):
                    return one ** int(two)
    raise ValueError("no plain arithmetic")


def _is_small(value: Fraction) -> bool:
    """Powers of powers grow out of hand."""
    return value.numerator.bit_length() + value.denominator.bit_length() < 128


def _agree(value: Fraction, given: Fraction, written: str) -> bool:
    """Equal, or equal to the decimals that are written where there are any."""
    if value == given:
        return True
    decimals = re.search(r"\.(\d+)", written)
    return decimals is not None and abs(value - given) <= Fraction(1, 2 * 10 ** len(decimals[1]))
