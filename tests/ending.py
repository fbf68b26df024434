"""How a process of ours ends; where it doesn't, what each of its threads was at."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

DIAGNOSED = {"PYTHONFAULTHANDLER": "1"}
"""In the environment of the process: SIGABRT prints the stack of every thread to its standard error."""


def exit_code(process: subprocess.Popen[Any], within_s: float, printed: Callable[[], str]) -> int:
    """The exit code; AssertionError with all stacks where it has not ended by then. `printed`: its standard error."""
    try:
        return process.wait(within_s)
    except subprocess.TimeoutExpired:
        status = Path(f"/proc/{process.pid}/status")
        masks = [line for line in status.read_text().splitlines() if line.startswith(("Sig", "Shd"))]
        process.send_signal(signal.SIGABRT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise AssertionError("\n".join([f"still there after {within_s:g} s", *masks, printed()])) from None
