"""From the command to the prompt of the chat, in a terminal."""

import os
import pty
import select
import signal
import sys
import tempfile

from tests.benchmarks.measure import Contest, Subjects

WORK = "chat prompt visible"
AGAINST = ""
TARGET = 1.0

PROMPT = b">"
WHERE = b"\x1b[6n"
PATIENCE = 60


def contest(subjects: Subjects) -> Contest:
    """In a process and a terminal of its own, with an empty store."""
    return Contest(ours=open_chat, rounds=5)


def open_chat() -> None:
    """Start the chat and wait until its prompt is there."""
    with tempfile.TemporaryDirectory() as store:
        process, terminal = pty.fork()
        if process == 0:
            os.environ |= {"BENCHWRIGHT_DATA": store, "TERM": "xterm", "COLUMNS": "110"}
            os.execv(sys.executable, [sys.executable, "-m", "agent", "chat"])
        try:
            shown = b""
            while PROMPT not in shown:
                if not select.select([terminal], [], [], PATIENCE)[0]:
                    raise TimeoutError(f"no prompt within {PATIENCE} seconds")
                shown += os.read(terminal, 65536)
                if WHERE in shown:  # a terminal answers where its cursor is
                    os.write(terminal, b"\x1b[1;1R")
                    shown = shown.replace(WHERE, b"")
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(terminal)
