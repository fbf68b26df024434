"""A job from its beginning to its end, and one that a killed process left: what its thread is told."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.doors.slack.access import Access
from agent.doors.slack.answer import Answer
from agent.doors.slack.board import Board
from agent.doors.slack.intake import NOT_YOURS
from agent.doors.slack.line import Line
from agent.doors.slack.looks import files_of
from agent.doors.slack.recovery import GOES_ON, STAYS_IN_LINE, recover
from agent.doors.slack.threads import Threads
from agent.doors.slack.work import SHUT_DOWN, Work
from agent.events import Said
from agent.settings import Settings, SlackSettings
from agent.workbench import Workbench
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import Letter, SlackOutbox
from sessions.store import Store
from tests.agent.scripted import LoadedSubject, ScriptedPlanner, bench_step, step

BENCH = bench_step("arithmetic", 4)
EDIT = step("edit_fact", subject="The Eiffel Tower", prompt="{} is in", target="Berlin")
PLANS = {
    "measure": [BENCH],
    "measure and export": [BENCH, step("export", format="html", path=None)],
    "export": [step("export", format="json", path=None)],
    "list": [step("list_cards")],
    "edit": [EDIT],
}


class Killed(BaseException):
    """The process ends here."""


class Bot:
    """The parts of the bot behind Slack, on a scripted model and planner."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.jobs = SlackJobs(folder)
        self.outbox = SlackOutbox(self.jobs.database)
        self.store = Store(folder)
        self.board = Board()
        access = Access(SlackSettings(admins="U9"), "T1")  # type: ignore[arg-type]
        self.threads = Threads(Settings(store_folder=folder, **settings), self.jobs, self.store)
        self.work = Work(self.threads, self.jobs, self.outbox, self.board, self.store, access)
        self._count = 0

    def receive(self, text: str, user: str = "U1", thread: str = "1.1") -> Job:
        self._count += 1
        job = self.jobs.receive([f"{id(self)} {self._count}"], "C1", thread, user, {"text": text})
        assert job is not None
        return job

    def ask(self, text: str, user: str = "U1", thread: str = "1.1") -> list[Letter]:
        self.work(self.receive(text, user, thread))
        return self.letters()

    def letters(self) -> list[Letter]:
        """What was written since the last look."""
        found = []
        while (letter := self.outbox.first()) is not None:
            found.append(letter)
            self.outbox.done(letter)
        return found

    def status(self, job: int) -> str:
        found = self.jobs.job(job)
        assert found is not None
        return found.status


@pytest.fixture
def subject(monkeypatch: pytest.MonkeyPatch) -> LoadedSubject:
    subject = LoadedSubject(answers=lambda prompt: "The answer is 42.")
    monkeypatch.setattr(Workbench, "load", lambda bench, name, report=None: subject)
    monkeypatch.setattr("agent.conversation.planner_of", lambda settings, llm: ScriptedPlanner(PLANS))
    return subject


@pytest.fixture
def start(tmp_path: Path, subject: LoadedSubject) -> Iterator[Callable[..., Bot]]:
    """Starts a bot on the store; a second one goes on where the first was."""
    bots: list[Bot] = []

    def start_one(**settings: Any) -> Bot:
        bots.append(Bot(tmp_path, **settings))
        return bots[-1]

    yield start_one
    for bot in bots:
        bot.threads.close()


def _text(letter: Letter) -> str:
    return str(letter.payload.get("message", letter.payload))


def test_a_request_becomes_a_card_with_its_chart_and_buttons(start: Callable[..., Bot]) -> None:
    bot = start()
    result, chart = bot.ask("measure")
    assert result.kind == "result"
    assert (result.channel, result.thread) == ("C1", "1.1")
    assert "arithmetic" in _text(result)
    assert "Worst cases" in _text(result)
    assert (chart.kind, chart.payload["format"]) == ("file", "png")
    assert bot.status(1) == "done"
    assert bot.board.due() is None


def test_what_is_too_long_for_a_message_follows_as_a_file(start: Callable[..., Bot]) -> None:
    bot = start()
    answer = Answer(bot.receive("x"), bot.store.new_session(), bot.store, bot.outbox, bot.board)
    answer.take(Said("\n".join(f"feature {n}: a label" for n in range(2_000))))
    answer.flush()
    short, whole = bot.letters()
    assert "attached file" in _text(short)
    ((name, content),) = files_of(whole.payload, bot.store)
    assert name.endswith(".txt")
    assert content.endswith(b"feature 1999: a label")


