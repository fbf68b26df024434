"""Spreads independent pieces of work over the workers of a Ray cluster and hands the results back as they come.

A worker is a process that stays: what a task keeps in a cache (a loaded model) is there for the next. One that dies
is started again and its piece of work repeated, RETRIES times. Ray is not imported before work is spread.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import signal
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tools.errors import UserError
from tools.progress import Progress, Report

RETRIES = 3
"""How often a piece of work is repeated whose worker died."""
POLL_S = 0.25
"""Between two looks at the stop switch."""
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray would report to its makers
    "RAY_DEDUP_LOGS_SKIP_REGEX": "[^\\0]*",  # what Ray tells of its workers it prints into our standard output
}

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
    _check_installed()
    while not _in_use.acquire(timeout=POLL_S):
        report(Progress("waiting for the workers", 0, None, "workers"))
    try:
        report(Progress("starting workers", 0, None, "workers"))
        ours = _connect(most or _room(bytes_each))
        try:
            team = Team(_affordable(most, gpus_each), gpus_each)
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


def _check_installed() -> None:
    if importlib.util.find_spec("ray") is None:
        raise UserError(
            "Work can be spread over workers only with Ray, which is not installed.",
            "Run: pip install 'benchwright[ray]', or leave --engine at local.",
        )


def _connect(n_local: int) -> bool:
    """Connect to a cluster, unless this process is; returns whether it is for us to disconnect. Raises UserError."""
    os.environ.update(QUIET)
    import logging

    import ray

    if ray.is_initialized():
        return False
    # That a cluster of our own obeys nobody else, or that we are in a thread, is no news for the user.
    logging.getLogger("ray").setLevel(logging.ERROR)
    address = os.environ.get("RAY_ADDRESS")
    local = {"num_cpus": n_local, "include_dashboard": False}
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address or "local",
            log_to_driver=False,
            logging_level=logging.ERROR,
            **({} if address else local),
        )
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        where = f"The Ray cluster at {address}" if address else "Ray"
        raise UserError(
            f"{where} cannot be reached ({_first_line(error)}).",
            "Check RAY_ADDRESS, or unset it for workers on this machine.",
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, terminate)  # Ray puts its own there
    return True


def _affordable(most: int | None, gpus_each: int) -> int:
    """How many workers the cluster has room for. Raises UserError where it has none."""
    import ray

    there = ray.cluster_resources()
    room = int(there.get("CPU", 0))
    if gpus_each:
        room = min(room, int(there.get("GPU", 0)) // gpus_each)
    if not room:
        raise UserError(
            f"The Ray cluster has no {'GPU' if there.get('CPU', 0) else 'processor'} for a worker.",
            "Add a node that has, name another device, or leave --engine at local.",
        )
    return min(most or room, room)


def _check_same_versions(begun: Any) -> None:
    import ray

    try:
        there = ray.get(begun)
    except ray.exceptions.RayError as error:
        raise UserError(
            f"A worker cannot start ({_first_line(error)}).",
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
            f"A worker was lost while {label}, and {RETRIES} more tries did not help ({_first_line(error)}).",
            "What was done is kept: ask again, with fewer workers where memory is short.",
        ) from error


def _room(bytes_each: int) -> int:
    """How many workers this machine has processors and memory for; one at least."""
    import psutil

    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = psutil.virtual_memory().available // bytes_each if bytes_each else processors
    return max(1, min(processors, fitting))


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
