"""The `benchwright` command as a user runs it: a real process, a real terminal, the embedded model."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BENCHWRIGHT = [sys.executable, "-m", "agent"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Its own store; the converted model comes from the usual cache."""
    return {
        **os.environ,
        "BENCHWRIGHT_DATA": str(tmp_path / "store"),
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "110",
    }


def _run(environment: dict[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BENCHWRIGHT, *arguments], env=environment, input=given, capture_output=True, text=True, timeout=280
    )


def _ask(environment: dict[str, str], request: str, *options: str) -> dict[str, Any]:
    done = _run(environment, "ask", "--json", request, *options)
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (answer["error"] is not None), done.stderr
    return answer


@pytest.mark.embedded
def test_a_piped_question_ends_with_a_card(environment: dict[str, str]) -> None:
    done = _run(environment, "chat", given="how good is this checkpoint at CoT math? 4 prompts\n")
    assert done.returncode == 0, done.stdout + done.stderr
    for expected in (
        "cot_math",
        "partial_credit",
        "4 prompts",
        "95 %",
        "SmolLM2-135M-Instruct",
        "model inspection",
    ):
        assert expected in done.stdout


@pytest.mark.embedded
def test_the_same_question_gives_the_same_suite_and_scores(environment: dict[str, str]) -> None:
    first, second = (_ask(environment, "factual recall with 8 prompts")["cards"][0] for _ in range(2))
    assert first["dimensions"] == second["dimensions"]
    assert first["context"] == second["context"]
    assert first["dimensions"][0]["suite"]["hash"] == second["dimensions"][0]["suite"]["hash"]


@pytest.mark.embedded
def test_benchmark_this_model_gives_six_dimensions_and_thirty_six_prompts(
    environment: dict[str, str],
) -> None:
    answer = _ask(environment, "benchmark this model", "--yes")
    (card,) = answer["cards"]
    assert len(card["dimensions"]) == 6
    assert card["n_prompts"] == 36
    assert sum(dimension["n"] + dimension["n_unscored"] for dimension in card["dimensions"]) == 36


@pytest.mark.embedded
def test_a_follow_up_in_the_same_session_is_scoped_to_the_sub_type(environment: dict[str, str]) -> None:
    card = _ask(environment, "how good is it at factual recall? 6 prompts")["cards"][0]
    subtype = card["dimensions"][0]["subtypes"][0]["name"]
    follow_up = f"just the {subtype.replace('_', ' ')} ones, 5 prompts"
    scoped = _ask(environment, follow_up, "--context-from", card["session"])["cards"][0]
    assert [part["name"] for part in scoped["dimensions"][0]["subtypes"]] == [subtype]
    assert scoped["n_prompts"] == 5


@pytest.mark.embedded
def test_control_c_gives_a_partial_card_within_seconds(environment: dict[str, str], tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*BENCHWRIGHT, "ask", "--json", "--yes", "400 factual recall prompts and 40 translation prompts"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    _wait_for_credits(tmp_path / "store")
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert time.monotonic() - pressed < 10  # a second or two on an idle machine, and then the exit
    answer = json.loads(printed)
    assert answer["error"]["message"] == "Stopped before the end."
    assert answer["cards"][0]["partial"]


@pytest.mark.embedded
def test_a_killed_run_goes_on_where_it_was(environment: dict[str, str], tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*BENCHWRIGHT, "chat"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stdin is not None
    process.stdin.write("200 factual recall prompts\n")
    process.stdin.flush()
    kept = _wait_for_credits(tmp_path / "store")
    process.kill()
    process.wait()
    (session,) = re.findall(r"s-[0-9a-f]{6}", _run(environment, "sessions").stdout)
    done = _run(environment, "resume", session, "--yes")
    assert "going on with it" in done.stdout
    assert "200 prompts" in done.stdout
    assert kept > 0


def _wait_for_credits(store: Path) -> int:
    import sqlite3

    for _ in range(600):
        time.sleep(0.1)
        try:
            with sqlite3.connect(f"file:{store / 'benchwright.sqlite'}?mode=ro", uri=True) as connection:
                (count,) = connection.execute("SELECT count(*) FROM credits").fetchone()
        except sqlite3.OperationalError:
            continue
        if count:
            return int(count)
    raise AssertionError("nothing was scored within a minute")


def test_wrong_usage_has_exit_code_2(environment: dict[str, str]) -> None:
    assert _run(environment, "ask").returncode == 2
    assert _run(environment, "nonsense").returncode == 2
    assert _run(environment, "plan").returncode == 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--model", "no-such/model"), "no-such/model"),
        (("--model", "."), "config.json"),
        (("--device", "cuda:99"), "cuda"),
        (("--dtype", "float7"), "float7"),
        (("--context-from", "s-000000"), "no session"),
    ],
)
def test_what_cannot_be_loaded_is_one_clear_sentence_at_once(
    environment: dict[str, str], options: tuple[str, ...], expected: str
) -> None:
    started = time.monotonic()
    answer = _ask(environment, "how good is it at arithmetic?", *options)
    assert time.monotonic() - started < 25
    assert expected in answer["error"]["message"] + answer["error"]["next_step"]
    assert answer["error"]["next_step"]
    assert answer["cards"] == []


