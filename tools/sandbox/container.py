"""One bubblewrap container: its command line, its interpreter, its start and its certain end."""

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.sandbox.system_calls import seccomp_filter
from tools.sandbox.verdict import Limits

INSIDE = Path(__file__).parent / "inside"
HARNESS = "/harness"
NOBODY = "65534"


@contextlib.contextmanager
def container(
    side: str, job: dict[str, str], limits: Limits, stdin: int, stdout: int
) -> Iterator["subprocess.Popen[bytes]"]:
    """One side, running in a container of its own, killed at the end.

    Killing bwrap kills the container's first process (--die-with-parent), and with that the kernel ends the
    whole pid namespace; the same happens where our own process is killed.
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
    return [*command, "--", str(interpreter()), "-s", "-S", "-P", "-B"]


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
    if not interpreter().is_relative_to("/usr"):
        for path in (interpreter(), Path(sys.base_prefix, "lib")):
            arguments += ["--ro-bind", str(path), str(path)]
    for device in ("/dev/null", "/dev/urandom"):
        arguments += ["--dev-bind", device, device]
    return (*arguments, "--ro-bind", str(INSIDE), f"{HARNESS}/tools/sandbox/inside")


def interpreter() -> Path:
    """The real interpreter: neither the virtual environment's link nor a version manager's shim."""
    return Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}").resolve()


@cache
def _offers_size() -> bool:
    """Whether this bwrap can limit the size of a tmpfs (since 0.7)."""
    answer = subprocess.run(
        [str(shutil.which("bwrap")), "--help"], capture_output=True, text=True, check=False
    )
    return "--size" in answer.stdout + answer.stderr
