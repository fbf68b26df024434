"""Tier 2: the candidate and the tests in two sessions of Monty, an interpreter of a subset of Python.

It runs in worker processes, has no files, network, processes or environment to offer, and bounds time, memory and
recursion itself. It lacks modules, classes with bases, generators and more: code that meets such a gap is unscored,
not failed. Lazy values (`zip`, `map`, `reversed`) are lists in it, and so pass for lists.
"""

import builtins
import keyword
import re
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from tools.sandbox.inside.wire import decode, encode, is_plain, told
from tools.sandbox.monty_errors import judged
from tools.sandbox.verdict import Limits, Verdict, one_line

if TYPE_CHECKING:
    import pydantic_monty

NUMBERS_AND_TEXT = ("NoneType", "bool", "int", "float", "complex", "str", "bytes")
CONTAINERS = ("list", "tuple", "dict", "set", "frozenset", "Counter", "defaultdict")
# Raised inside an iteration, these would end it quietly: `all(map(f, xs))` would be true of nothing.
ENDING_ITERATION = (StopIteration, StopAsyncIteration, GeneratorExit)
MAX_CALLS = 100_000
MAX_MEMORY_MIB = 64  # an answer passes through our own memory
# Fed before the candidate's code, which may have a `type` or `len` of its own.
ANSWER = """def answer_(value_, type_=type, len_=len, repr_=repr):
    return [type_(value_).__name__, value_] if len_(repr_(value_)) <= {limit} else ["huge", None]
"""
TESTS_OUTPUT_BYTES = 1 << 16
IDENTIFIER = re.compile(r"[^\W\d]\w*")


@cache
def problem() -> str | None:
    """Why this tier cannot be used here, None where a program has run in it."""
    try:
        import pydantic_monty
    except ImportError as error:
        return f"pydantic-monty cannot be imported ({error})"
    try:
        verdict = run("def probe():\n    return 1", "assert probe() == 1", Limits())
    except (OSError, RuntimeError, pydantic_monty.MontyError) as error:
        return f"pydantic-monty cannot be started ({error})"
    return None if verdict.status == "passed" else f"pydantic-monty does not work here: {verdict.reason}"


def run(code: str, tests: str, limits: Limits, stop: threading.Event | None = None) -> Verdict:
    """Run tests against code. When this returns or raises, the worker processes are gone."""
    import pydantic_monty

    started = time.monotonic()
    bounds = pydantic_monty.ResourceLimits(
        max_feed_duration_secs=float(limits.cpu_seconds),
        max_memory=min(limits.memory_mib, MAX_MEMORY_MIB) << 20,
        max_suspensions=MAX_CALLS,
        max_total_sleep_secs=limits.wall_seconds,
    )
    with (
        pydantic_monty.Monty(max_processes=2, request_timeout=limits.wall_seconds) as pool,
        pool.checkout(limits=bounds) as candidate_session,
        pool.checkout(limits=bounds) as tests_session,
    ):
        candidate = _Candidate(candidate_session, limits, started + limits.wall_seconds, stop)
        verdict = candidate.load(code) or _run_tests(tests, tests_session, candidate, limits)
    output = candidate.printed.output
    return verdict.model_copy(update={"output": output, "seconds": time.monotonic() - started})


def _run_tests(
    tests: str, session: "pydantic_monty.MontySession", candidate: "_Candidate", limits: Limits
) -> Verdict:
    """Run the tests with stand-ins for the names that they leave undefined; their end gives a nonce back."""
    import pydantic_monty

    nonce = secrets.token_hex(16)
    names = {name for name in IDENTIFIER.findall(tests) if not keyword.iskeyword(name)} - set(dir(builtins))
    try:
        said = session.feed_run(
            f"{tests}\n{nonce!r}\n",
            external_lookup={name: candidate.stand_in(name) for name in names},
            print_callback=pydantic_monty.CollectString(max_bytes=TESTS_OUTPUT_BYTES),
        )
    except pydantic_monty.MontySyntaxError as error:
        return _unscored(f"the tests are no Python: {error}")
    except pydantic_monty.MontyError as error:
        return candidate.ended or _judged_in_tests(error, tests, candidate, limits)
    if candidate.ended:  # the tests caught it
        return candidate.ended
    if said != nonce:
        return Verdict(status="failed", tier="monty", cause="ended_early", reason="the tests came to no end")
    return Verdict(status="passed", tier="monty")


