"""Ctrl-C while work is under way: the first press stops the work, the second leaves the program."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_interrupt(stop: Callable[[], None], leave: Callable[[], None] | None = None) -> Iterator[None]:
    """Within, SIGINT calls `stop` instead of raising KeyboardInterrupt; in another than the main thread, nothing.

    The second press calls `leave`; without one it ends the process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    presses = 0

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal presses
        presses += 1
        if presses > 1:
            (leave or _leave_at_once)()
        stop()

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _leave_at_once() -> None:
    """Work that does not stop (a huge file being read) is left where it is: everything shown is on disk."""
    sys.stderr.write("\nLeft. What was shown is kept; `benchwright sessions` lists it.\n")
    sys.stderr.flush()
    os._exit(130)
