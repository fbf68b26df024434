"""Progress messages: the newest text, seldom, and slower where Slack asks for it."""

import pytest

from agent.doors.slack import board as module
from agent.doors.slack.board import AMONG_ALL_S, EVERY_S, Board, Pace, about, in_words, ordinal
from tools.progress import Progress


class Clock:
    """A clock that a test turns."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def _shown(board: Board) -> tuple[int, str] | None:
    due = board.due()
    return None if due is None else (due[0], due[1]["text"])


def test_the_first_text_of_each_job_waits_for_nothing(clock: Clock) -> None:
    board = Board()
    for job in (1, 2, 3):
        board.show(job, "hello")
    assert [_shown(board) for _ in range(4)] == [(1, "hello"), (2, "hello"), (3, "hello"), None]


def test_an_edit_shows_the_newest_text_once_it_is_allowed(clock: Clock) -> None:
    board = Board()
    board.show(1, "0 of 9")
    board.due()
    board.show(1, "1 of 9")
    board.show(1, "2 of 9")
    clock.now += EVERY_S - 0.1
    assert _shown(board) is None
    clock.now += 0.2
    assert _shown(board) == (1, "2 of 9")
    clock.now += EVERY_S + 0.1
    assert _shown(board) is None, "nothing is new"


def test_edits_of_several_messages_keep_apart_and_none_is_left_behind(clock: Clock) -> None:
    board = Board()
    for job in (1, 2):
        board.show(job, "a")
        board.due()
        board.show(job, "b")
    clock.now += EVERY_S + 0.1
    assert _shown(board) == (1, "b")
    board.show(1, "c")
    assert _shown(board) is None
    clock.now += AMONG_ALL_S + 0.1
    assert _shown(board) == (2, "b")


def test_after_too_many_edits_there_are_fewer(clock: Clock) -> None:
    board = Board()
    board.show(1, "a")
    board.due()
    board.not_shown(1, too_often=True)
    clock.now += EVERY_S + 0.1
    assert _shown(board) is None
    clock.now += EVERY_S
    assert _shown(board) == (1, "a")


def test_a_job_that_is_over_shows_nothing(clock: Clock) -> None:
    board = Board()
    board.show(1, "a")
    board.clear(1)
    assert _shown(board) is None


def test_the_time_left_comes_from_the_pace_of_the_task_under_way(clock: Clock) -> None:
    pace = Pace()
    assert pace.left(Progress("a", 2, 10)) is None
    clock.now += 4
    assert pace.left(Progress("a", 4, 10)) == pytest.approx(12)  # 2 in 4 s, so 6 more take 12 s
    assert pace.left(Progress("b", 1, 10)) is None
    assert pace.left(Progress("b", 2, None)) is None


def test_progress_is_told_in_a_line() -> None:
    assert (
        in_words(Progress("cot_math", 1200, 3600), 200)
        == "cot_math: 1,200 of 3,600 prompts, about 3 min left"
    )
    assert in_words(Progress("loading", 3, None, "files"), None) == "loading: 3 files"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "about 1 s"), (40, "about 40 s"), (180, "about 3 min"), (9000, "about 2 h")]
)
def test_a_duration_is_told_roughly(seconds: float, told: str) -> None:
    assert about(seconds) == told


def test_places_are_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
    )