def _judged_in_tests(
    error: "pydantic_monty.MontyError", tests: str, candidate: "_Candidate", limits: Limits
) -> Verdict:
    """The verdict over an error that came up in the tests: the candidate's own, or a wrong answer."""
    import pydantic_monty

    verdict = judged(error, limits)
    if verdict.cause != "exception" or repr(error.exception()) == candidate.raised:
        return verdict
    frames = error.traceback() if isinstance(error, pydantic_monty.MontyRuntimeError) else []
    lines = tests.splitlines()
    line = lines[frames[-1].line - 1].strip() if frames and frames[-1].line <= len(lines) else ""
    raised = "" if isinstance(error.exception(), AssertionError) else f" raised {verdict.reason}"
    reason = one_line(f"{line[:200]}{raised} ({candidate.last})")
    return Verdict(status="failed", tier="monty", cause="wrong_answer", reason=reason)


class _Candidate:
    """The session that holds the untrusted code, and what its calls have come to."""

    def __init__(
        self,
        session: "pydantic_monty.MontySession",
        limits: Limits,
        deadline: float,
        stop: threading.Event | None,
    ) -> None:
        import pydantic_monty

        self.session, self.limits, self.deadline, self.stop = session, limits, deadline, stop
        self.printed = pydantic_monty.CollectString(max_bytes=limits.output_kib << 10)
        self.ended: Verdict | None = None
        """Set by what ends the run for good, even where the tests catch the exception that follows."""
        self.raised = ""
        self.last = "no call returned"

    def load(self, code: str) -> Verdict | None:
        """Run the code itself; a verdict where that already fails."""
        import pydantic_monty

        try:
            self.session.feed_run(ANSWER.format(limit=self.limits.output_kib << 10))
            self.session.feed_run(code, print_callback=self.printed)
        except pydantic_monty.MontyError as error:
            return judged(error, self.limits)
        return None

    def stand_in(self, name: str) -> Callable[..., object]:
        """A function that calls the candidate's function `name`, for the session of the tests."""

        def call(*positional: object, **named: object) -> object:
            if self.stop is not None and self.stop.is_set():
                raise self._end(_unscored("stopped"))
            if time.monotonic() > self.deadline:
                reason = f"no result within {self.limits.wall_seconds:g} s"
                raise self._end(Verdict(status="failed", tier="monty", cause="time_limit", reason=reason))
            if not is_plain([list(positional), named]):
                raise self._end(_unscored(f"the tests call {name} with something that is not plain data"))
            return self._checked(name, self._called(name, list(positional), named))

        return call

    def _called(self, name: str, positional: list[object], named: dict[str, object]) -> object:
        import pydantic_monty

        try:
            return self.session.feed_run(
                f"answer_({name}(*positional_, **named_))",
                inputs={"positional_": positional, "named_": named},
                print_callback=self.printed,
            )
        except pydantic_monty.MontyError as error:
            raised, verdict = error.exception(), judged(error, self.limits)
            if verdict.cause != "exception" or not isinstance(raised, Exception):
                raise self._end(verdict) from None
            if isinstance(raised, ENDING_ITERATION):
                raised = RuntimeError(f"{type(raised).__name__}: {raised}")
            self.raised = repr(raised)
            raise raised from None

    def _checked(self, name: str, answer: object) -> object:
        """The value of an answer, in exact builtin types. Raises TypeError for what is not plain data."""
        type_name, value = answer if isinstance(answer, list) and len(answer) == 2 else ("forgery", None)
        if type_name == "huge":
            reason = f"{name} returned more than {self.limits.output_kib} KiB"
            raise self._end(Verdict(status="failed", tier="monty", cause="output_limit", reason=reason))
        if type_name not in NUMBERS_AND_TEXT + CONTAINERS or not is_plain(value):
            raise TypeError(f"{name} returned a {str(type_name)[:80]}, which is not plain data")
        self.last = f"the last call returned {told(value)}"
        return decode(encode(value))

    def _end(self, verdict: Verdict) -> RuntimeError:
        self.ended = self.ended or verdict
        return RuntimeError(verdict.reason or "")


def _unscored(reason: str) -> Verdict:
    return Verdict(status="unscored", tier="monty", reason=one_line(reason))
