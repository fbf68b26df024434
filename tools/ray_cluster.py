"""The Ray cluster that work is spread over: the one that RAY_ADDRESS names, else one of our own on this machine."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading

from tools.errors import UserError

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray would report to its makers
    "RAY_DEDUP_LOGS_SKIP_REGEX": "[^\\0]*",  # what Ray tells of its workers it prints into our standard output
}


def check_installed() -> None:
    """Raise UserError where Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise UserError(
            "Work can be spread over workers only with Ray, which is not installed.",
            "Run: pip install 'benchwright[ray]', or leave --engine at local.",
        )


def connect(n_local: int) -> bool:
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
            f"{where} cannot be reached ({first_line(error)}).",
            "Check RAY_ADDRESS, or unset it for workers on this machine.",
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, terminate)  # Ray puts its own there
    return True


def affordable(most: int | None, gpus_each: int) -> int:
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


def room_here(bytes_each: int) -> int:
    """How many workers this machine has processors and memory for; one at least."""
    import psutil

    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = psutil.virtual_memory().available // bytes_each if bytes_each else processors
    return max(1, min(processors, fitting))


def first_line(error: BaseException) -> str:
    """What an error of Ray says, in short."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
