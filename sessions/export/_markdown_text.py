"""Untrusted text in Markdown: escaped between the lines, fenced where it is long."""

import re

from sessions.visible import visible

_MARKUP = re.compile(
    r"[\\`*\[\]#!~$@]"
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # within a word it means nothing: cot_math stays readable
    r"|:(?=[^\s0-9])"  # https://..., :emoji:
    r"|(?<=www)\."
)
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})


def inline(text: object) -> str:
    """Text for a sentence or a table cell: on one line, no markup, no HTML, no link, no table border."""
    line = " ".join(visible(str(text)).split())
    return _MARKUP.sub(r"\\\g<0>", line).translate(_HTML)


def fenced(text: str) -> str:
    """Text as a code block whose fence is longer than any run of backticks inside, so that none can end it."""
    shown = visible(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of cells that are already Markdown; headings that begin with `#` are numbers, set right."""
    rules = tuple("---:" if heading.startswith("#") else "---" for heading in headings)
    shown = tuple(heading.removeprefix("#") for heading in headings)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (shown, rules, *rows))
