"""The candidate's process: loads the untrusted code, then answers calls of its functions with plain data.

It knows neither the tests nor what they expect. Everything that it sends may be forged, and none of it is
trusted: the most that a forger can do is to answer a call, and the answer is compared elsewhere.
"""

import sys
from collections.abc import Callable
from types import CodeType, ModuleType

from tools.sandbox.inside.process import begin
from tools.sandbox.inside.wire import decode, encode, receive, send

MODULE = "solution"


def main(job_descriptor: int) -> None:
    """Load the job's code and serve calls until the tests' process hangs up."""
    job, _, calls, replies = begin(job_descriptor)
    send(replies, {"ready": True})
    module = ModuleType(MODULE)
    sys.modules[MODULE] = module  # where dataclasses and their like look for it
    send(replies, _outcome(lambda: exec(_compiled(job["code"]), module.__dict__)))
    while True:
        try:
            call = receive(calls, sys.maxsize)
        except EOFError:
            return
        send(replies, _outcome(_call(module.__dict__, call)))


def _compiled(code: str) -> CodeType:
    program: CodeType = compile(code, f"<{MODULE}>", "exec", dont_inherit=True)
    return program


def _call(namespace: dict[str, object], message: dict[str, object]) -> Callable[[], object]:
    """The call that a message asks for; a name that the code did not define raises NameError when called."""

    def call() -> object:
        if message["name"] not in namespace:
            raise NameError(f"name {message['name']!r} is not defined")
        function = namespace[str(message["name"])]
        return function(*decode(message["positional"]), **decode(message["named"]))  # type: ignore[operator]

    return call


def _outcome(action: Callable[[], object]) -> dict[str, object]:
    """The encoded value of `action`, or what it raised."""
    try:
        return {"value": encode(action())}
    except BaseException as error:  # noqa: BLE001 - the code may raise anything, SystemExit included
        return {"raised": type(error).__name__[:80], "message": _message(error)}


def _message(error: BaseException) -> str:
    """What the error says, if its own `__str__` does not fail in turn."""
    try:
        return str(error)[:1000]
    except BaseException as second:  # noqa: BLE001 - the class of the error may be the candidate's
        return f"(its message raised {type(second).__name__[:80]})"
