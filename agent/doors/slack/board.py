"""What the progress messages should show now; the sender brings Slack to it, seldom enough for its limits."""

import threading
import time
from dataclasses import dataclass

from agent.doors.slack.blocks import Message, button, buttons, message, section
from tools.progress import Progress

EVERY_S = 2.5
"""Between two edits of one message."""
SLOWEST_S = 30.0
AMONG_ALL_S = 1.2
"""Between two edits of any: Slack allows about fifty a minute."""


@dataclass
class _Shown:
    message: Message
    is_new: bool = True
    edited: float | None = None
    """None: this is the first that the thread sees, which waits for nothing."""


class Board:
    """The newest text of each job's progress message. For several threads."""

    def __init__(self) -> None:
        self._shown: dict[int, _Shown] = {}
        self._lock = threading.Lock()
        self._every_s = EVERY_S
        self._edited = -SLOWEST_S

    def show(self, job: int, text: str) -> None:
        """Show this as soon as it is allowed, with a button that stops the job."""
        fresh = message(text, [section(text), buttons(button("Stop", "stop", str(job), "danger"))])
        with self._lock:
            shown = self._shown.setdefault(job, _Shown(fresh))
            shown.is_new |= shown.message != fresh
            shown.message = fresh

    def clear(self, job: int) -> None:
        """What comes next for this job is no progress."""
        with self._lock:
            self._shown.pop(job, None)

    def due(self) -> tuple[int, Message] | None:
        """The job whose message has waited longest, and what to show; None where none may be edited yet."""
        moment = time.monotonic()
        with self._lock:
            may_edit = moment - self._edited >= AMONG_ALL_S
            waiting = [
                (shown.edited or 0.0, job)
                for job, shown in self._shown.items()
                if shown.is_new
                and (shown.edited is None or (may_edit and moment - shown.edited >= self._every_s))
            ]
            if not waiting:
                return None
            _, job = min(waiting)
            shown = self._shown[job]
            shown.is_new, shown.edited, self._edited = False, moment, moment
            return job, shown.message

    def not_shown(self, job: int, *, too_often: bool) -> None:
        """The edit did not reach Slack; `too_often`: since there were too many, so there will be fewer."""
        with self._lock:
            if job in self._shown:
                self._shown[job].is_new = True
            if too_often:
                self._every_s = min(SLOWEST_S, 2 * self._every_s)

    def was_shown(self) -> None:
        """The edit reached Slack: after too many, the pace comes back bit by bit."""
        with self._lock:
            self._every_s = max(EVERY_S, 0.9 * self._every_s)


class Pace:
    """How long one task of a job will still take, from how far it has come."""

    def __init__(self) -> None:
        self._task = ""
        self._began = (0.0, 0)

    def left(self, progress: Progress) -> float | None:
        """Seconds left of the task; None where nobody can tell yet."""
        moment = time.monotonic()
        if progress.task != self._task:
            self._task, self._began = progress.task, (moment, progress.done)
        began, done_before = self._began
        done = progress.done - done_before
        if progress.total is None or done <= 0:
            return None
        return (moment - began) / done * max(0, progress.total - progress.done)


def in_words(progress: Progress, left: float | None) -> str:
    """How far it is, in a line."""
    count = f"{progress.done:,}" if progress.total is None else f"{progress.done:,} of {progress.total:,}"
    time_left = f", {about(left)} left" if left is not None else ""
    return f"{progress.task}: {count} {progress.unit}{time_left}"


def about(seconds: float) -> str:
    """A duration as one says it: `about 40 s`, `about 3 min`."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.0f} h"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