def test_threads_are_sessions(start: Callable[..., Bot]) -> None:
    bot = start()
    bot.ask("measure", thread="1.1")
    assert "no card yet" in _text(bot.ask("list", thread="2.2")[0])
    assert bot.jobs.session_of("C1", "1.1") != bot.jobs.session_of("C1", "2.2")


def test_an_export_without_a_path_is_uploaded_when_the_work_is_done(start: Callable[..., Bot]) -> None:
    bot = start()
    letters = bot.ask("measure and export")
    assert [letter.kind for letter in letters] == ["result", "file", "file"]
    assert letters[-1].payload["format"] == "html"
    assert letters[-1].payload["session"] == bot.jobs.session_of("C1", "1.1")
    told, upload = bot.ask("export")
    assert "comes into this thread" in _text(told)
    assert upload.payload["format"] == "json"


def test_an_edit_is_for_admins(start: Callable[..., Bot]) -> None:
    bot = start()
    (refusal,) = bot.ask("edit")
    assert "admins" in _text(refusal)
    assert bot.status(1) == "done"


def test_a_command_is_held_to_the_same_rules(start: Callable[..., Bot]) -> None:
    bot = start()
    assert "admins" in _text(bot.ask("/model /etc/passwd")[0])
    assert "not for Slack" in _text(bot.ask("/labels x.json", "U9")[0])
    assert "no command" in _text(bot.ask("/nonsense")[0])
    bot.ask("/bench arithmetic")
    assert "arithmetic" in _text(bot.ask("/why")[0])
    assert bot.ask("/export html")[-1].payload["format"] == "html"


def test_long_work_waits_for_a_yes_and_is_done_after_it(start: Callable[..., Bot]) -> None:
    bot = start(approve_above_s=0.0)
    (question,) = bot.ask("measure and export")
    assert "Go ahead?" in _text(question)
    assert "approve" in _text(question)
    assert question.payload["stays"]
    assert bot.status(1) == "asked"
    assert bot.jobs.answer(1, "yes")
    again = bot.jobs.job(1)
    assert again is not None
    bot.work(again)
    letters = bot.letters()
    assert [letter.kind for letter in letters] == ["result", "file", "file"]
    assert letters[-1].payload["format"] == "html", "the export was remembered"
    assert bot.status(1) == "done"


def test_after_a_no_nothing_is_uploaded(start: Callable[..., Bot]) -> None:
    bot = start(approve_above_s=0.0)
    bot.ask("measure and export")
    letters = bot.ask("no")
    assert "Left undone" in _text(letters[-1])
    assert [letter.kind for letter in letters] == ["result", "result"]


def test_a_question_that_is_answered_in_words_loses_its_buttons(start: Callable[..., Bot]) -> None:
    bot = start(approve_above_s=0.0)
    bot.ask("measure")
    letters = bot.ask("yes")
    assert (letters[0].job, "approve" in _text(letters[0])) == (1, False)
    assert "arithmetic" in _text(letters[1])
    assert (bot.status(1), bot.status(2)) == ("done", "done")


def test_another_persons_yes_answers_nothing(start: Callable[..., Bot]) -> None:
    bot = start(approve_above_s=0.0)
    bot.ask("measure")
    (letter,) = bot.ask("yes", "U2")
    assert NOT_YOURS in _text(letter)
    assert bot.status(1) == "asked"
    assert "arithmetic" in _text(bot.ask("yes", "U9")[1]), "an admin"


def test_a_question_that_nobody_on_record_waits_for_is_answered_by_nobody(start: Callable[..., Bot]) -> None:
    bot = start(approve_above_s=0.0)
    bot.ask("measure")
    bot.jobs.end(1, "stopped", ("asked",))
    letters = bot.ask("yes", "U2")
    assert not any("arithmetic" in _text(letter) for letter in letters)


def test_a_card_of_another_thread_is_not_shown(start: Callable[..., Bot]) -> None:
    bot = start()
    bot.ask("measure")
    (card,) = bot.store.cards()
    assert "arithmetic" in _text(bot.ask(f"/card {card.id[:6]}")[0])
    assert "arithmetic" in _text(bot.ask("/card")[0])
    assert "no such card" in _text(bot.ask(f"/card {card.id}", thread="2.2")[0])


