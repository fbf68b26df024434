"""How a sandboxed process begins: its job is read, its pipes are put out of the way, its resources are
limited.
"""

import json
import os
import resource


def begin(job_descriptor: int) -> tuple[dict[str, str], dict[str, int], int, int]:
    """The job, the limits, and the descriptors of the pipes from and to the other process.

    Afterwards standard input is empty and standard output goes where standard error goes.
    """
    with os.fdopen(job_descriptor, "rb") as file:
        job, limits = json.loads(file.read())
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    _limit(limits)
    return job, limits, incoming, outgoing


def _limit(limits: dict[str, int]) -> None:
    """Hard limits, which a process without capabilities cannot raise again."""
    memory, file_size = limits["memory_mib"] << 20, limits["scratch_mib"] << 18
    for kind, soft, hard in [
        (resource.RLIMIT_AS, memory, memory),
        # SIGXCPU at the soft limit ends the process with a telling signal; whoever ignores it meets the hard one.
        (resource.RLIMIT_CPU, limits["cpu_seconds"], limits["cpu_seconds"] + 1),
        (resource.RLIMIT_FSIZE, file_size, file_size),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_NPROC, 1, 1),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ]:
        resource.setrlimit(kind, (soft, hard))
