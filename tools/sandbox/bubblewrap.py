"""Tier 1: the candidate and the tests in two `bwrap` containers, joined by two pipes.

Each has its own user, pid, net, ipc, uts, mount and (where there is one) cgroup namespace, no capability,
no variable of our environment, a read-only system without /proc, /home and /etc, and a small /tmp in
memory; the rlimits of `inside.process` and the filter of `system_calls` come on top. The candidate's
container never holds the tests, the expected values or the nonce.
"""

import contextlib
import json
import os
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache

from tools.sandbox.container import container, interpreter
from tools.sandbox.modules import withheld_module
from tools.sandbox.verdict import Cause, Limits, Verdict, one_line

SIDES = ("candidate", "tester")
TESTER_BYTES = 1 << 16
SIGNAL_EXIT = 128  # what bwrap adds to the number of the signal
POLL_SECONDS = 0.1

PROBE = """
import os
def probe():
    refused = []
    for name, attempt in [
        ("fork", lambda: os.fork()),
        ("socket", lambda: __import__("socket").socket()),
        ("write", lambda: open("/written", "w")),
        ("harness", lambda: open("/harness/written", "w")),
    ]:
        try:
            attempt()
        except OSError:
            refused.append(name)
    return refused
"""
PROBE_TESTS = "assert probe() == ['fork', 'socket', 'write', 'harness']"


@cache
def problem() -> str | None:
    """Why this tier cannot be used here, None where it can: a probe has run and was held back."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed"
    if not interpreter().exists():
        return f"no interpreter at {interpreter()}"
    verdict = run(PROBE, PROBE_TESTS, Limits())
    return None if verdict.status == "passed" else f"bwrap does not work here: {verdict.reason}"


def run(code: str, tests: str, limits: Limits, stop: threading.Event | None = None) -> Verdict:
    """Run tests against code. When this returns or raises, both containers and all in them are gone."""
    started = time.monotonic()
    nonce = secrets.token_hex(16)
    heard = {side: bytearray() for side in SIDES}
    try:
        outcome = _outcome_of_both(code, tests, nonce, heard, limits, started + limits.wall_seconds, stop)
    except OSError as error:  # no process, descriptor or memory left to start it with
        return _unscored(f"the sandbox could not be started: {error}")
    return outcome.model_copy(
        update={
            "output": heard["candidate"][: limits.output_kib << 10].decode("utf-8", "replace"),
            "seconds": time.monotonic() - started,
        }
    )


def _outcome_of_both(
    code: str,
    tests: str,
    nonce: str,
    heard: dict[str, bytearray],
    limits: Limits,
    deadline: float,
    stop: threading.Event | None,
) -> Verdict:
    """Start both containers, listen to them, and end them."""
    with contextlib.ExitStack() as stack:
        with _pipe() as (call_out, call_in), _pipe() as (reply_out, reply_in):
            candidate_job, tester_job = {"code": code}, {"tests": tests, "nonce": nonce}
            containers = {
                "candidate": stack.enter_context(
                    container("candidate", candidate_job, limits, call_out, reply_in)
                ),
                "tester": stack.enter_context(container("tester", tester_job, limits, reply_out, call_in)),
            }
        interruption = _listen(containers, heard, limits, deadline, stop)
        return interruption or _outcome(heard, nonce, containers["candidate"], limits)


def _listen(
    containers: dict[str, "subprocess.Popen[bytes]"],
    heard: dict[str, bytearray],
    limits: Limits,
    deadline: float,
    stop: threading.Event | None,
) -> Verdict | None:
    """Read what both sides say until the tests' side is done; a verdict where something ends it sooner."""
    with selectors.DefaultSelector() as selector:
        for side, container in containers.items():
            assert container.stderr is not None
            selector.register(container.stderr, selectors.EVENT_READ, side)
        while "tester" in {key.data for key in selector.get_map().values()}:
            for key, _ in selector.select(max(0.0, min(POLL_SECONDS, deadline - time.monotonic()))):
                part = os.read(key.fd, 1 << 16)
                heard[key.data] += part
                if not part:
                    selector.unregister(key.fileobj)
            if len(heard["candidate"]) > limits.output_kib << 10:
                return _failed("output_limit", f"printed more than {limits.output_kib} KiB")
            if len(heard["tester"]) > TESTER_BYTES:
                return _unscored("the tests print too much")
            if stop is not None and stop.is_set():
                return _unscored("stopped")
            if time.monotonic() > deadline:
                return _failed("time_limit", f"no result within {limits.wall_seconds:g} s")
    return None


def _outcome(
    heard: dict[str, bytearray], nonce: str, candidate: "subprocess.Popen[bytes]", limits: Limits
) -> Verdict:
    """The verdict that the tests' side gave, or what its absence means."""
    lines = heard["tester"].decode("utf-8", "replace").splitlines()
    messages = [json.loads(line.removeprefix(nonce)) for line in lines if line.startswith(nonce)]
    if not messages:
        said = one_line(bytes(heard["tester"] + heard["candidate"]).decode("utf-8", "replace"))
        return _unscored(f"the sandbox did not start: {said or 'it ended without a word'}")
    if len(messages) < 2:
        return _failed("ended_early", "the tests came to no end")
    status, cause, reason = messages[-1]
    if cause == "ended_early" and _exit_status(candidate) == SIGNAL_EXIT + signal.SIGXCPU:
        return _failed("time_limit", f"more than {limits.cpu_seconds} s of processor time")
    missing = withheld_module(reason) if "ModuleNotFoundError" in reason else None
    if cause == "exception" and missing:
        return _unscored(f"the sandbox has only the standard library, the code needs {missing}")
    if cause == "memory_limit":
        return _failed("memory_limit", f"more than {limits.memory_mib} MiB of memory; {reason}")
    return Verdict(status=status, tier="bwrap", cause=cause, reason=one_line(reason) or None)


def _failed(cause: Cause, reason: str) -> Verdict:
    return Verdict(status="failed", tier="bwrap", cause=cause, reason=one_line(reason))


def _unscored(reason: str) -> Verdict:
    return Verdict(status="unscored", tier="bwrap", reason=reason)


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """The reading and the writing end; both are closed here at the end, the containers keep theirs."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def _exit_status(process: "subprocess.Popen[bytes]") -> int | None:
    """How the candidate ended, None where it still runs. It can be forged, so it only words a failure."""
    try:
        return process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return None
