"""Attacks on tier 1, each of which has to fail without harm."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from tools.sandbox import Limits, Verdict, bubblewrap, container, run_tests, tier

pytestmark = pytest.mark.skipif(bubblewrap.problem() is not None, reason=str(bubblewrap.problem()))

SHORT = Limits(wall_seconds=5, cpu_seconds=1)
HONEST = "def double(x):\n    return 2 * x"
TESTS = "assert double(3) == 6\nassert double(-1) == -2"


def attack(body: str, tests: str = TESTS, limits: Limits = SHORT) -> Verdict:
    """The verdict over a `double` that does something else (`body`) and then returns None."""
    code = "import os, sys\ndef double(x):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return run_tests(code, tests, limits=limits, tier="bwrap")


def returned(expression: str, limits: Limits = SHORT) -> str:
    """What an expression comes to inside the sandbox, read off the reason why it is not 6."""
    verdict = attack(f"return str({expression})", limits=limits)
    assert verdict.status == "failed"
    return str(verdict.reason)


def sandboxed(ancestor: int) -> set[int]:
    """The descendants of a process that belong to a sandbox."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    family = {ancestor}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return {process for process in family if alive(process)}


def alive(process: int) -> bool:
    """Whether a sandbox's process still runs (an unreaped one has no command line)."""
    try:
        return b"tools.sandbox.inside" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_right_code_passes_and_the_tier_is_recorded():
    verdict = run_tests(HONEST, TESTS, tier="bwrap")
    assert (verdict.status, verdict.tier, verdict.cause) == ("passed", "bwrap", None)
    assert tier() == "bwrap"


def test_wrong_code_fails_with_the_line_and_the_value():
    verdict = attack("return x + 3")
    assert (verdict.status, verdict.cause) == ("failed", "wrong_answer")
    assert verdict.reason == "assert double(-1) == -2 (the last call returned 2)"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("def double(x:", "syntax_error"),
        ("def double(x):\n    return 1 / 0", "exception"),
        ("def triple(x):\n    return 3 * x", "exception"),
        ("import a_module_that_nobody_wrote", "exception"),
        ("raise SystemExit(0)", "exception"),
        ("\0", "exception"),
        ("\udcff = 1", "exception"),
    ],
)
def test_broken_code_fails_with_its_cause(code: str, cause: str):
    verdict = run_tests(code, TESTS, tier="bwrap")
    assert verdict.status == "failed"
    assert verdict.cause == cause or (code == "\0" and verdict.cause == "syntax_error")


def test_a_real_module_that_the_sandbox_withholds_is_unscored():
    verdict = run_tests("import pydantic\n" + HONEST, TESTS, tier="bwrap")
    assert verdict.status == "unscored"
    assert "pydantic" in str(verdict.reason)


def test_tests_in_the_form_of_human_eval_run():
    tests = """
    METADATA = {}

    def check(candidate):
        assert candidate(2) == 4, "two"
        assert all(candidate(i) == helper(i) for i in range(10))
        try:
            candidate(None)
        except TypeError:
            pass
        else:
            raise AssertionError("no TypeError")

    check(double)
    """
    helper = "\ndef helper(x):\n    return x + x"
    assert run_tests(HONEST + helper, textwrap.dedent(tests), tier="bwrap").status == "passed"
    assert run_tests(HONEST, textwrap.dedent(tests), tier="bwrap").status == "failed"


def test_tests_that_cannot_be_run_are_unscored():
    assert run_tests(HONEST, "assert (", tier="bwrap").status == "unscored"
    assert run_tests(HONEST, "assert double(open)", tier="bwrap").status == "unscored"


def test_a_fork_bomb_cannot_start():
    started = time.monotonic()
    verdict = attack("while True:\n    os.fork()")
    assert (verdict.status, verdict.cause) == ("failed", "exception")
    assert "Operation not permitted" in str(verdict.reason)
    assert time.monotonic() - started < 5


def test_threads_cannot_start():
    verdict = attack("import threading\nthreading.Thread(target=print).start()")
    assert "can't start new thread" in str(verdict.reason)


def test_a_memory_fill_ends_at_the_limit():
    assert attack("x = []\nwhile True:\n    x.append(bytes(1 << 20))").cause == "memory_limit"


@pytest.mark.parametrize("call", ["memfd_create", "shmget"])
def test_memory_beside_the_address_space_is_refused(call: str):
    arguments = "b'x', 0" if call == "memfd_create" else "0, 4096, 0o1666"
    assert "returned '-1'" in returned(f"__import__('ctypes').CDLL(None).{call}({arguments})")


def test_a_disk_fill_ends_at_the_limit():
    verdict = attack(
        """
        written = 0
        try:
            for i in range(1000):
                with open(f"/tmp/{i}", "wb", buffering=0) as file:
                    for _ in range(1000):
                        written += file.write(bytes(1 << 20))
        except OSError:
            pass
        return written
        """,
        "assert 0 < double(1) <= 16 << 20\nassert double(1) == 0",
    )
    # The first line holds (one file may have 4 MiB), and so the second does not.
    assert "assert double(1) == 0" in str(verdict.reason)


