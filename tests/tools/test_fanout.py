"""Work spread over two workers on this machine."""

import importlib.util
import time
from pathlib import Path
from typing import Any

import pytest

from tests.tools import fanned_tasks as tasks
from tools.errors import ModelError, Stopped, UserError
from tools.fanout import Team, versions, workers
from tools.progress import Progress, silent


def _each(team: Team, task: Any, shared: Any, items: Any, report: Any = silent, **more: Any) -> list[Any]:
    return list(team.each(task, shared, items, report, label="squaring", unit="numbers", **more))


def test_every_item_comes_back_with_its_result_from_two_workers_that_stay(team: Team) -> None:
    found = _each(team, tasks.squared, 1, range(20))
    assert sorted((item, square) for item, (square, _) in found) == [(i, i * i + 1) for i in range(20)]
    first = {process for _, (_, process) in found}
    again = {process for _, (_, process) in _each(team, tasks.squared, 1, range(20))}
    assert 1 <= len(first | again) <= 2


def test_nothing_to_do_is_done(team: Team) -> None:
    assert _each(team, tasks.squared, 1, []) == []


def test_progress_only_grows_and_ends_with_all(team: Team) -> None:
    told: list[Progress] = []
    _each(team, tasks.squared, 1, range(7), told.append)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert told[-1] == Progress("squaring", 7, 7, "numbers")


def test_what_belongs_together_goes_to_one_worker_as_long_as_both_have_work(team: Team) -> None:
    items = [(key, number) for key in ("a", "b") for number in range(4)]
    found = _each(team, tasks.paired, None, items, belongs_to=lambda item: item[0])
    by_worker: dict[int, set[str]] = {}
    for (key, _), process in found:
        by_worker.setdefault(process, set()).add(key)
    # One model each, and at the end one worker may help the other out.
    assert sum(len(keys) for keys in by_worker.values()) <= 3


def test_a_worker_that_dies_is_replaced_and_its_work_done_again(team: Team, tmp_path: Path) -> None:
    assert sorted(item for item, _ in _each(team, tasks.dies_once, tmp_path, [1, 2, 3])) == [1, 2, 3]


def test_work_that_kills_every_worker_is_told(team: Team) -> None:
    with pytest.raises(UserError, match="A worker was lost while squaring") as told:
        _each(team, tasks.always_dies, None, [1])
    assert "What was done is kept" in told.value.next_step


def test_a_users_error_in_a_worker_is_told_as_itself_and_a_fault_of_ours_is_not(team: Team) -> None:
    with pytest.raises(ModelError) as told:
        _each(team, tasks.goes_wrong, None, [3])
    assert (told.value.message, told.value.next_step) == (
        "There is no model folder nowhere.",
        "Check the path.",
    )
    with pytest.raises(KeyError):
        _each(team, tasks.goes_wrong, None, [4])


def test_a_stop_ends_workers_that_are_busy_and_the_team_goes_on(team: Team, tmp_path: Path) -> None:
    pressed_at = 0.0

    def stop_when_both_are_busy(progress: Progress) -> None:
        nonlocal pressed_at
        if len(list(tmp_path.iterdir())) == 2:
            pressed_at = time.monotonic()
            raise Stopped

    with pytest.raises(Stopped):
        _each(team, tasks.sleeps, tmp_path, [1, 2, 3], stop_when_both_are_busy)
    assert time.monotonic() - pressed_at < 2
    assert len(_each(team, tasks.squared, 1, range(3))) == 3
    assert not (tmp_path / "begun-3").exists()


def test_a_worker_with_other_versions_or_none_is_told(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = versions()
    monkeypatch.setattr("tools.fanout.versions", lambda: ours | {"torch": "0.0"})
    team.end()  # makes room on the two processors
    stranger = Team(1)
    try:
        with pytest.raises(UserError, match=r"and this machine has 0\.0"):
            _each(stranger, tasks.squared, 1, [1])
        monkeypatch.setattr("tools.fanout.Worker", tasks.HasNothing)
        with pytest.raises(UserError, match="A worker cannot start") as told:
            _each(Team(1), tasks.squared, 1, [1])
        assert "Install the same version" in told.value.next_step
    finally:
        stranger.end()


def test_without_ray_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="which is not installed") as told, workers(2, silent):
        pass
    assert "pip install" in told.value.next_step


def test_a_cluster_that_does_not_answer_is_told(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    def refuse(*arguments: object, **named: object) -> None:
        raise ConnectionError("nobody is there\nmore")

    monkeypatch.setattr("tools.fanout._in_use", __import__("threading").Lock())
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refuse)
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    with (
        pytest.raises(UserError, match=r"at 10.0.0.1:6379 cannot be reached \(nobody is there\)"),
        workers(2, silent),
    ):
        pass
