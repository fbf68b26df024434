"""The lines: one worker for each model, threads in order, places told."""

import threading
import time
from collections.abc import Callable

from agent.doors.slack.line import MOST_WORKERS, Line, Place
from sessions.slack_jobs import Job


def _job(number: int, thread: str = "", model: str = "a") -> Job:
    return Job(number, model, thread or f"t{number}", "U1", {"text": ""}, "queued", None, 0, 0, [], None)


class Worker:
    """Work that lasts until a test lets it end."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.places: list[list[tuple[int, list[int]]]] = []
        self._ends: dict[int, threading.Event] = {}
        self.line = Line(lambda job: job.channel, self._work, self._moved)

    def _work(self, job: Job) -> None:
        self.begun.append(job.id)
        assert self.end(job.id, now=False).wait(10)
        self.done.append(job.id)

    def _moved(self, places: list[Place]) -> None:
        self.places.append([(job.id, [each.id for each in ahead]) for job, ahead in places])

    def end(self, job: int, now: bool = True) -> threading.Event:
        ends = self._ends.setdefault(job, threading.Event())
        if now:
            ends.set()
        return ends


def _until(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not look():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_jobs_on_one_model_run_one_after_another_in_the_order_in_which_they_came() -> None:
    worker = Worker()
    for number in (1, 2, 3):
        worker.line.put(_job(number))
    _until(lambda: worker.begun == [1])
    assert worker.places[-1] == [(2, [1]), (3, [1, 2])]
    worker.end(1)
    _until(lambda: worker.begun == [1, 2])
    assert worker.places[-1] == [(3, [2])]
    for number in (2, 3):
        worker.end(number)
    _until(lambda: worker.done == [1, 2, 3])


def test_jobs_on_two_models_run_at_the_same_time_and_a_third_model_waits() -> None:
    assert MOST_WORKERS == 2
    worker = Worker()
    for number, model in enumerate("abc", start=1):
        worker.line.put(_job(number, model=model))
    _until(lambda: sorted(worker.begun) == [1, 2])
    worker.end(1)
    _until(lambda: 3 in worker.begun)
    for number in (2, 3):
        worker.end(number)
    _until(lambda: len(worker.done) == 3)


def test_a_later_job_of_a_thread_waits_for_the_earlier_one_even_on_another_model() -> None:
    """The earlier one may load the model that the later one is about."""
    key = {1: "a", 2: "b"}
    worker = Worker()
    worker.line = Line(lambda job: key[job.id], worker._work, worker._moved)
    worker.line.put(_job(1, "t"))
    worker.line.put(_job(2, "t"))
    _until(lambda: worker.begun == [1])
    time.sleep(0.05)
    assert worker.begun == [1]
    for number in (1, 2):
        worker.end(number)
    _until(lambda: worker.done == [1, 2])


def test_a_job_that_waits_is_taken_out_and_one_at_work_is_not() -> None:
    worker = Worker()
    worker.line.put(_job(1))
    worker.line.put(_job(2))
    _until(lambda: worker.begun == [1])
    assert worker.line.take_out(2)
    assert not worker.line.take_out(1)
    worker.end(1)
    _until(lambda: worker.done == [1])
    assert worker.begun == [1]


def test_the_same_job_is_in_line_once() -> None:
    worker = Worker()
    for _ in range(3):
        worker.line.put(_job(1))
    worker.end(1)
    _until(lambda: worker.done == [1])
    time.sleep(0.05)
    assert worker.begun == [1]


def test_a_closed_line_begins_nothing_and_waits_for_what_is_at_work() -> None:
    worker = Worker()
    worker.line.put(_job(1))
    worker.line.put(_job(2))
    _until(lambda: worker.begun == [1])
    assert not worker.line.close(0.05)
    worker.end(1)
    assert worker.line.close(10)
    assert worker.done == [1]
    assert worker.begun == [1]
