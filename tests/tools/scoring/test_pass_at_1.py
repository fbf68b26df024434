"""From a model's text to a credit."""

import pytest

from tests.scripted_subject import ScriptedSubject
from tools.cases import Case
from tools.errors import Stopped
from tools.models.subject import Generation
from tools.progress import Progress, silent
from tools.registry import load
from tools.results import Credit
from tools.run_suite import run_cases
from tools.sandbox import Limits, Verdict
from tools.scoring import CONTRACT, pass_at_1
from tools.scoring._first_attempt import first_attempt

PROMPT = (
    'Complete this function.\n\ndef double(x):\n    """Return twice x.\n\n    >>> double(4)\n    8\n    """\n'
)
TESTS = "assert double(3) == 6\nassert double(0) == 0\n"


def case(number: int = 0) -> Case:
    """A case whose right answer is twice the argument."""
    return Case(
        id=f"case-{number}",
        prompt=PROMPT.replace("function.", f"function ({number})."),
        subtype="arithmetic",
        difficulty="easy",
        entry_point="double",
        tests=TESTS,
    )


def credit_of(text: str) -> Credit:
    """The credit of one text."""
    settings = pass_at_1.Settings(cpu_seconds=1, wall_seconds=5)
    (credit,) = pass_at_1.score(ScriptedSubject(lambda prompt: text), [case()], settings, silent)
    return credit


def code_of(text: str) -> str:
    """The code that is taken from a text."""
    attempt = first_attempt(text, PROMPT, "double")
    assert attempt is not None
    return attempt.code


RIGHT = "def double(x):\n    return 2 * x"


def test_the_module_keeps_the_contract_of_scoring_methods():
    assert load("tools.scoring", "pass_at_1", CONTRACT).module is pass_at_1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (f"Here it is:\n\n```python\n{RIGHT}\n```\nIt doubles x.", "fenced"),
        (f"```\n{RIGHT}", "fenced"),
        (f"~~~py\n{RIGHT}\n~~~", "fenced"),
        (f"1. So:\n   ```python\n   {RIGHT.replace(chr(10), chr(10) + '   ')}\n   ```", "fenced"),
        (
            f"```\npip install x\n```\n```python\n{RIGHT}\n```\n```python\ndef double(x):\n    return 0\n```",
            "fenced",
        ),
        ("```\nfrom math import *\nprint(1)\n\n" + RIGHT + "\n\nassert double(1) == 3\n```", "fenced"),
        (RIGHT, "plain"),
        (f"  {RIGHT}".replace("\n", "\n  "), "plain"),
        (f"Sure!\n\nimport math\n\n{RIGHT}\n\nThis function doubles x.", "plain"),
        (f"{RIGHT}\n\nprint(double(input()))\nassert double(1) == 3", "plain"),
        ("def helper(x):\n    return x\n\ndef double(x):\n    return x + helper(x)\n", "plain"),
        ("FACTOR = 2\ndouble = lambda x: FACTOR * x", "plain"),
        ("    return 2 * x\n\n\nprint(double(2))", "continuation"),
        ("    y = x\n    return x + y\n```\nThat is all.", "continuation"),
        ("return 2 * x", "continuation"),
        (
            "    return 2 * x\n\ndef double(x):\n    return 0\n```\ndef double(x):\n    return 1\n```",
            "continuation",
        ),
        ("\n\n    # twice\n    return (\n        2 * x\n    )\n\ndef other():\n    pass", "continuation"),
    ],
)
def test_right_code_gets_full_credit_in_whatever_form(text: str, form: str):
    credit = credit_of(text)
    assert (credit.value, credit.details["cause"]) == (1.0, None)
    assert credit.details["form"] == form
    assert credit.details["tier"] in ("bwrap", "monty")
    assert credit.output == text


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("def double(x):\n    return 3 * x", "wrong_answer"),
        ("def double(x):\n    pass", "wrong_answer"),
        ("def double(x):\n    return x +", "syntax_error"),
        ("def double(x):\n    return y", "exception"),
        ("def double(x):\n    while True:\n        pass", "time_limit"),
        ("def double(x):\n    return [0] * (1 << 40)", "memory_limit"),
        ("I cannot write code.", "no_code"),
        ("def triple(x):\n    return 3 * x", "no_code"),
        ("The answer is 8.", "no_code"),
    ],
)
def test_wrong_code_gets_no_credit_and_the_cause(text: str, cause: str):
    credit = credit_of(text)
    assert (credit.value, credit.details["cause"]) == (0.0, cause)
    assert credit.details["reason"]


