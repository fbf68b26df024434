r"""Compares a formula that a model wrote with the right one: `math-verify`, kept safe and out of signals.

Formulas are parsed and compared by `math-verify` (Kydlíček, Hugging Face), so 0.5, 1/2 and \frac{1}{2} are
equal, 50% equals both 50 and 0.5, and units are passed over. Before that, signs that it does not read are
rewritten (− to -, ½ to 1/2, 3 1/2 to its sum).

Model output is hostile: math-verify evaluates what it reads, and its own timeout needs the main thread. So a
formula that could grow out of hand (towers of powers, large factorials, commands beyond ordinary school
arithmetic) is refused before parsing, and the rest runs in a thread of its own that is ended after two seconds.
"""

import ctypes
import itertools
import logging
import re
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import cache, lru_cache
from math import prod
from typing import Any

SECONDS = 2.0
"""Time to parse and compare one formula (usually about 10 ms)."""

LONGEST = 250
"""Characters of a formula that is evaluated."""

NUMBER = r"(?:\d{1,3}(?:[ ,]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
"""Regular expression of a number as math-verify reads it: 1,234.5 and 1 234 and 3,5 and .5."""


class NotEvaluatedError(Exception):
    """A formula that is not safe to evaluate, or took too long. The message says why."""


def equal_formulas(target: str, written: str, *, anchored: bool = True) -> bool:
    """Whether `written` has the value of `target`.

    Where `written` is a sentence with several numbers, the first counts, or the one after the last equals
    sign; with `anchored` false it is the last one. Raises NotEvaluatedError.
    """
    text = _readable(written)
    obstacle = obstacle_to_evaluation(target) or obstacle_to_evaluation(written)
    if obstacle:
        raise NotEvaluatedError(obstacle)
    # math-verify looks for the number after the word "answer", and for the last one without that word.
    return _math_verify(target, f"The answer is {text}" if anchored else text)


def names_several(written: str) -> bool:
    """Whether different numbers stand in `written` as alternatives or as a bare list."""
    text = _readable(written)
    tokens = [(match, _value(match.group())) for match in _TOKEN.finditer(text)]
    for (left, left_value), (right, right_value) in itertools.pairwise(tokens):
        between = text[left.end() : right.start()]
        if left_value != right_value and (_LISTED.fullmatch(between) or _ALTERNATIVE.search(between)):
            return True
    return False


_VULGAR_FRACTIONS = {
    character: unicodedata.normalize("NFKC", character).replace("⁄", "/") for character in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}
_MIXED_NUMBER = re.compile(r"(?<![\d./,])(-?)(\d{1,6})\s+(\d{1,6})/(\d{1,6})(?![\d./])")
_FORMULA_DOLLARS = re.compile(r"[\w})%\]]\s?\$")
_PARENTHESES_AROUND = re.compile(r"\(([^()]*)\)\.?")


def _readable(text: str) -> str:
    """`text` as math-verify reads it."""
    for character, fraction in _VULGAR_FRACTIONS.items():
        text = text.replace(character, f" {fraction}")
    text = (
        text.replace("−", "-").replace("**", "^" if re.search(r"\w\*\*\w", text) else "").strip().strip("`_")
    )
    text = re.sub(r"\\[$]", "$", text)
    text = _MIXED_NUMBER.sub(lambda m: f"{m[1]}({m[2]}+{m[3]}/{m[4]})", text)
    around = _PARENTHESES_AROUND.fullmatch(text)
    text = around[1] if around else text
    if not _FORMULA_DOLLARS.search(text):
        text = text.replace("$", "")  # currency, which would be read as the start of a formula
    return f"${text}$" if "\\" in text and not re.search(r"\$|\\\(|\\\[", text) else text


_TOKEN = re.compile(rf"(?<![\w.])-?{NUMBER}(?:/\d+)?")
_LISTED = re.compile(r"\s*(?:%|[$€£])?\s*(?:,|;|\band\b|&|\s)\s*(?:and\b|or\b)?\s*[$€£]?\s*")
_ALTERNATIVE = re.compile(r"\bor\b", re.IGNORECASE)


