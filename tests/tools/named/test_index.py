"""Names of benchmarks: aliases, near names, and no list of 14,000 where a folder will do."""

import time

import pytest

from tools.errors import Stopped
from tools.named import index
from tools.named.index import NamedBenchmarkError, find_tasks, usual_name
from tools.progress import Progress, silent


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("GSM8K", "gsm8k"),
        ("arc", "arc_challenge"),
        ("ARC-Easy", "arc_easy"),
        ("TruthfulQA", "truthfulqa_mc2"),
        ("truthfulqa mc1", "truthfulqa_mc1"),
        ("Hella Swag", "hellaswag"),
        ("HumanEval", "humaneval"),
        ("human eval", "humaneval"),
        ("MMLU", "mmlu"),
    ],
)
def test_a_benchmark_is_known_by_what_people_call_it(said: str, meant: str) -> None:
    assert usual_name(said) == meant


@pytest.mark.parametrize(
    "name", ["gsm8k", "hellaswag", "mmlu", "arc_easy", "arc_challenge", "truthfulqa", "piqa"]
)
def test_well_known_benchmarks_are_found_in_their_own_folder(name: str) -> None:
    manager, known = find_tasks(name, silent)

    assert known in manager.all_tasks
    assert len(manager.all_tasks) < 5_000  # not the index of everything


def test_an_unknown_name_is_told_with_near_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    # In the place of the index of everything, which takes seconds.
    folder, manager = index._folder("gsm8k"), index._manager
    monkeypatch.setattr(index, "_manager", lambda asked: manager(asked or folder))

    with pytest.raises(NamedBenchmarkError) as caught:
        find_tasks("gsm9k", silent)
    assert caught.value.message == "lm-eval knows no benchmark 'gsm9k'."
    assert "gsm8k" in caught.value.next_step


def test_the_wait_for_the_index_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_manager", lambda asked: time.sleep(3))

    def stop(progress: Progress) -> None:
        if "list" in progress.task:
            raise Stopped

    started = time.monotonic()
    with pytest.raises(Stopped):
        find_tasks("nothing_like_it", stop)
    assert time.monotonic() - started < 2
