r"""Finds which intermediate results of a reference a chain of thought reaches, in order.

The chain is read as a sequence of results, and the longest common subsequence with the reference's
intermediate results counts: skipping a step loses that step and no other.

Numbers are compared by value (to six decimals), with thousands separators, currency signs, percent signs and
units passed over: $1,200.00, 1200 and "1200 km" are equal. `a/b` and `\frac{a}{b}` are one fraction where the
reference itself writes fractions, and elsewhere a division of two numbers, so that "48/2" does not reach 24.
A verbal result (a direction, a name) is reached where it occurs as whole words.

Three things are no results, because they need no thought:

- a number that the prompt already gives, unless it stands right after an equals sign;
- sentences that repeat the prompt, numbers of list items and steps ("2.", "Step 3:");
- four or more bare numbers in a row, which is an enumeration.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from tools.answers import ENUMERATION, without_labels

Result = Fraction | str

_SIGN = r"(?:(?<![\w)%.])(?<![\w)%.] )-)?"
_DECIMAL = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_NUMBER = re.compile(rf"(?<![A-Za-z_\d.]){_SIGN}[$€£]?{_DECIMAL}")
_FRACTION = re.compile(
    r"(?<![A-Za-z_\d.])(?:(?P<whole>\d{1,9}) )?(?P<over>\d{1,9}) ?/ ?(?P<under>\d{1,9})(?![\d/])"
)
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\s*\{\s*(\d{1,9})\s*\}\s*\{\s*(\d{1,9})\s*\}")
_AFTER_EQUALS = re.compile(r"=[\s$€£*({-]*$")
_BETWEEN_BARE_NUMBERS = re.compile(r"[\s,;]*(?:and|or)?[\s,;]*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")


def reached_results(reasoning: str, intermediates: Sequence[str], prompt: str) -> list[str]:
    """The longest subsequence of `intermediates` that `reasoning` reaches in order."""
    reference = [_result(text) for text in intermediates]
    fractions = any("/" in text or "frac" in text for text in intermediates)
    verbal = sorted({result for result in reference if isinstance(result, str)}, key=len, reverse=True)
    givens = {value for _, _, value in _numbers(_plain(prompt), fractions)}
    chain = _chain(_without_repeats(without_labels(reasoning), prompt), fractions, verbal, givens)
    return [intermediates[index] for index in _common(reference, chain)]


def _result(text: str) -> Result:
    """An intermediate result as it is compared: a number, or words in lower case."""
    numbers = _numbers(_plain(text), fractions=True)
    words = re.findall(r"[a-z]{2,}", re.sub(r"\\[a-z]+", "", text.lower()))
    if len(numbers) == 1 and not (words and numbers[0][0] > 1):
        return numbers[0][2]
    return " ".join(re.findall(r"\w+", text.lower()))


def _plain(text: str) -> str:
    text = _LATEX_FRACTION.sub(r"\1/\2", text.replace("−", "-").replace("\\$", "$").replace("{,}", ","))
    return text.replace("\\", " ")


def _chain(text: str, fractions: bool, verbal: Sequence[str], givens: set[Fraction]) -> list[Result]:
    """Everything in `text` that may be a result, in order."""
    text = _plain(text)
    numbers = _numbers(text, fractions)
    enumerated = _enumerated(text, numbers)
    found: list[tuple[int, Result]] = [
        (start, value)
        for index, (start, _, value) in enumerate(numbers)
        if index not in enumerated and (value not in givens or _AFTER_EQUALS.search(text[:start][-12:]))
    ]
    if verbal:
        phrases = "|".join(r"\W+".join(map(re.escape, phrase.split())) for phrase in verbal)
        for match in re.finditer(rf"\b(?:{phrases})\b", text, re.IGNORECASE):
            found.append((match.start(), " ".join(re.findall(r"\w+", match.group().lower()))))
    return [result for _, result in sorted(found, key=lambda item: item[0])]


def _numbers(text: str, fractions: bool) -> list[tuple[int, int, Fraction]]:
    """(start, end, value) of the numbers of `text`; with `fractions` a/b is one number."""
    found: list[tuple[int, int, Fraction]] = []
    position = 0
    while match := _NUMBER.search(text, position):
        fraction = _FRACTION.match(text, match.start() + match.group().startswith("-")) if fractions else None
        if fraction and int(fraction["under"]):
            value = int(fraction["whole"] or 0) + Fraction(int(fraction["over"]), int(fraction["under"]))
            end = fraction.end()
        else:
            value = Fraction(match.group().translate(str.maketrans("", "", "-$€£,")))
            end = match.end()
        found.append((match.start(), end, -value if match.group().startswith("-") else value))
        position = end
    return found


def _enumerated(text: str, numbers: Sequence[tuple[int, int, Fraction]]) -> set[int]:
    """Indices of the numbers that stand in a row of bare numbers."""
    enumerated: set[int] = set()
    row = [0]
    for index in range(1, len(numbers) + 1):
        if index < len(numbers) and _BETWEEN_BARE_NUMBERS.fullmatch(
            text[numbers[index - 1][1] : numbers[index][0]]
        ):
            row.append(index)
            continue
        if len(row) >= ENUMERATION:
            enumerated.update(row)
        row = [index]
    return enumerated


def _without_repeats(reasoning: str, prompt: str) -> str:
    """`reasoning` without the sentences that stand in the prompt."""
    given = {_skeleton(sentence) for sentence in _SENTENCE_END.split(prompt)}
    return "\n".join(part for part in _SENTENCE_END.split(reasoning) if part and _skeleton(part) not in given)


def _skeleton(sentence: str) -> str:
    return "".join(re.findall(r"\w", sentence.lower()))


def _common(reference: Sequence[Result], chain: Sequence[Result]) -> list[int]:
    """Indices of `reference` in a longest common subsequence with `chain`."""
    lengths = [[0] * (len(chain) + 1) for _ in range(len(reference) + 1)]
    for i in range(len(reference) - 1, -1, -1):
        for j in range(len(chain) - 1, -1, -1):
            lengths[i][j] = (
                1 + lengths[i + 1][j + 1]
                if _same(reference[i], chain[j])
                else max(lengths[i + 1][j], lengths[i][j + 1])
            )
    indices, i, j = [], 0, 0
    while i < len(reference) and j < len(chain):
        if _same(reference[i], chain[j]):
            indices.append(i)
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return indices


def _same(left: Result, right: Result) -> bool:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right or abs(left - right) < Fraction(1, 2_000_000)
    return left == right
