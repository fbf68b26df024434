import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tools.errors import ModelError, Stopped
from tools.models.cached_folder import MANIFEST, build_once, cache_root
from tools.progress import Progress


def write_answer(folder: Path) -> None:
    (folder / "answer.txt").write_text("42")


def test_a_folder_is_built_once(tmp_path: Path) -> None:
    built = []

    def build(folder: Path) -> None:
        built.append(folder)
        write_answer(folder)

    for _ in range(2):
        assert (build_once(tmp_path / "model", build) / "answer.txt").read_text() == "42"
    assert len(built) == 1
    assert not list(tmp_path.glob("*.partial-*"))


def test_nothing_remains_of_a_build_that_fails(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        write_answer(folder)
        raise Stopped

    with pytest.raises(Stopped):
        build_once(tmp_path / "model", fail)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []
    assert build_once(tmp_path / "model", write_answer).exists()


def test_what_a_killed_process_left_is_cleared_and_not_used(tmp_path: Path) -> None:
    leftover = tmp_path / "model.partial-abc"
    leftover.mkdir()
    write_answer(leftover)
    halfway = tmp_path / "model"
    halfway.mkdir()
    (halfway / "answer.txt").write_text("4")  # no manifest: never finished
    folder = build_once(tmp_path / "model", write_answer)
    assert (folder / "answer.txt").read_text() == "42"
    assert not leftover.exists()


@pytest.mark.parametrize("damage", ["truncate", "remove", "manifest"])
def test_a_damaged_folder_is_built_again(tmp_path: Path, damage: str) -> None:
    folder = build_once(tmp_path / "model", write_answer)
    if damage == "truncate":
        (folder / "answer.txt").write_text("4")
    elif damage == "remove":
        (folder / "answer.txt").unlink()
    else:
        (folder / MANIFEST).write_text("[1")
    assert (build_once(tmp_path / "model", write_answer) / "answer.txt").read_text() == "42"
    assert json.loads((folder / MANIFEST).read_text()) == {"answer.txt": 2}


def test_a_second_process_waits_for_the_first(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tools.models.cached_folder import build_once\n"
        "def build(folder):\n"
        "    time.sleep(0.3); (folder / 'answer.txt').write_text(sys.argv[2])\n"
        "print((build_once(Path(sys.argv[1]), build) / 'answer.txt').read_text())"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "model"), str(number)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in range(3)
    ]
    answers = {process.communicate()[0].strip() for process in processes}
    assert len(answers) == 1 and answers <= {"0", "1", "2"}


def test_waiting_is_reported_and_can_be_stopped(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        assert progress.task.startswith("waiting for another process")
        raise Stopped

    with FileLock(tmp_path / "model.lock"), pytest.raises(Stopped):
        build_once(tmp_path / "model", write_answer, stop)


def test_a_cache_that_cannot_be_written_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ModelError, match="BENCHWRIGHT_CACHE"):
        build_once(blocked / "model", write_answer)


def test_the_environment_moves_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    monkeypatch.delenv("BENCHWRIGHT_CACHE")
    assert cache_root().name == "benchwright"