def test_a_stop_keeps_what_was_scored(start: Callable[..., Bot], subject: LoadedSubject) -> None:
    bot = start()
    answers = iter(range(100))

    def answer(prompt: str) -> str:
        if next(answers) == 2:
            bot.work.stop(1)
        return "42"

    subject.answers = answer
    letters = bot.ask("measure")
    assert bot.status(1) == "stopped"
    assert "Stopped early" in _text(letters[0])
    assert "Whatever was scored is kept" in _text(letters[-1])


def test_a_job_that_was_stopped_in_line_says_nothing_and_does_nothing(start: Callable[..., Bot]) -> None:
    bot = start()
    job = bot.receive("measure")
    bot.jobs.end(job.id, "stopped", ("queued",))
    bot.work(job)
    assert bot.letters() == []
    assert bot.store.sessions() == [] or bot.store.cards() == []


def test_the_end_of_the_bot_is_told(start: Callable[..., Bot], subject: LoadedSubject) -> None:
    bot = start()

    def answer(prompt: str) -> str:
        bot.work.shut_down()
        return "42"

    subject.answers = answer
    letters = bot.ask("measure")
    assert SHUT_DOWN in _text(letters[-1])
    assert bot.status(1) == "stopped"


def test_a_bug_is_told_and_the_next_job_is_done(
    start: Callable[..., Bot], monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = start()
    with monkeypatch.context() as broken:
        broken.setattr("agent.doors.slack.answer.card_message", lambda card: 1 / 0)
        (letter,) = bot.ask("measure")
    assert "went wrong" in _text(letter)
    assert "ZeroDivision" not in _text(letter)
    assert bot.status(1) == "failed"
    assert "arithmetic" in _text(bot.ask("measure")[0])


def _recover(bot: Bot) -> list[Letter]:
    """Start as the service does, and do what is in line."""
    line = Line(bot.threads.key, bot.work, lambda places: None)
    recover(bot.jobs, bot.outbox, bot.store, bot.board, line)
    done = threading.Event()
    for _ in range(1000):
        if not bot.jobs.jobs("queued", "running"):
            break
        done.wait(0.01)
    line.close(10)
    return bot.letters()


def test_a_job_that_was_cut_off_goes_on_and_scores_nothing_twice(
    start: Callable[..., Bot], subject: LoadedSubject
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        if len(asked) == 3:
            raise Killed
        return "42"

    subject.answers = answer
    first = start()
    with pytest.raises(Killed):
        first.ask("measure")
    assert first.status(1) == "running"
    told, result, chart = _recover(start())
    assert GOES_ON in _text(told)
    assert "n 4" in _text(result)
    assert chart.kind == "file"
    assert len(asked) < 8, "some of the four prompts were scored before"


def test_a_card_that_was_stored_and_not_told_is_told_and_not_made_again(start: Callable[..., Bot]) -> None:
    first = start()
    first.ask("measure")
    with first.jobs.database.writing() as connection:  # killed between the card and its letter
        connection.execute("UPDATE slack_jobs SET status = 'running', told = begun")
    second = start()
    letters = _recover(second)
    assert ["arithmetic" in _text(letter) for letter in letters][:2] == [False, True]
    assert len(second.store.cards()) == 1
    assert second.status(1) == "done"


def test_what_was_told_already_is_not_told_again(start: Callable[..., Bot]) -> None:
    first = start()
    first.ask("measure")
    with first.jobs.database.writing() as connection:
        connection.execute("UPDATE slack_jobs SET status = 'running'")
    letters = _recover(start())
    assert not any("arithmetic" in _text(letter) for letter in letters)


def test_a_job_that_had_not_begun_begins(start: Callable[..., Bot]) -> None:
    first = start()
    first.receive("measure")
    letters = _recover(start())
    assert STAYS_IN_LINE in _text(letters[0])
    assert "arithmetic" in _text(letters[1])
    second = start()
    second.receive("measure", thread="2.2")
    second.jobs.begin(2, 0)  # killed right after
    letters = _recover(start())
    assert GOES_ON in _text(letters[0])
    assert "arithmetic" in _text(letters[1])


def test_a_question_that_waits_is_offered_again_and_can_be_answered(start: Callable[..., Bot]) -> None:
    start(approve_above_s=0.0).ask("measure")
    second = start(approve_above_s=0.0)
    told, question = _recover(second)
    assert "restarted" in _text(told)
    assert "approve" in _text(question)
    assert "Go ahead?" in _text(question)
    assert second.jobs.answer(1, "yes")
    job = second.jobs.job(1)
    assert job is not None
    second.work(job)
    assert "arithmetic" in _text(second.letters()[0])
