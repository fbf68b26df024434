"""Spreads independent pieces of work over the workers of a Ray cluster and hands the results back as they come.

A worker is a process that stays: what a task keeps in a cache (a loaded model) is there for the next. One that dies
is started again and its piece of work repeated, RETRIES times. Ray is not imported before work is spread.
"""

from __future__ import annotations

import importlib.metadata
import os
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tools.errors import UserError
from tools.progress import Progress, Report
from tools.ray_cluster import affordable, check_installed, connect, first_line, room_here

RETRIES = 3
"""How often a piece of work is repeated whose worker died."""
POLL_S = 0.25
"""Between two looks at the stop switch."""

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Found = TypeVar("Found")

_in_use = threading.Lock()


@contextmanager
def workers(most: int | None, report: Report, *, bytes_each: int = 0, gpus_each: int = 0) -> Iterator[Team]:
    """A team of at most `most` workers with one processor each; None: as many as there are processors, or GPUs.

    They are on the cluster that the environment variable RAY_ADDRESS names, else on one of our own on this machine,
    which ends with the team; there, unless `most` says so, they are no more than have `bytes_each` of memory. One
    team at a time in a process: another waits. Raises UserError where Ray is not installed, does not start or has
    too little.
    """
    check_installed()
    while not _in_use.acquire(timeout=POLL_S):
        report(Progress("waiting for the workers", 0, None, "workers"))
    try:
        report(Progress("starting workers", 0, None, "workers"))
        ours = connect(most or room_here(bytes_each))
        try:
            team = Team(affordable(most, gpus_each), gpus_each)
            try:
                yield team
            finally:
                team.end()
        finally:
            if ours:
                import ray

                ray.shutdown()
    finally:
        _in_use.release()


@dataclass
class Team:
    """Workers of a connected cluster; they start with the first piece of work."""

    size: int
    gpus_each: int = 0
    _idle: list[Any] = field(default_factory=list)
    _starting: dict[Any, Any] = field(default_factory=dict)
    """By what tells that it is there."""
    _busy: dict[Any, tuple[Any, int]] = field(default_factory=dict)
    """Worker and index of the item, by the result to come."""
    _last: dict[Any, Hashable] = field(default_factory=dict)
    """What the latest item of a worker belongs to."""

    def each(
        self,
        task: Callable[[Shared, Item], Found],
        shared: Shared,
        items: Sequence[Item],
        report: Report,
        *,
        label: str,
        unit: str,
        belongs_to: Callable[[Item], Hashable] = lambda item: None,
    ) -> Iterator[tuple[Item, Found]]:
        """Do `task(shared, item)` for every item; each item with its result, in any order.

        `task` is a function of a module that workers can import; all it gets and returns is pickled. Items that
        belong to the same go to the same worker where that keeps nobody waiting. A UserError of a task comes out as
        itself. `report` may raise Stopped: the workers that are busy then are ended.
        """
        import ray

        waiting = list(range(len(items)))
        n_done = 0
        sent = ray.put(shared)
        keys = [belongs_to(item) for item in items]
        try:
            while waiting or self._busy:
                self._start(len(waiting) + len(self._busy))
                while waiting and self._idle:
                    worker, index = self._next(waiting, keys)
                    self._busy[worker.do.remote(task, sent, items[index])] = worker, index
                report(Progress(label, n_done, len(items), unit))
                ready, _ = ray.wait([*self._busy, *self._starting], num_returns=1, timeout=POLL_S)
                for result in ready:
                    if result in self._starting:
                        _check_same_versions(result)
                        self._idle.append(self._starting.pop(result))
                        continue
                    found = _got(result, label)
                    worker, index = self._busy.pop(result)
                    self._idle.append(worker)
                    n_done += 1
                    yield items[index], found
            report(Progress(label, len(items), len(items), unit))
        finally:
            self._stop_busy()

    def end(self) -> None:
        """End all workers."""
        import ray

        self._stop_busy()
        for worker in (*self._idle, *self._starting.values()):
            ray.kill(worker)
        self._idle, self._starting = [], {}

    def _start(self, wanted: int) -> None:
        import ray

        made = ray.remote(num_cpus=1, num_gpus=self.gpus_each, max_restarts=-1, max_task_retries=RETRIES)(
            Worker
        )
        for _ in range(min(self.size, wanted) - len(self._idle) - len(self._busy) - len(self._starting)):
            worker = made.remote()
            self._starting[worker.begin.remote()] = worker

    def _next(self, waiting: list[int], keys: Sequence[Hashable]) -> tuple[Any, int]:
        """An idle worker and what it does next: more of the same, else what no other worker is at, else anything."""
        for worker in self._idle:
            for index in waiting:
                if worker in self._last and keys[index] == self._last[worker]:
                    return self._given(worker, index, waiting, keys)
        worker = self._idle[-1]
        taken = {self._last.get(busy) for busy, _ in self._busy.values()}
        index = next((index for index in waiting if keys[index] not in taken), waiting[0])
        return self._given(worker, index, waiting, keys)

    def _given(
        self, worker: Any, index: int, waiting: list[int], keys: Sequence[Hashable]
    ) -> tuple[Any, int]:
        self._idle.remove(worker)
        waiting.remove(index)
        self._last[worker] = keys[index]
        return worker, index

    def _stop_busy(self) -> None:
        import ray

        for worker, _ in self._busy.values():
            ray.kill(worker)
            self._last.pop(worker, None)
        self._busy = {}


class Worker:
    """A process that does one piece of work after another."""

    def begin(self) -> dict[str, str]:
        """Take one processor and no more, whatever the environment says; tells the versions that it has."""
        os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")  # PyTorch, not imported yet, reads them
        return versions()

    def do(self, task: Callable[[Any, Any], Any], shared: Any, item: Any) -> Any:
        """One piece of work."""
        return task(shared, item)


def versions() -> dict[str, str]:
    """Of the packages that numbers depend on, without what tells builds for other devices apart."""
    names = ("benchwright", "torch", "transformers")
    return {name: importlib.metadata.version(name).partition("+")[0] for name in names}


def _check_same_versions(begun: Any) -> None:
    import ray

    try:
        there = ray.get(begun)
    except ray.exceptions.RayError as error:
        raise UserError(
            f"A worker cannot start ({first_line(error)}).",
            "Install the same version of Benchwright on all machines of the Ray cluster.",
        ) from error
    for name, here in versions().items():
        if there[name] != here:
            raise UserError(
                f"A worker has {name} {there[name]}, and this machine has {here}: numbers could differ.",
                "Install the same versions on all machines of the Ray cluster.",
            )


def _got(result: Any, label: str) -> Any:
    import ray

    try:
        return ray.get(result)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, UserError):
            raise error.cause from error
        raise
    except ray.exceptions.RayError as error:
        raise UserError(
            f"A worker was lost while {label}, and {RETRIES} more tries did not help ({first_line(error)}).",
            "What was done is kept: ask again, with fewer workers where memory is short.",
        ) from error