@pytest.mark.parametrize("request_text", ["give me 0 cot math prompts", "a million cot math prompts"])
def test_an_impossible_number_of_prompts_is_refused(environment: dict[str, str], request_text: str) -> None:
    answer = _ask(environment, request_text)
    assert "between 1 and 10,000" in answer["error"]["message"]


def test_empty_lines_and_control_characters_do_no_harm(environment: dict[str, str]) -> None:
    done = _run(environment, "chat", given="\n   \n\x1b[2J\x07\x00\n/cards\n")
    assert "\x1b[2J" not in done.stdout
    assert "This session has no card yet." in done.stdout


def test_two_chats_work_on_one_store_at_once(environment: dict[str, str]) -> None:
    chats = [
        subprocess.Popen(
            [*BENCHWRIGHT, "chat"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for chat in chats:
        printed, _ = chat.communicate("/cards\n/help\n/cards\n", timeout=120)
        assert chat.returncode == 0
        assert printed.count("This session has no card yet.") == 2
    assert len(re.findall(r"s-[0-9a-f]{6}", _run(environment, "sessions").stdout)) == 2


def test_plan_batch_prints_a_plan_a_line(environment: dict[str, str], tmp_path: Path) -> None:
    batch = tmp_path / "requests.jsonl"
    lines = [
        {"request": "how good is it at arithmetic?", "context": None},
        {
            "request": "just 7 of them",
            "context": {"last_card": {"id": "c-1", "dimensions": None}, "steps": None},
        },
    ]
    batch.write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    done = _run(environment, "plan", "--batch", str(batch))
    plans = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(plan) for plan in plans] == [
        {"intent", "arguments", "confidence", "planner", "question", "then"}
    ] * 2
    assert plans[0]["intent"] == "run_benchmark"


def test_doctor_finds_what_make_installed(environment: dict[str, str]) -> None:
    done = _run(environment, "doctor")
    assert done.returncode == 0, done.stdout
    for expected in ("torch", "embedded model", "sandbox", "sessions folder"):
        assert expected in done.stdout


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[tuple[int, float]]:
    """A chat in a pseudo-terminal: its file descriptor and when it was started."""
    started = time.monotonic()
    process, descriptor = pty.fork()
    if process == 0:
        os.execve(sys.executable, [*BENCHWRIGHT, "chat"], {**environment, "TERM": "xterm"})
    yield descriptor, started
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(descriptor)


def _read_until(descriptor: int, expected: str, seconds: float) -> str:
    seen, until = "", time.monotonic() + seconds
    while expected not in seen and time.monotonic() < until:
        if select.select([descriptor], [], [], 0.1)[0]:
            seen += os.read(descriptor, 65536).decode(errors="replace")
            if "\x1b[6n" in seen:  # the prompt asks where the cursor is
                os.write(descriptor, b"\x1b[1;1R")
                seen = seen.replace("\x1b[6n", "")
    assert expected in seen, seen
    return seen


def test_the_prompt_is_there_at_once_and_answers(terminal: tuple[int, float]) -> None:
    descriptor, started = terminal
    _read_until(descriptor, ">", 10)
    # Under a second on an idle machine; CI machines are busy.
    assert time.monotonic() - started < 5
    os.write(descriptor, b"/cards\r")
    _read_until(descriptor, "This session has no card yet.", 60)
    os.write(descriptor, b"\x03")
    _read_until(descriptor, ">", 30)
    time.sleep(0.5)
    os.write(descriptor, b"\x04")
    _read_until(descriptor, "benchwright resume s-", 30)
