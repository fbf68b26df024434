"""The tests' process: runs the tests here and the functions that they call in the candidate's process.

The candidate has no way in but the values that it returns: what the tests expect, the comparisons, the
builtins and the nonce that proves success are all on this side. A name that the tests use and do not define
(the function under test, helpers of the prompt) becomes a stand-in which sends the call across.
"""

import builtins
import json
import os
from collections.abc import Callable
from types import CodeType

from tools.sandbox.inside.process import begin
from tools.sandbox.inside.wire import decode, encode, is_plain, receive, send, told

TESTS_FILE = "<tests>"
# Raised inside an iteration, these would end it quietly: `all(map(f, xs))` would be true of nothing.
ENDING_ITERATION = (StopIteration, StopAsyncIteration, GeneratorExit)


class CandidateError(Exception):
    """An exception of the candidate that is none of Python's own, or that must not be raised here."""


class CandidateGone(BaseException):
    """The candidate's process ended, or answered with something that is no answer."""


class NotPlainData(BaseException):
    """The tests hand over an argument that cannot cross to another process."""


class Candidate:
    """The candidate's functions, called from here."""

    def __init__(self, replies: int, calls: int, max_bytes: int) -> None:
        self.replies, self.calls, self.max_bytes = replies, calls, max_bytes
        self.gone: tuple[str, str] | None = None
        self.raised: Exception | None = None
        self.returned: list[object] = []
        """The value of the last call, if any."""

    def reply(self) -> object:
        """The next value from the candidate. Raises what the candidate raised, as far as that is safe."""
        try:
            message = receive(self.replies, self.max_bytes)
            if "raised" not in message:
                return decode(message["value"])
            kind, text = str(message["raised"]), str(message["message"])
        except EOFError:
            raise self._end("ended_early", "the process ended before it answered") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError) as error:
            cause = "output_limit" if str(error).startswith("a value of") else "ended_early"
            raise self._end(cause, f"the answer could not be read: {error}") from None
        self.raised = exception(kind, text)
        raise self.raised

    def _end(self, cause: str, reason: str) -> CandidateGone:
        self.gone = self.gone or (cause, reason)
        return CandidateGone(reason)

    def stand_in(self, name: str) -> Callable[..., object]:
        """A function that calls the candidate's function `name`."""

        def call(*positional: object, **named: object) -> object:
            if self.gone:
                raise CandidateGone
            if not is_plain([positional, named]):
                raise NotPlainData(f"the tests call {name} with something that is not plain data")
            try:
                send(
                    self.calls, {"name": name, "positional": encode(list(positional)), "named": encode(named)}
                )
            except BrokenPipeError:
                raise self._end("ended_early", "the process ended before it was called") from None
            value = self.reply()
            self.returned = [value]
            return value

        call.__name__ = name
        return call


def exception(kind: str, text: str) -> Exception:
    """Python's own exception of that name; a CandidateError where there is none or it would do harm here."""
    known = getattr(builtins, kind, None)
    safe = (
        isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, ENDING_ITERATION)
    )
    try:
        return known(text) if safe else CandidateError(f"{kind}: {text}")  # type: ignore[misc]
    except TypeError:  # UnicodeDecodeError and its like want more arguments
        return CandidateError(f"{kind}: {text}")


def global_names(program: CodeType) -> set[str]:
    """Names that the tests look up outside of their functions (and some of attributes, which do no harm)."""
    names = set(program.co_names)
    for constant in program.co_consts:
        if isinstance(constant, CodeType):
            names |= global_names(constant)
    return names - set(dir(builtins))


def run(tests: str, candidate: Candidate) -> tuple[str, str | None, str]:
    """Status, cause and reason of the tests."""
    try:
        candidate.reply()  # of loading the code
    except CandidateGone:
        return "failed", *(candidate.gone or ("ended_early", ""))
    except Exception as error:  # noqa: BLE001 - whatever the candidate raised
        return "failed", _cause(error), f"loading: {_told(error)}"
    try:
        program = compile(tests, TESTS_FILE, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return "unscored", None, f"the tests are no Python: {error}"
    namespace = {"__name__": "tests", **{name: candidate.stand_in(name) for name in global_names(program)}}
    try:
        exec(program, namespace)
    except NotPlainData as error:
        return "unscored", None, str(error)
    except BaseException as error:  # noqa: BLE001 - the tests may raise anything
        if candidate.gone:
            return "failed", *candidate.gone
        if error is candidate.raised:
            return "failed", _cause(error), f"{_told(error)} at: {_line(error, tests)}"
        raised = "" if isinstance(error, AssertionError) else f" raised {_told(error)}"
        last = (
            f"the last call returned {told(candidate.returned[0])}"
            if candidate.returned
            else "no call returned"
        )
        return "failed", "wrong_answer", f"{_line(error, tests)}{raised} ({last})"
    if candidate.gone:  # the tests caught it
        return "failed", *candidate.gone
    return "passed", None, ""


def _cause(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return "syntax_error"
    return "memory_limit" if isinstance(error, MemoryError) else "exception"


def _told(error: BaseException) -> str:
    return str(error) if isinstance(error, CandidateError) else f"{type(error).__name__}: {error}"


def _line(error: BaseException, tests: str) -> str:
    """The line of the tests where it happened."""
    number, step = 0, error.__traceback__
    while step is not None:
        number = step.tb_lineno if step.tb_frame.f_code.co_filename == TESTS_FILE else number
        step = step.tb_next
    return tests.splitlines()[number - 1].strip()[:200] if number else ""


def main(job_descriptor: int) -> None:
    """Run the job's tests; `ready` and then the outcome go to standard error, each line led by the nonce."""
    job, limits, replies, calls = begin(job_descriptor)

    def tell(message: object) -> None:
        os.write(2, f"\n{job['nonce']} {json.dumps(message)}\n".encode())

    candidate = Candidate(replies, calls, limits["output_kib"] << 10)
    if receive(replies, 100) != {"ready": True}:  # sent before any untrusted code has run
        return
    tell("ready")
    tell(run(job["tests"], candidate))
    os._exit(0)  # nothing is left to do, so the interpreter need not be taken down with care
