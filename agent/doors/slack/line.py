"""The lines of jobs: one worker for each loaded model, jobs of one thread in their order."""

import logging
import threading
import time
from bisect import insort
from collections.abc import Callable, Hashable

from sessions.slack_jobs import Job
from tools.errors import StoreError

log = logging.getLogger("benchwright.slack")

MOST_WORKERS = 2
"""Models that are worked with at the same time; jobs on a third wait until one of them has nothing to do."""
AFTER_AN_ERROR_S = 1.0

Place = tuple[Job, list[Job]]
"""A waiting job, and the jobs before it on the same model, the running one first."""


class Line:
    """Waiting and running jobs. `work` does one, in a worker's thread; `moved` is told whenever places change."""

    def __init__(
        self,
        key_of: Callable[[Job], Hashable],
        work: Callable[[Job], None],
        moved: Callable[[list[Place]], None],
    ) -> None:
        self._key_of = key_of
        self._work = work
        self._moved = moved
        self._waiting: list[Job] = []
        self._running: dict[Hashable, Job] = {}
        self._workers: set[threading.Thread] = set()
        self._closed = False
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._dispatcher = threading.Thread(target=self._dispatch, name="slack-line", daemon=True)
        self._dispatcher.start()

    def put(self, job: Job) -> None:
        """Put a job in line, where its number belongs. Returns at once: whoever calls has Slack waiting."""
        with self._lock:
            if not any(job.id == other.id for other in (*self._waiting, *self._running.values())):
                insort(self._waiting, job, key=lambda each: each.id)
            self._changed.set()

    def take_out(self, job_id: int) -> bool:
        """Take a job out before its turn; False where it is not waiting."""
        with self._lock:
            found = [job for job in self._waiting if job.id == job_id]
            self._waiting = [job for job in self._waiting if job.id != job_id]
            self._changed.set()
        return bool(found)

    def close(self, within_s: float) -> bool:
        """Begin nothing more and wait for the jobs at work; whether they have ended."""
        with self._lock:
            self._closed = True
            self._changed.set()
            workers = list(self._workers)
        for worker in workers:
            worker.join(within_s / max(1, len(workers)))
        return not any(worker.is_alive() for worker in workers)

    def _dispatch(self) -> None:
        while self._changed.wait() and not self._closed:
            self._changed.clear()
            try:
                self._move()
            except StoreError as error:
                log.error("the line stands still for a moment: %s", error)
                time.sleep(AFTER_AN_ERROR_S)
                self._changed.set()
            except Exception:  # the last line of defence: the next job that comes moves the line again
                log.exception("the line stumbled")

    def _move(self) -> None:
        """Begin what can begin, and tell the others their places. Raises StoreError."""
        with self._lock:
            waiting = list(self._waiting)
        keys = {job.id: self._key_of(job) for job in waiting}  # reads the store: Slack is not to wait for it
        with self._lock:
            if self._changed.is_set():
                return  # a job that ended meanwhile may have changed its thread's key
            for job in waiting:
                key = keys[job.id]
                if key not in self._running and len(self._running) < MOST_WORKERS and not self._is_busy(job):
                    self._begin(key, job)
            self._moved(self._places(keys))  # within the lock: nobody is told of a place that was given up

    def _begin(self, key: Hashable, job: Job) -> None:
        self._waiting.remove(job)
        self._running[key] = job
        worker = threading.Thread(
            target=self._run, args=(key, job), name=f"slack-worker-{job.id}", daemon=True
        )
        self._workers.add(worker)
        worker.start()

    def _run(self, key: Hashable, job: Job) -> None:
        try:
            self._work(job)
        finally:
            with self._lock:
                del self._running[key]
                self._workers.discard(threading.current_thread())
                self._changed.set()

    def _is_busy(self, job: Job) -> bool:
        """Whether something before it in its own thread is not done."""
        earlier = self._waiting[: self._waiting.index(job)]
        return any(
            (other.channel, other.thread) == (job.channel, job.thread)
            for other in (*self._running.values(), *earlier)
        )

    def _places(self, keys: dict[int, Hashable]) -> list[Place]:
        places: list[Place] = []
        before: dict[Hashable, list[Job]] = {key: [job] for key, job in self._running.items()}
        for job in self._waiting:
            ahead = before.setdefault(keys[job.id], [])
            places.append((job, list(ahead)))
            ahead.append(job)
        return places
