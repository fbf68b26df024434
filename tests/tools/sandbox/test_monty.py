"""Tier 2, forced: the same attacks, and what Monty lacks."""

import pytest

from tools.sandbox import Limits, Verdict, bubblewrap, monty, run_tests, tier

SHORT = Limits(wall_seconds=3, cpu_seconds=1)
TESTS = "assert double(3) == 6\nassert double(-1) == -2"


def verdict(body: str, tests: str = TESTS) -> Verdict:
    """The verdict over a `double` with that body."""
    code = "def double(x):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    return run_tests(code, tests, limits=SHORT, tier="monty")


def test_right_code_passes_and_the_tier_is_recorded():
    result = verdict("return 2 * x")
    assert (result.status, result.tier) == ("passed", "monty")


def test_wrong_code_fails_with_the_line_and_the_value():
    result = verdict("return x + 3")
    assert (result.cause, result.reason) == (
        "wrong_answer",
        "assert double(-1) == -2 (the last call returned 2)",
    )


@pytest.mark.parametrize(
    "code",
    [
        "import heapq\ndef double(x):\n    return 2 * x",
        "import numpy\ndef double(x):\n    return 2 * x",
        "class Base:\n    pass\nclass Number(Base):\n    pass\ndef double(x):\n    return 2 * x",
        "def double(x):\n    yield x",
        "def double(x):\n    return int(str(2 * x).translate({}))",
        "def double(x):\n    return len(bytearray(2 * x))",
        "from collections import OrderedDict",
        "import os\nos._exit(0)",
        "import os\nos.environ",
        "open('/etc/passwd')",
        "import socket",
        "import subprocess",
    ],
)
def test_what_monty_lacks_is_unscored_with_a_reason(code: str):
    result = run_tests(code, TESTS, tier="monty", limits=SHORT)
    assert result.status == "unscored"
    assert result.reason


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("while True:\n    pass", "time_limit"),
        ("import time\ntime.sleep(60)", "time_limit"),
        ("y = []\nwhile True:\n    y.append('x' * 1000000 + str(len(y)))", "memory_limit"),
        ("return 2 ** (10 ** 10)", "memory_limit"),
        ("while True:\n    print('x' * 1000)", "output_limit"),
        ("return 'x' * 1000000", "output_limit"),
        ("return double(x)", "exception"),
        ("return 1 / 0", "exception"),
        ("return undefined_name", "exception"),
        ("import a_module_that_nobody_wrote", "exception"),
        ("return x.append(1)", "exception"),
        ("raise StopIteration", "exception"),
        ("return (", "syntax_error"),
        ("pass", "wrong_answer"),
    ],
)
def test_attacks_and_faults_fail_with_their_cause(body: str, cause: str):
    result = verdict(body)
    assert (result.status, result.cause) == ("failed", cause)


@pytest.mark.parametrize(
    "code",
    [
        "class Yes:\n    def __eq__(self, other):\n        return True\ndef double(x):\n    return Yes()",
        "class Yes:\n    def __eq__(self, other):\n        return True\ndef double(x):\n    return [Yes()]",
        "def double(x):\n    return double",
        "def double(x):\n    y = []\n    y.append(y)\n    return y",
    ],
)
def test_objects_that_are_no_plain_data_equal_nothing(code: str):
    assert run_tests(code, "assert double(1) == 6", tier="monty", limits=SHORT).status == "failed"
    assert run_tests(code, "assert double(1) == [6]", tier="monty", limits=SHORT).status == "failed"


def test_the_code_may_have_names_of_the_harness():
    code = "def type(x):\n    return 1\ndef answer_(x):\n    return x\ndef double(x):\n    return 2 * x"
    assert run_tests(code.replace("answer_", "len"), TESTS, tier="monty", limits=SHORT).status == "passed"
    assert run_tests(code, TESTS, tier="monty", limits=SHORT).status == "failed"


def test_tests_in_the_form_of_human_eval_run():
    tests = "def check(candidate):\n    assert all(candidate(i) == 2 * i for i in range(9))\ncheck(double)"
    assert verdict("return 2 * x", tests).status == "passed"
    assert verdict("return 3 * x", tests).status == "failed"


def test_an_exception_that_the_tests_expect_is_no_failure():
    tests = "try:\n    double(1)\nexcept ValueError:\n    pass\nelse:\n    assert False"
    assert verdict("raise ValueError('no')", tests).status == "passed"
    assert verdict("return 1", tests).cause == "wrong_answer"


def test_tests_that_catch_everything_still_notice_a_limit():
    tests = "try:\n    double(1)\nexcept Exception:\n    pass"
    assert verdict("while True:\n    pass", tests).cause == "time_limit"


def test_tests_that_cannot_be_run_are_unscored():
    assert verdict("return x", "assert (").status == "unscored"
    assert verdict("return x", "assert double(print)").status == "unscored"


def test_without_any_sandbox_the_run_is_unscored(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bubblewrap, "problem", lambda: "bubblewrap (bwrap) is not installed")
    monkeypatch.setattr(monty, "problem", lambda: "pydantic-monty cannot be started")
    tier.cache_clear()
    try:
        assert tier() == "none"
        result = run_tests("def double(x):\n    return 2 * x", TESTS)
        assert (result.status, result.tier) == ("unscored", "none")
        assert "not installed" in str(result.reason)
    finally:
        tier.cache_clear()


def test_monty_takes_over_where_bubblewrap_does_not_work(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bubblewrap, "problem", lambda: "user namespaces are forbidden")
    tier.cache_clear()
    try:
        assert tier() == "monty"
        assert run_tests("def double(x):\n    return 2 * x", TESTS).tier == "monty"
    finally:
        tier.cache_clear()
