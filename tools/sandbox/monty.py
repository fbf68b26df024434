"""Tier 2: the candidate and the tests in two sessions of Monty, a Python subset interpreter in worker processes.

Monty has no files, network, processes or environment to offer, and bounds time, memory and recursion itself. It
lacks modules, classes with bases, generators and more: code that meets such a gap is unscored, not failed. What
Monty refuses in words that CPython would use as well is checked against CPython's own builtins.
"""

import builtins
import keyword
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from tools.sandbox.inside.wire import decode, encode, is_plain
from tools.sandbox.verdict import Cause, Limits, Verdict, is_withheld_module, one_line

ENDING_ITERATION = (StopIteration, StopAsyncIteration, GeneratorExit)
MAX_CALLS = 100_000
RECURSION_DEPTH = 900  # CPython's 1000, less what the harness itself has on the stack in the other tier


@cache
def problem() -> str | None:
    """Why this tier cannot be used here, None where a program has run in it."""
    try:
        import pydantic_monty  # noqa: F401
    except ImportError as error:
        return f"pydantic-monty cannot be imported ({error})"
    verdict = run("def probe():\n    return 1", "assert probe() == 1", Limits())
    return None if verdict.status == "passed" else f"pydantic-monty does not work here: {verdict.reason}"


def run(code: str, tests: str, limits: Limits, stop: threading.Event | None = None) -> Verdict:
    """Run tests against code. The worker processes are gone when this returns or raises."""
    import pydantic_monty

    started = time.monotonic()
    nonce = secrets.token_hex(16)
    bounds: pydantic_monty.ResourceLimits = {
        "max_feed_duration_secs": float(limits.cpu_seconds),
        "max_memory": limits.memory_mib << 20,
        "max_recursion_depth": RECURSION_DEPTH,
        "max_suspensions": MAX_CALLS,
        "max_total_sleep_secs": limits.wall_seconds,
    }
    printed = pydantic_monty.CollectString(max_bytes=limits.output_kib << 10)
    ended: list[Verdict] = []

    def end(verdict: Verdict) -> Exception:
        ended.append(verdict)
        return RuntimeError(verdict.reason or "")

    with (
        pydantic_monty.Monty(max_processes=2, request_timeout=limits.wall_seconds) as pool,
        pool.checkout(limits=bounds) as candidate,
        pool.checkout(limits=bounds) as tester,
    ):

        def stand_in(name: str) -> Callable[..., object]:
            def call(*positional: object, **named: object) -> object:
                if stop is not None and stop.is_set():
                    raise end(_unscored("stopped"))
                if time.monotonic() - started > limits.wall_seconds:
                    raise end(_failed("time_limit", f"no result within {limits.wall_seconds:g} s"))
                if not is_plain([list(positional), named]):
                    raise end(_unscored(f"the tests call {name} with something that is not plain data"))
                try:
                    value = candidate.feed_run(
                        f"{name}(*positional_, **named_)",
                        inputs={"positional_": list(positional), "named_": named},
                        print_callback=printed,
                    )
                except pydantic_monty.MontyError as error:
                    raise _raised(error, end) from None
                if not is_plain(value):
                    raise TypeError(f"{name} returned a {type(value).__name__}, which is not plain data")
                return decode(encode(value))

            return call

        verdict = _load(candidate, code, printed)
        if verdict is None:
            try:
                names = {name for name in re.findall(r"[^\W\d]\w*", tests) if not keyword.iskeyword(name)}
                end_value = tester.feed_run(
                    f"{tests}\n{nonce!r}\n",
                    external_lookup={name: stand_in(name) for name in names - set(dir(builtins))},
                    print_callback=pydantic_monty.CollectString(max_bytes=1 << 16),
                )
                passed = end_value == nonce
                verdict = (
                    Verdict(status="passed", tier="monty")
                    if passed
                    else _failed("ended_early", "the tests came to no end")
                )
            except pydantic_monty.MontyError as error:
                verdict = _judged(error, "tests")
    verdict = ended[0] if ended else verdict
    return verdict.model_copy(update={"output": printed.output, "seconds": time.monotonic() - started})
