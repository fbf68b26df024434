"""Finds the code of the first attempt in a model's text; the text is never parsed or run here.

Rules, in this order, for a function `name` that a prompt asks for:

1. `fenced`: the first block between ``` or ~~~ lines that defines `name`; one that is never closed ends with the text.
2. `plain`: the text itself, where it defines `name` at the left margin, from the first import, decorator,
   class or function on.
3. `continuation`: the text as the body of the function that the prompt's end has begun, up to the first line at the
   left margin or the first fence; where the first line of the text lost its indentation, it gets it back.

In 1 and 2 what follows the definition stays only as long as it defines or assigns something: examples of use, checks
and prose are left out.
"""

import re
import textwrap
from typing import Literal, NamedTuple

Form = Literal["fenced", "plain", "continuation"]

FENCE = re.compile(r"[ \t]*(```|~~~)")
CODE_BEGINS = re.compile(
    r"(?:async )?def \w+[ \t]*\(|class \w+[^.]*:|@\w|import \w[\w.]*(?:[ ,#]|$)|from [\w.]+ import "
)
CODE_GOES_ON = re.compile(rf"[ \t]|$|[)\]}}#]|{CODE_BEGINS.pattern}|\w+[ \t]*=[^=]")
STATEMENT = re.compile(
    r"(?:return|if|for|while|with|try|pass|raise|assert|yield|def|class|import|from|global|nonlocal|del)\b"
    r"|[A-Za-z_][\w.\[\]]*[ \t]*(?:[-+*/%|&]?=|\(|,)|#|\"\"\"|'''"
)


class Attempt(NamedTuple):
    """The code of the first attempt and which of the rules found it."""

    code: str
    form: Form


def first_attempt(text: str, prompt: str, name: str) -> Attempt | None:
    """The first attempt at the function `name`, None where the text holds no code for it."""
    definition = re.compile(rf"(?:async )?def {re.escape(name)}[ \t]*\(|{re.escape(name)}[ \t]*=[^=]")
    for block in _fenced_blocks(text):
        if (code := _from_definition(block, definition)) is not None:
            return Attempt(code, "fenced")
    if (code := _from_definition(text, definition)) is not None:
        return Attempt(code, "plain")
    begun = _from_definition(prompt, definition)
    body = _body(text)
    return Attempt(f"{begun}\n{body}\n", "continuation") if begun is not None and body is not None else None


def _fenced_blocks(text: str) -> list[str]:
    """The texts between fences, in order, without common indentation."""
    blocks: list[list[str]] = []
    fence = None
    for line in text.splitlines():
        match = FENCE.match(line)
        if match and fence is None:
            fence = match[1]
            blocks.append([])
        elif match and match[1] == fence:
            fence = None
        elif fence is not None:
            blocks[-1].append(line)
    return [textwrap.dedent("\n".join(block)) for block in blocks]


def _from_definition(text: str, definition: re.Pattern[str]) -> str | None:
    """The code around the definition, None where there is no such definition at the left margin."""
    lines = text.splitlines()
    defined = next((number for number, line in enumerate(lines) if definition.match(line)), None)
    if defined is None:
        return None
    first = next(number for number in range(defined + 1) if number == defined or CODE_BEGINS.match(lines[number]))
    last = defined + 1
    while last < len(lines) and CODE_GOES_ON.match(lines[last]):
        last += 1
    return "\n".join(lines[first:last]).rstrip() + "\n"


def _body(text: str) -> str | None:
    """The text as a function's body, None where it does not look like code."""
    lines = text.splitlines()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines or FENCE.match(lines[0]):
        return None
    if not lines[0][0].isspace():
        if not STATEMENT.match(lines[0]):
            return None
        lines[0] = f"    {lines[0]}"
    end = next((n for n, line in enumerate(lines) if FENCE.match(line) or re.match(r"[^\s)\]}]", line)), None)
    return "\n".join(lines[:end]).rstrip()
