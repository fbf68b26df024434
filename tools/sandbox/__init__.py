"""Where model-written code runs, and nowhere else: in bubblewrap, else in Monty, else not at all.

The tests and the candidate never share an interpreter. The candidate's side gets the code and then calls
with plain data, and answers them; the tests' side makes the calls, compares, and prints a nonce once all
went well. So there is nothing to find (frames, files, memory), nothing to patch (builtins, `assert`,
standard output), and neither an exit status nor anything printed counts. Calls are by value: what a
function does to its arguments is not seen, and arguments and results are plain data (None, bool, int,
float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range; anything else comes back as
something that equals nothing). What a candidate may still do is answer well without being honest: remember
earlier calls, or tell a test input by its value.
"""

import threading
from functools import cache

from tools.sandbox import bubblewrap, monty
from tools.sandbox.verdict import Limits, Tier, Verdict

__all__ = ["Limits", "Tier", "Verdict", "run_tests", "tier"]

MAX_SOURCE_CHARACTERS = 200_000


@cache
def tier() -> Tier:
    """The strongest tier that works here, probed once in a process by running a program in it."""
    if bubblewrap.problem() is None:
        return "bwrap"
    return "monty" if monty.problem() is None else "none"


def run_tests(
    code: str,
    tests: str,
    *,
    limits: Limits | None = None,
    tier: Tier | None = None,
    stop: threading.Event | None = None,
) -> Verdict:
    """Run `tests` (Python source) against the functions of the untrusted `code`.

    Names that the tests use without defining them are the candidate's functions, so plain asserts work as
    well as HumanEval's `def check(candidate): ...` with a last line `check(name)`. `tier` forces one;
    `stop`, set from another thread, ends the run early. Never raises for anything that the code does.
    """
    limits, tier = limits or Limits(), tier or strongest()
    if len(code) > MAX_SOURCE_CHARACTERS:
        return Verdict(status="failed", tier=tier, cause="syntax_error", reason="the code is too long")
    if tier == "bwrap":
        return bubblewrap.run(code, tests, limits, stop)
    if tier == "monty":
        return monty.run(code, tests, limits, stop)
    reason = f"no sandbox for generated code: {bubblewrap.problem()}; {monty.problem()}"
    return Verdict(status="unscored", tier="none", reason=reason)


strongest = tier  # the parameter of `run_tests` hides the name
