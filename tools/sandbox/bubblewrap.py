"""Tier 1: the candidate and the tests in two `bwrap` containers, joined by two pipes.

Each has its own user, pid, net, ipc, uts, mount and (where there is one) cgroup namespace, no capability, no
variable of our environment, a read-only system without /proc, /home and /etc, and a small /tmp in memory; the rlimits
of `inside.process` and the filter of `system_calls` come on top. The candidate's container never holds the tests,
the expected values or the nonce.
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
from pathlib import Path

from tools.sandbox.system_calls import seccomp_filter
from tools.sandbox.verdict import Cause, Limits, Verdict, one_line

SIDES = ("candidate", "tester")
INSIDE = Path(__file__).parent / "inside"
HARNESS = "/harness"
NOBODY = "65534"
TESTER_BYTES = 1 << 16
SIGNAL_EXIT = 128  # what bwrap adds to the number of the signal
POLL_SECONDS = 0.1

PROBE = """
import os, sys
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
    """Why this tier cannot be used here, None where it can: a probe has run and was held back as it should be."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed"
    if not _interpreter().exists():
        return f"no interpreter at {_interpreter()}"
    verdict = run(PROBE, PROBE_TESTS, Limits())
    return None if verdict.status == "passed" else f"bwrap does not work here: {verdict.reason}"


def run(code: str, tests: str, limits: Limits, stop: threading.Event | None = None) -> Verdict:
    """Run tests against code. When this returns or raises, both containers are gone with everything in them."""
    started = time.monotonic()
    nonce = secrets.token_hex(16)
    heard = {side: bytearray() for side in SIDES}
    with contextlib.ExitStack() as stack:
        with _pipe() as (call_out, call_in), _pipe() as (reply_out, reply_in):
            candidate_job, tester_job = {"code": code}, {"tests": tests, "nonce": nonce}
            containers = {
                "candidate": stack.enter_context(
                    _container("candidate", candidate_job, limits, call_out, reply_in)
                ),
                "tester": stack.enter_context(_container("tester", tester_job, limits, reply_out, call_in)),
            }
        interruption = _listen(containers, heard, limits, started + limits.wall_seconds, stop)
        candidate_exit = None if interruption else _exit_status(containers["candidate"])
    outcome = interruption or _outcome(heard, nonce, candidate_exit, limits)
    return outcome.model_copy(
        update={
            "output": heard["candidate"][: limits.output_kib << 10].decode("utf-8", "replace"),
            "seconds": time.monotonic() - started,
        }
    )


def _listen(
    containers: dict[str, "subprocess.Popen[bytes]"],
    heard: dict[str, bytearray],
    limits: Limits,
    deadline: float,
    stop: threading.Event | None,
) -> Verdict | None:
    """Read what both sides say until the tests' side is done; a verdict where something has to end it sooner."""
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


def _outcome(heard: dict[str, bytearray], nonce: str, candidate_exit: int | None, limits: Limits) -> Verdict:
    """The verdict that the tests' side gave, or what its absence means."""
    lines = heard["tester"].decode("utf-8", "replace").splitlines()
    messages = [json.loads(line.removeprefix(nonce)) for line in lines if line.startswith(nonce)]
    if not messages:
        said = one_line(bytes(heard["tester"] + heard["candidate"]).decode("utf-8", "replace"))
        return _unscored(f"the sandbox did not start: {said or 'it ended without a word'}")
    if len(messages) < 2:
        return _failed("ended_early", "the tests came to no end")
    status, cause, reason = messages[-1]
    if cause == "ended_early" and candidate_exit == SIGNAL_EXIT + signal.SIGXCPU:
        return _failed("time_limit", f"more than {limits.cpu_seconds} s of processor time")
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


@contextlib.contextmanager
def _container(
    side: str, job: dict[str, str], limits: Limits, stdin: int, stdout: int
) -> Iterator["subprocess.Popen[bytes]"]:
    """One side, running in a container of its own, killed at the end.

    Killing bwrap kills the container's first process (--die-with-parent), and with that the kernel ends the whole pid
    namespace; the same happens where our own process is killed.
    """
    with contextlib.ExitStack() as stack:
        job_file = stack.enter_context(_memory_file(json.dumps([job, limits.model_dump()]).encode()))
        calls = seccomp_filter()
        filter_file = stack.enter_context(_memory_file(calls)) if calls is not None else None
        process = subprocess.Popen(
            [*_command(limits, filter_file), "-c", _start(side, job_file)],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            pass_fds=[file for file in (job_file, filter_file) if file is not None],
            env={"PYTHONPATH": HARNESS, "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        _drain(process)


def _start(side: str, job_file: int) -> str:
    return f"from tools.sandbox.inside.{side} import main; main({job_file})"


def _drain(process: "subprocess.Popen[bytes]") -> None:
    """Wait until nobody holds the container's standard error any more: then its processes are dead."""
    assert process.stderr is not None
    with process.stderr, selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.select(1.0) and os.read(process.stderr.fileno(), 1 << 16):
            pass


def _exit_status(process: "subprocess.Popen[bytes]") -> int | None:
    """How the candidate ended, None where it still runs. It can be forged, so it only words a failure."""
    try:
        return process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return None


@contextlib.contextmanager
def _memory_file(content: bytes) -> Iterator[int]:
    """A descriptor of a file without a name that holds `content`."""
    with os.fdopen(os.memfd_create("benchwright"), "wb", buffering=0) as file:
        file.write(content)
        file.seek(0)
        yield file.fileno()


def _command(limits: Limits, filter_file: int | None) -> list[str]:
    """The bwrap command line up to the interpreter and its switches."""
    command = [*_fixed_arguments()]
    scratch = "/"
    if _offers_size():  # without a limit /tmp would be a way to fill the memory
        scratch = "/tmp"
        command += ["--size", str(limits.scratch_mib << 20), "--tmpfs", scratch]
    command += ["--remount-ro", "/", "--chdir", scratch]
    if filter_file is not None:
        command += ["--seccomp", str(filter_file)]
    # No site-packages (-S, -s), no current folder in the path (-P), no bytecode (-B).
    return [*command, "--", str(_interpreter()), "-s", "-S", "-P", "-B"]


@cache
def _fixed_arguments() -> tuple[str, ...]:
    arguments = [str(shutil.which("bwrap"))]
    arguments += [f"--unshare-{name}" for name in ("user", "ipc", "pid", "net", "uts", "cgroup-try")]
    arguments += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox"]
    arguments += ["--ro-bind", "/usr", "/usr"]
    for folder in map(Path, ("/bin", "/lib", "/lib32", "/lib64")):
        if folder.is_symlink():
            arguments += ["--symlink", os.readlink(folder), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    if not _interpreter().is_relative_to("/usr"):
        for path in (_interpreter(), Path(sys.base_prefix, "lib")):
            arguments += ["--ro-bind", str(path), str(path)]
    for device in ("/dev/null", "/dev/urandom"):
        arguments += ["--dev-bind", device, device]
    return (*arguments, "--ro-bind", str(INSIDE), f"{HARNESS}/tools/sandbox/inside")


def _interpreter() -> Path:
    """The real interpreter: neither the virtual environment's link nor a version manager's shim."""
    return Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}").resolve()


@cache
def _offers_size() -> bool:
    """Whether this bwrap can limit the size of a tmpfs (since 0.7)."""
    answer = subprocess.run(
        [str(shutil.which("bwrap")), "--help"], capture_output=True, text=True, check=False
    )
    return "--size" in answer.stdout + answer.stderr