def _value(number: str) -> Fraction | None:
    grouped = re.sub(r"[ ,](?=\d{3}(?!\d))", "", number).replace(",", ".")
    try:
        return Fraction(grouped)
    except ZeroDivisionError:
        return None


_COMMANDS = re.compile(
    r"(?:[dt]?frac|sqrt|pi|times|cdot|div|pm|left|right|text|textbf|mathrm|mathbf|mbox|quad|qquad|circ|degree"
    r"|displaystyle|boxed|approx|leq?|geq?)"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_LITERAL = r"\s*[-+]?\s*(?:\d+(?:\.\d+)?|\\?circ)\s*"
_POWER = re.compile(rf"\^\s*(?:(?P<exponent>\{{{_LITERAL}\}}|\({_LITERAL}\)|{_LITERAL})(?!\s*[\^\d!]))?")
_LARGEST_EXPONENT = 1000
_LARGEST_FACTORIAL = 200


def obstacle_to_evaluation(written: str) -> str | None:
    """Why a formula is better not evaluated: something in it may need unbounded time or memory."""
    text = _readable(written)
    if len(text) > LONGEST:
        return "it is too long"
    if re.search(r"\d{40}", text.replace(",", "")) or re.search(r"\d[eE][+-]?\d{3}", text):
        return "its numbers are too large"
    unknown = [command for command in _COMMAND.findall(text) if not _COMMANDS.fullmatch(command)]
    if unknown:
        return f"\\{unknown[0]} is beyond ordinary arithmetic"
    powers = [match["exponent"] for match in _POWER.finditer(text)]
    exponents = [float(number) for power in powers for number in re.findall(r"\d+(?:\.\d+)?", power or "")]
    if None in powers or prod(max(exponent, 1.0) for exponent in exponents) > _LARGEST_EXPONENT:
        return "its powers are too large"
    factorials = re.findall(r"(\S*?)!", text)
    small = all(
        re.fullmatch(r"\$?\d{1,3}", base) and int(base.strip("$")) <= _LARGEST_FACTORIAL
        for base in factorials
    )
    if factorials and (powers or not small):
        return "its factorials are too large"
    return None


_one_at_a_time = threading.Lock()


def _math_verify(target: str, sentence: str) -> bool:
    """math-verify's own verdict on `sentence`. Raises NotEvaluatedError."""
    with _one_at_a_time:
        parse, verify = _loaded()
        gold = _parsed_target(target)
        return _within_time(
            lambda: bool(verify(gold, parse(sentence, parsing_timeout=None), timeout_seconds=None))
        )


class _OutOfTime(SystemExit):
    """No Exception, because sympy and math-verify catch those; threads end silently on SystemExit."""


def _within_time(work: Callable[[], bool]) -> bool:
    """The result of `work`, which runs in a thread of its own that is ended when its time is up.

    Unlike an alarm signal this works wherever it is called from. Raises NotEvaluatedError.
    """
    results: list[bool] = []

    def run() -> None:
        with suppress(_OutOfTime):
            results.append(work())

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(SECONDS)
    for _ in range(4):  # sympy may catch the first
        if not worker.is_alive():
            break
        # Raised at the worker's next Python instruction.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident or 0), ctypes.py_object(_OutOfTime)
        )
        worker.join(0.25)
    if not results:
        raise NotEvaluatedError(f"it took over {SECONDS:g} s")
    return results[0]


@cache
def _loaded() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """math-verify's two functions, ready to use: importing sympy and the LaTeX grammar counts against no answer."""
    from math_verify import parse, verify  # 0.4 s, because of sympy

    # It warns that its own timeout is off. Ours stands in for it.
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    parse(r"$\frac{1}{2}$", parsing_timeout=None)
    return parse, verify


@lru_cache(maxsize=10_000)
def _parsed_target(target: str) -> Any:
    parse, _ = _loaded()
    return parse(f"The answer is {_readable(target)}", parsing_timeout=None)
