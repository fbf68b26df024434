"""HumanEval's columns as cases for the sandbox."""

import gzip
import json
from pathlib import Path

import pytest

from tools.named.human_eval import human_eval_cases
from tools.named.index import NamedBenchmarkError
from tools.progress import silent
from tools.sandbox import run_tests

PROBLEMS = [
    {
        "task_id": f"HumanEval/{number}",
        "prompt": f'def add_{number}(x):\n    """Add {number} to x."""\n',
        "entry_point": f"add_{number}",
        "canonical_solution": f"    return x + {number}\n",
        "test": f"def check(candidate):\n    assert candidate(1) == {number + 1}\n",
    }
    for number in range(3)
]


def test_the_problems_become_cases_that_their_own_solutions_pass(tmp_path: Path) -> None:
    path = tmp_path / "HumanEval.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in PROBLEMS).encode()))

    cases, fingerprint = human_eval_cases(str(path), 2, silent)

    assert [case.id for case in cases] == ["HumanEval/0", "HumanEval/1"]
    assert len(fingerprint) == 64
    for case, problem in zip(cases, PROBLEMS, strict=False):
        assert case.tests is not None
        assert run_tests(case.prompt + problem["canonical_solution"], case.tests).status in (
            "passed",
            "unscored",
        )
        assert run_tests(case.prompt + "    return None\n", case.tests).status in ("failed", "unscored")


def test_other_data_and_missing_data_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"prompt": "x"}\n')

    with pytest.raises(
        NamedBenchmarkError, match=r"other\.jsonl is not HumanEval: it has no column 'task_id'"
    ):
        human_eval_cases(str(path), None, silent)
    with pytest.raises(NamedBenchmarkError, match="openai/openai_humaneval, which is not on this machine"):
        human_eval_cases(None, None, silent)
