"""Instructions to language models: Markdown files here, filled with `string.Template`."""

import hashlib
from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent


class InstructionError(Exception):
    """Instructions that cannot be filled: a bug of whoever fills them."""


def filled(name: str, **variables: object) -> str:
    """The instructions `name` with their variables. Raises InstructionError, which names a missing variable."""
    template = Template(_text(name))
    unknown = sorted(variables.keys() - set(template.get_identifiers()))
    if unknown:
        raise InstructionError(f"instructions/{name}.md has no variable ${unknown[0]}")
    try:
        return template.substitute(variables)
    except KeyError as error:
        raise InstructionError(f"instructions/{name}.md needs the variable ${error.args[0]}") from error


@cache
def version(name: str) -> str:
    """Name and version of instructions, e.g. `topic_suite/3f8a01c2`: other words, another version."""
    return f"{name}/{hashlib.sha256(_text(name).encode()).hexdigest()[:8]}"


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()