@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_an_empty_text_is_unscored(text: str):
    credit = credit_of(text)
    assert credit.value is None
    assert credit.unscored_reason == "the model wrote nothing"


def test_code_that_needs_what_the_sandbox_lacks_is_unscored_with_the_tier():
    credit = credit_of(f"import pydantic\n{RIGHT}")
    assert credit.value is None
    assert "pydantic" in str(credit.unscored_reason)
    assert credit.details["tier"] in ("bwrap", "monty")


def test_without_a_sandbox_everything_is_unscored(monkeypatch: pytest.MonkeyPatch):
    nothing = Verdict(status="unscored", tier="none", reason="no sandbox for generated code")
    monkeypatch.setattr(pass_at_1, "run_tests", lambda *arguments, **named: nothing)
    credit = credit_of(RIGHT)
    assert (credit.value, credit.unscored_reason) == (None, "no sandbox for generated code")
    assert credit.details["tier"] == "none"


def test_a_failed_generation_and_a_case_without_tests_are_unscored():
    class Broken(ScriptedSubject):
        def generate(self, prompts, **named):  # type: ignore[no-untyped-def]
            yield 0, Generation("", 0, "error: out of memory")
            yield 1, Generation(RIGHT, 9, "eos")

    cases = [case(0), case(1).model_copy(update={"tests": None})]
    credits = list(pass_at_1.score(Broken(), cases, pass_at_1.Settings(), silent))
    reasons = {credit.case_id: credit.unscored_reason for credit in credits}
    assert reasons == {"case-0": "generation failed: error: out of memory", "case-1": "the case has no tests"}


def test_every_case_gets_one_credit_through_the_runner():
    cases = [case(number) for number in range(6)]
    subject = ScriptedSubject(lambda prompt: RIGHT if "(3)" not in prompt else "return 0")
    credits = {c.case_id: c.value for c in run_cases(subject, cases, "pass_at_1", None, silent)}
    assert credits == {f"case-{number}": float(number != 3) for number in range(6)}


def test_settings_reach_the_subject_and_the_sandbox(monkeypatch: pytest.MonkeyPatch):
    seen: list[Limits] = []

    def run_tests(code, tests, *, limits, stop):  # type: ignore[no-untyped-def]
        seen.append(limits)
        return Verdict(status="passed", tier="bwrap")

    monkeypatch.setattr(pass_at_1, "run_tests", run_tests)
    settings = pass_at_1.Settings(cpu_seconds=2, wall_seconds=4.5, memory_mib=128)
    list(pass_at_1.score(ScriptedSubject(lambda prompt: RIGHT), [case()], settings, silent))
    assert (seen[0].cpu_seconds, seen[0].wall_seconds, seen[0].memory_mib) == (2, 4.5, 128)


def test_a_stop_ends_running_code_at_once():
    sleep = "def double(x):\n    import time\n    time.sleep(60)"
    reports: list[Progress] = []

    def report(progress: Progress) -> None:
        reports.append(progress)
        if progress.task == "pass_at_1: running code":
            raise Stopped

    settings = pass_at_1.Settings(wall_seconds=120)
    credits = pass_at_1.score(
        ScriptedSubject(lambda prompt: sleep), [case(n) for n in range(5)], settings, report
    )
    with pytest.raises(Stopped):
        list(credits)


def test_closing_the_generator_early_is_clean():
    credits = pass_at_1.score(
        ScriptedSubject(lambda prompt: RIGHT), [case(n) for n in range(4)], pass_at_1.Settings(), silent
    )
    assert next(credits).value == 1.0
    credits.close()  # type: ignore[attr-defined]


def test_prose_that_looks_like_code_is_left_out():
    text = f"from the list we see it\n\n{RIGHT}\n\nfrom here on it is easy\nimport this idea: yes"
    assert code_of(text).startswith("def double")
    assert "easy" not in code_of(text)


def test_hostile_texts_take_no_time_and_raise_nothing():
    for text in (
        "```\n" * 20_000,
        "def double(" * 20_000,
        "(" * 100_000,
        "a=" * 100_000,
        " " * 100_000,
        "\x00",
    ):
        first_attempt(text, PROMPT, "double")
