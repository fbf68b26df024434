"""Untrusted text in Markdown: escaped between the lines, fenced where it is long."""

import re

from sessions.visible import visible

_MARKUP = re.compile(r"[\\`*_{}\[\]()#+!|~$:@.-]")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def inline(text: object) -> str:
    """Text for a sentence or a table cell: on one line, no markup, no HTML, no link, no table border."""
    line = " ".join(visible(str(text)).split())
    return _MARKUP.sub(_escaped, line).translate(_HTML)


def _escaped(found: re.Match[str]) -> str:
    """A dot, colon or hyphen inside a number or word is harmless and stays readable."""
    character, position, line = found[0], found.start(), found.string
    before, after = line[:position][-1:], line[position + 1 :][:1]
    if character in ".-:" and before.isdigit() and after.isdigit():
        return character
    return f"\\{character}"


def fenced(text: str) -> str:
    """Text in a code block whose fence is longer than any run of backticks inside, so that none can end it."""
    shown = visible(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of cells that are already Markdown; headings that begin with `#` are numbers, set right."""
    rules = tuple("---:" if heading.startswith("#") else "---" for heading in headings)
    shown = tuple(heading.removeprefix("#") for heading in headings)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (shown, rules, *rows))
