"""Tells a module that the sandbox withholds from one that does not exist."""

import importlib.util
import re
import sys

MISSING = re.compile(r"No module named '([A-Za-z_]\w*)")


def withheld_module(message: str) -> str | None:
    """The real module that a ModuleNotFoundError's message names; None for one that is nowhere installed.

    Code that needs a real module is no failure of the code; a module that the code makes up is.
    """
    match = MISSING.search(message)
    if match is None:
        return None
    name = match[1]
    try:
        exists = name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        exists = False
    return name if exists else None
