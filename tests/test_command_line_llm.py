"""The command line with a language model behind HTTP, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripted_llm import Answer, called, scripted_llm

KEY = "bw-command-line-key-777"


def benchwright(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command with a fresh store."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "BENCHWRIGHT_LLM"))
    }
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        capture_output=True,
        text=True,
        env=kept | {"BENCHWRIGHT_DATA": str(folder), "HF_HUB_OFFLINE": "1"} | environment,
        check=False,
    )


def test_a_request_is_planned_by_the_endpoint_that_options_and_environment_name(tmp_path: Path) -> None:
    with scripted_llm(called(("list_cards", {}))) as server:
        done = benchwright(
            tmp_path, "ask", "--json", "what have I got?", "--llm-base-url", server.base_url,
            "--llm-model", "scripted", "--planner", "llm", BENCHWRIGHT_LLM_API_KEY=KEY,
        )  # fmt: skip
        assert server.authorizations == [f"Bearer {KEY}"]
        assert server.requests[0]["model"] == "scripted"
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert (answer["plan"]["intent"], answer["plan"]["planner"]) == ("list_cards", "llm")
    assert KEY not in done.stdout + done.stderr


def test_the_key_is_no_option(tmp_path: Path) -> None:
    done = benchwright(tmp_path, "ask", "hello", "--llm-api-key", KEY)
    assert done.returncode == 2
    assert "No such option" in done.stderr


@pytest.mark.parametrize("command", ["ask", "plan"])
def test_the_llm_planner_without_an_endpoint_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    done = benchwright(tmp_path, command, "hello", "--planner", "llm", OPENAI_API_KEY=KEY)
    assert done.returncode == 1
    assert "The LLM planner needs an endpoint" in " ".join((done.stdout + done.stderr).split())


def test_doctor_names_the_endpoint_and_asks_it_nothing(tmp_path: Path) -> None:
    with scripted_llm(Answer("x")) as server:
        done = benchwright(
            tmp_path, "doctor", BENCHWRIGHT_LLM_BASE_URL=server.base_url, BENCHWRIGHT_LLM_MODEL="scripted",
            BENCHWRIGHT_LLM_API_KEY=KEY,
        )  # fmt: skip
        assert server.requests == []
    assert "scripted at http://127.0.0.1" in " ".join(done.stdout.split())
    assert KEY not in done.stdout