@pytest.mark.parametrize("path", ["/", "/usr", "/dev", "/harness/tools/sandbox/inside", "/lib"])
def test_nothing_but_tmp_can_be_written(path: str):
    verdict = attack(f"open('{path}/new', 'w')")
    assert "Read-only file system" in str(verdict.reason) or "Permission denied" in str(verdict.reason)


def test_an_infinite_loop_ends_at_the_limit_of_processor_time():
    verdict = attack("while True:\n    pass")
    assert verdict.cause == "time_limit"
    assert verdict.seconds < 4


def test_an_infinite_loop_that_ignores_the_signal_ends_too():
    verdict = attack("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True:\n    pass")
    assert verdict.status == "failed"
    assert verdict.seconds < 5


def test_sleeping_ends_at_the_limit_of_the_clock():
    verdict = attack("import time\ntime.sleep(60)", limits=Limits(wall_seconds=0.7))
    assert verdict.cause == "time_limit"
    assert verdict.seconds < 2


def test_an_infinite_output_is_cut():
    verdict = attack("while True:\n    print('x' * 1000)")
    assert verdict.cause == "output_limit"
    assert len(verdict.output) == SHORT.output_kib << 10


def test_a_huge_answer_is_refused():
    assert attack("return 'x' * (1 << 20)").cause == "output_limit"


def test_a_number_too_long_to_write_out_is_compared():
    code = "def power(n):\n    return 2**n"
    assert run_tests(code, "assert power(20_000) == 2**20_000", tier="bwrap").status == "passed"
    assert "too long to write out" in str(run_tests(code, "assert power(20_000) == 1", tier="bwrap").reason)


