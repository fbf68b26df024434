"""A seccomp filter of what namespaces and rlimits leave open: new processes, memory out of bounds, kernel
surface.

RLIMIT_NPROC does not bind root (nor root in a container), RLIMIT_AS counts neither memfd nor System V
segments, and namespaces leave most of the kernel's interface reachable. So the sandboxed process is one
process with one thread, and the calls below fail with EPERM. Format: classic BPF over `struct
seccomp_data`, see seccomp(2).
"""

import platform
import struct

# Name: (x86-64, asm-generic as on aarch64); None where the architecture has no such call.
DENIED: dict[str, tuple[int, int | None]] = {
    # processes and threads
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "clone3": (435, 435),
    # sockets
    "socket": (41, 198),
    "socketpair": (53, 199),
    # memory that RLIMIT_AS does not count
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # kernel interfaces with a history
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
AUDIT_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

LOAD_WORD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_OFFSET, ARCHITECTURE_OFFSET = 0, 4
ALLOW, KILL_PROCESS, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # EPERM
X32_NUMBERS = 0x40000000


def seccomp_filter(machine: str = platform.machine()) -> bytes | None:
    """The compiled filter for this architecture, None where its numbers are not known here."""
    if machine not in AUDIT_ARCHITECTURES:
        return None
    column = list(AUDIT_ARCHITECTURES).index(machine)
    numbers = [pair[column] for pair in DENIED.values() if pair[column] is not None]
    program = [
        (LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET),
        (JUMP_IF_EQUAL, 1, 0, AUDIT_ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL_PROCESS),  # calls of another architecture have other numbers
        (LOAD_WORD, 0, 0, NUMBER_OFFSET),
        (JUMP_IF_AT_LEAST, len(numbers) + 1, 0, X32_NUMBERS),
    ]
    for position, number in enumerate(numbers):
        program.append((JUMP_IF_EQUAL, len(numbers) - position, 0, number or 0))
    program += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
