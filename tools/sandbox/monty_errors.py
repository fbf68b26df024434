"""What an error in Monty says: a fault of the code, a limit, or a gap of Monty itself, which is nobody's
fault.
"""

import builtins
import re
import sys
from typing import TYPE_CHECKING

from tools.sandbox.modules import withheld_module
from tools.sandbox.verdict import Limits, Verdict, one_line

if TYPE_CHECKING:
    import pydantic_monty

OWN_WORDS = (
    "monty",
    "not supported in this environment",
    "not yet support",
    "Permission denied",
    "cannot suspend",
)
MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
MISSING_ATTRIBUTE = re.compile(r"'(\w+)' (?:object )?has no attribute '(\w+)'")
MISSING_FROM_MODULE = re.compile(r"cannot import name '(\w+)' from '(\w+)'")


def judged(error: "pydantic_monty.MontyError", limits: Limits) -> Verdict:
    """The verdict over code that ended with this error."""
    import pydantic_monty

    raised = error.exception()
    told = one_line(f"{type(raised).__name__}: {raised}")
    if isinstance(error, pydantic_monty.MontyCrashedError):
        if error.timed_out:
            return Verdict(status="failed", tier="monty", cause="time_limit", reason="no result in time")
        return Verdict(status="unscored", tier="monty", reason=f"the interpreter broke down: {told}")
    if isinstance(error, pydantic_monty.MontySyntaxError):
        return Verdict(status="failed", tier="monty", cause="syntax_error", reason=told)
    if gap(raised):
        return Verdict(status="unscored", tier="monty", reason=f"the Monty interpreter lacks this: {told}")
    if isinstance(raised, TimeoutError):
        reason = f"more than {limits.cpu_seconds} s of processor time"
        return Verdict(status="failed", tier="monty", cause="time_limit", reason=reason)
    if isinstance(raised, MemoryError):
        # The collector of what is printed raises the same error with its own bound in it.
        printing = f"> {limits.output_kib << 10} bytes" in told
        cause = "output_limit" if printing else "memory_limit"
        return Verdict(status="failed", tier="monty", cause=cause, reason=told)
    return Verdict(status="failed", tier="monty", cause="exception", reason=told)


def gap(raised: BaseException) -> bool:
    """Whether CPython would not have raised this: Monty says so, or names what CPython has."""
    text = str(raised)
    if isinstance(raised, NotImplementedError | RuntimeError | PermissionError):
        return any(words in text for words in OWN_WORDS)
    if isinstance(raised, ModuleNotFoundError):
        return withheld_module(text) is not None
    if isinstance(raised, NameError) and (match := MISSING_NAME.search(text)):
        return hasattr(builtins, match[1])
    if isinstance(raised, ImportError) and (match := MISSING_FROM_MODULE.search(text)):
        return _in_standard_library(match[2], match[1])
    if isinstance(raised, AttributeError) and (match := MISSING_ATTRIBUTE.search(text)):
        owner = getattr(builtins, match[1], None)
        return hasattr(owner, match[2]) or _in_standard_library(match[1], match[2])
    # Missing keyword arguments of builtins: CPython's own message for them names no builtin either.
    return isinstance(raised, TypeError) and "keyword argument" in text


def _in_standard_library(module: str, name: str) -> bool:
    """Whether a standard module has that name; only modules already loaded are asked, the text is
    untrusted.
    """
    return module in sys.stdlib_module_names and hasattr(sys.modules.get(module), name)
