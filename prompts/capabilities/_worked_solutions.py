"""Reads the equations of a worked solution and checks each of them."""

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

_NUMBER = r"\d[\d,]*(?:\.\d+)?|\.\d+"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})(?P<percent>\s?%)?|(?P<sign>[-+*/×÷()]|\bx\b)")
_RESULT = re.compile(rf"\s*[$€£]?\s*(?P<number>{_NUMBER})(?P<percent>\s?%)?")
_RATE_UNIT = re.compile(r"/\s?[A-Za-z]+")  # "miles/hour" is no division
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_SIGNS = {"x": "*", "×": "*", "÷": "/"}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class FalseEquationError(ValueError):
    """A worked solution has an equation whose two sides differ, or one that cannot be read."""


def equation_results(chain: str) -> list[Fraction]:
    """Results of the equations ("3 apples * $4 = $12") of a worked solution, in order.

    What stands left of an equals sign is calculated again, units passed over; a statement without operation
    ("John = 260 points") is no equation. Raises FalseEquationError where the sides differ.
    """
    results: list[Fraction] = []
    for line in chain.splitlines():
        sides = _ORDINAL.sub("", _RATE_UNIT.sub("", line)).split("=")
        for left, right in pairwise(sides):
            result = _RESULT.match(right)
            if result is None:
                continue
            terms = _terms(left, percent_stays=bool(result["percent"]))
            if len(terms) < 3:
                continue
            stated = Fraction(result["number"].replace(",", ""))
            if _value(terms) != stated:
                raise FalseEquationError(f"{left} is not {stated}")
            results.append(stated)
    return results


def _terms(left: str, *, percent_stays: bool) -> list[Fraction | str]:
    """Numbers and signs of the calculation that `left` ends with; words before and within are passed over."""
    terms: list[Fraction | str] = []
    for match in reversed(list(_TOKEN.finditer(left))):
        number_is_due = not terms or isinstance(terms[0], str)
        if number_is_due and match.group() in "()":
            raise FalseEquationError(f"brackets are not read: {left}")
        if number_is_due != bool(match["number"]) or match.group() in "()":
            break
        if match["number"]:
            number = Fraction(match["number"].rstrip(",").replace(",", ""))
            terms.insert(0, number / 100 if match["percent"] and not percent_stays else number)
        else:
            terms.insert(0, _SIGNS.get(match["sign"], match["sign"]))
    return terms[1:] if terms and isinstance(terms[0], str) else terms


def _value(terms: list[Fraction | str]) -> Fraction:
    remaining = list(terms)
    for signs in ("*/", "+-"):
        place = 1
        while place < len(remaining):
            left, sign, right = remaining[place - 1 : place + 2]
            if (
                isinstance(sign, str)
                and sign in signs
                and isinstance(left, Fraction)
                and isinstance(right, Fraction)
            ):
                if sign == "/" and not right:
                    raise FalseEquationError("division by zero")
                remaining[place - 1 : place + 2] = [_OPERATIONS[sign](left, right)]
            else:
                place += 2
    value = remaining[0]
    assert isinstance(value, Fraction)
    return value


def calculated(calculation: str) -> Fraction:
    """The value of a calculation without brackets, e.g. "3 * 4 - 2". Raises FalseEquationError."""
    return _value(_terms(calculation, percent_stays=False))
