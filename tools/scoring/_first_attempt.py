"""Finds the code of the first attempt in a model's text; the text is never parsed or run here.

Rules, in this order, for a function `name` that a prompt asks for:

1. `continuation`: a text that begins with an indented line goes on with the function which the prompt has begun, up
   to the first line at the left margin or the first fence.
2. `fenced`: the first block between ``` or ~~~ lines that defines `name`; an unclosed one ends with the text.
3. `plain`: the text itself, where it defines `name` at the left margin, from the first import, assignment,
   decorator, class or function on.
4. `continuation` again, where only the first line lost its indentation; it gets it back.

In 2 and 3 what follows the definition stays only as long as it defines or assigns something: examples of use, checks
and prose are left out.
"""

import re
import textwrap
from collections.abc import Sequence
from typing import Literal, NamedTuple

Form = Literal["fenced", "plain", "continuation"]

FENCE = re.compile(r"[ \t]*(```|~~~)")
CODE_BEGINS = re.compile(
    r"(?:async )?def \w+[ \t]*\(|class \w+[^.]*:|@\w|import \w[\w.]*(?:[ ,#]|$)|from [\w.]+ import |\w+[ \t]*=[^=]"
)
CODE_GOES_ON = re.compile(rf"[ \t]|$|[)\]}}#]|{CODE_BEGINS.pattern}")
STATEMENT = re.compile(
    r"(?:return|if|for|while|with|try|pass|raise|assert|yield|import|from|global|nonlocal|del)\b"
    r"|[A-Za-z_][\w.\[\]]*[ \t]*(?:[-+*/%|&]?=|\(|,)|#|\"\"\"|'''"
)
LEFT_MARGIN = re.compile(r"[^\s)\]}]")


class Attempt(NamedTuple):
    """The code of the first attempt and which of the rules found it."""

    code: str
    form: Form


def first_attempt(text: str, prompt: str, name: str) -> Attempt | None:
    """The first attempt at the function `name`, None where the text holds no code for it."""
    definition = re.compile(rf"(?:async )?def {re.escape(name)}[ \t]*\(|{re.escape(name)}[ \t]*=[^=]")
    lines, prompt_lines = _lines(text), _lines(prompt)
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return None
    begun = _around(prompt_lines, definition, from_start=False)
    indented = lines[0][0].isspace() and not FENCE.match(lines[0]) and not definition.match(lines[0].lstrip())
    if indented and begun is not None:
        return Attempt(f"{begun}\n{_body(lines)}\n", "continuation")
    for block in _fenced_blocks(lines):
        if (code := _around(block, definition, from_start=True)) is not None:
            return Attempt(code, "fenced")
    if (code := _around(_lines(textwrap.dedent("\n".join(lines))), definition, from_start=False)) is not None:
        return Attempt(code, "plain")
    if begun is not None and STATEMENT.match(lines[0]):
        return Attempt(f"{begun}\n{_body([f'    {lines[0]}', *lines[1:]])}\n", "continuation")
    return None


def _lines(text: str) -> list[str]:
    """Lines as Python counts them, which does not end one at every character that `splitlines` does."""
    return text.replace("\r\n", "\n").split("\n")


def _fenced_blocks(lines: Sequence[str]) -> list[list[str]]:
    """The lines between fences, block by block, without common indentation."""
    blocks: list[list[str]] = []
    fence = None
    for line in lines:
        match = FENCE.match(line)
        if match and fence is None:
            fence = match[1]
            blocks.append([])
        elif match and match[1] == fence:
            fence = None
        elif fence is not None:
            blocks[-1].append(line)
    return [_lines(textwrap.dedent("\n".join(block))) for block in blocks]


def _around(lines: Sequence[str], definition: re.Pattern[str], *, from_start: bool) -> str | None:
    """The code around the definition, None where there is no such definition at the left margin."""
    defined = next((number for number, line in enumerate(lines) if definition.match(line)), None)
    if defined is None:
        return None
    beginnings = (number for number in range(defined) if CODE_BEGINS.match(lines[number]))
    first = 0 if from_start else next(beginnings, defined)
    last = defined + 1
    while last < len(lines) and CODE_GOES_ON.match(lines[last]):
        last += 1
    return "\n".join(lines[first:last]).rstrip() + "\n"


def _body(lines: Sequence[str]) -> str:
    """The lines of a function's body, up to the first that belongs to something else."""
    ends = (number for number, line in enumerate(lines) if FENCE.match(line) or LEFT_MARGIN.match(line))
    return "\n".join(lines[: next(ends, len(lines))]).rstrip()