def test_the_home_folder_is_not_there(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("mine")
    assert "No such file" in str(attack(f"return open({str(secret)!r}).read()").reason)
    assert "No such file" in str(attack(f"return os.listdir({str(Path.cwd())!r})").reason)
    for path in ("/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", "/sys", "/home"):
        assert "No such file" in str(attack(f"return os.stat({path!r})").reason)


def test_our_environment_is_not_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BENCHWRIGHT_SECRET", "hunter2")
    said = returned("sorted(os.environ)")
    assert "SECRET" not in said
    assert "HOME" not in said


def test_sockets_cannot_be_opened():
    for family in ("AF_INET", "AF_UNIX", "AF_NETLINK"):
        verdict = attack(f"import socket\nsocket.socket(socket.{family}, socket.SOCK_DGRAM)")
        assert "Operation not permitted" in str(verdict.reason)


def test_no_capability_and_no_root():
    assert "returned '65534'" in returned("os.getuid()")
    assert attack("os.setuid(0)").cause == "exception"
    assert "returned '-1'" in returned("__import__('ctypes').CDLL(None).unshare(0x10000000)")


def test_killing_what_can_be_reached_ends_only_the_candidate():
    for target in ("os.getppid()", "1", "-1", "0"):
        verdict = attack(f"import signal\nos.kill({target}, signal.SIGKILL)\nreturn 2 * x")
        # The first process of a pid namespace ignores signals from within, so a kill may come to nothing.
        assert verdict.status in ("failed", "passed")
        assert verdict.tier == "bwrap"
    assert run_tests(HONEST, TESTS, tier="bwrap").status == "passed"


@pytest.mark.parametrize(
    "body",
    [
        "os._exit(0)",
        "sys.exit(0)",
        "import atexit\natexit.register(lambda: os._exit(0))\nraise SystemExit(0)",
        "print('passed')\nprint('ready')\nos._exit(0)",
        "os.write(1, b'passed')\nos.write(2, b'passed')\nos._exit(0)",
        "for descriptor in range(3, 64):\n    try:\n        os.close(descriptor)\n    except OSError:\n        pass",
        # Forged frames on every descriptor: they are answers, and answers are compared.
        """
        frame = b'{"value": true}'
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, len(frame).to_bytes(4, "big") + frame)
            except OSError:
                pass
        os._exit(0)
        """,
        # Not even rubbish that follows no protocol counts.
        "for descriptor in range(3, 64):\n    try:\n        os.write(descriptor, b'x' * 9999)\n"
        "    except OSError:\n        pass\nos._exit(0)",
    ],
)
def test_faking_success_fails(body: str):
    assert attack(body).status == "failed"


@pytest.mark.parametrize(
    "body",
    [
        "import builtins\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})\nbuiltins.len = lambda x: 0",
        "sys.modules['tools.sandbox.inside.wire'].encode = lambda value: True\nreturn 0",
        "sys.modules['tools.sandbox.inside.candidate'].send = lambda *x: None",
        "import json\njson.dumps = lambda *x: 'true'",
        "sys.stdout = sys.stderr = None",
        "sys.setrecursionlimit(10**9)\nreturn double(x)",
    ],
)
def test_patching_the_harness_or_the_builtins_fails(body: str):
    assert attack(body, limits=Limits(wall_seconds=2, cpu_seconds=1)).status == "failed"


def test_neither_nonce_nor_expected_values_are_where_the_candidate_is():
    code = """
    import gc, os, sys
    def double(x):
        seen = []
        frame = sys._getframe()
        while frame:
            seen.append(repr(frame.f_locals) + repr(frame.f_globals))
            frame = frame.f_back
        seen.append(repr([o for o in gc.get_objects() if isinstance(o, (dict, list, tuple, str))]))
        seen.append(repr(sys.argv) + repr(sys.orig_argv) + repr(dict(os.environ)))
        for descriptor in range(3, 64):
            try:
                os.lseek(descriptor, 0, 0)
                seen.append(repr(os.read(descriptor, 100000)))
            except OSError:
                pass
        expected = "".join(map(chr, [50, 55, 49, 56, 50, 56]))
        return (len(seen) > 5, any(expected in text for text in seen))
    """
    # The number stands in the tests only; where it were found, so would be the nonce beside it.
    tests = "assert double(1) != 271828\nassert double(1) == (True, False)"
    verdict = run_tests(textwrap.dedent(code), tests, tier="bwrap")
    assert verdict.status == "passed", verdict.reason


@pytest.mark.parametrize(
    "body",
    [
        "return type('Yes', (), {'__eq__': lambda *x: True, '__bool__': lambda *x: True})()",
        "return type('Yes', (int,), {'__eq__': lambda *x: True, '__hash__': lambda *x: 6})(7)",
        "return type('Yes', (list,), {'__eq__': lambda *x: True})()",
        "return type('Yes', (str,), {'__eq__': lambda *x: True})()",
        "return [type('Yes', (), {'__eq__': lambda *x: True})()]",
        "return lambda: 6",
        "x = []\nx.append(x)\nreturn x",
    ],
)
def test_objects_that_equal_everything_equal_nothing(body: str):
    assert attack(body).status == "failed"
    assert attack(body, "assert double(1) == [6]").status == "failed"


def test_an_opaque_object_is_not_true():
    assert attack("return object()", "assert double(1)").status == "failed"


@pytest.mark.parametrize("kind", ["StopIteration", "GeneratorExit", "SystemExit(0)", "KeyboardInterrupt"])
def test_exceptions_that_end_a_loop_quietly_do_not(kind: str):
    tests = "assert all(map(double, [1, 2, 3]))\nassert list(map(double, [1])) == []"
    assert attack(f"raise {kind}", tests).status == "failed"


def test_tests_that_catch_everything_still_notice_an_end():
    tests = "try:\n    double(1)\nexcept BaseException:\n    pass"
    assert attack("os._exit(0)", tests).cause == "ended_early"


def test_mutating_arguments_does_not_reach_the_tests():
    tests = "x = [1, 2]\nassert double(x) is None\nassert x == [1, 2]"
    assert attack("x.clear()", tests).status == "passed"


def test_background_processes_and_the_sandbox_itself_are_gone_afterwards():
    attack("os.setsid()")
    attack("while True:\n    pass", limits=Limits(wall_seconds=0.5))
    assert sandboxed(os.getpid()) == set()


def test_a_sandbox_that_cannot_be_started_is_unscored(monkeypatch: pytest.MonkeyPatch):
    def no_process(*arguments: object, **named: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", no_process)
    verdict = run_tests(HONEST, TESTS, tier="bwrap")
    assert verdict.status == "unscored"
    assert "Resource temporarily unavailable" in str(verdict.reason)


def test_a_bwrap_that_refuses_is_unscored(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(container, "_fixed_arguments", lambda: ("bwrap", "--no-such-option"))
    verdict = run_tests(HONEST, TESTS, tier="bwrap")
    assert verdict.status == "unscored"
    assert "no-such-option" in str(verdict.reason)


def test_a_stop_from_another_thread_ends_the_run_at_once():
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    code = "import time\ndef double(x):\n    time.sleep(60)"
    verdict = run_tests(code, TESTS, tier="bwrap", stop=stop)
    assert (verdict.status, verdict.reason) == ("unscored", "stopped")
    assert verdict.seconds < 3


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_killing_us_leaves_nothing_behind(how: signal.Signals):
    program = (
        "from tools.sandbox import Limits, run_tests\n"
        "code = 'import time\\ndef double(x):\\n    time.sleep(60)'\n"
        "run_tests(code, 'double(1)', limits=Limits(wall_seconds=60), tier='bwrap')"
    )
    ours = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    processes: set[int] = set()
    while len(processes) < 6 and time.monotonic() < deadline:  # bwrap, its first process, ours; twice
        processes = sandboxed(ours.pid)
        time.sleep(0.05)
    assert len(processes) == 6
    ours.send_signal(how)
    ours.wait(10)
    while any(map(alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, processes))
