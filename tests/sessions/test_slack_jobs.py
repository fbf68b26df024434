"""Jobs and letters of the bot: nothing is received twice, nothing is lost."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessions.slack_jobs import SlackJobs
from sessions.slack_outbox import SlackOutbox
from sessions.store import FILE, Store


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[SlackJobs]:
    jobs = SlackJobs(tmp_path)
    yield jobs
    jobs.close()


def _receive(jobs: SlackJobs, *keys: str, thread: str | None = "1.1"):
    return jobs.receive(keys or ("message:C1:1.1",), "C1", thread, "U1", {"text": "hi"})


def test_what_came_becomes_a_job_once_under_any_of_its_keys(jobs: SlackJobs) -> None:
    job = _receive(jobs, "message:C1:1.1", "event:E1")
    assert job is not None
    assert (job.status, job.wish, job.thread) == ("queued", {"text": "hi"}, "1.1")
    assert _receive(jobs, "message:C1:1.1", "event:E2") is None
    assert _receive(jobs, "event:E1") is None
    assert _receive(jobs, "event:E2") is None, "marked beside the key that was known"
    assert len(jobs.jobs("queued")) == 1


def test_marks_outlive_the_process(tmp_path: Path) -> None:
    first = SlackJobs(tmp_path)
    assert first.mark(["button:1"])
    first.close()
    assert not SlackJobs(tmp_path).mark(["button:1"])


def test_credentials_in_a_request_are_not_kept(jobs: SlackJobs) -> None:
    job = jobs.receive(["k"], "C1", "1.1", "U1", {"text": "use xoxb-123456789012-abcdefghijkl"})
    assert job is not None
    assert "xoxb" not in str(jobs.job(job.id))


def test_a_job_begins_once_and_ends_once(jobs: SlackJobs) -> None:
    job = _receive(jobs)
    assert jobs.begin(job.id, last_message=4)
    assert not jobs.begin(job.id, last_message=9)
    running = jobs.job(job.id)
    assert (running.status, running.begun, running.told) == ("running", 4, 4)
    assert jobs.end(job.id, "done")
    assert not jobs.end(job.id, "stopped")
    assert jobs.job(job.id).status == "done"


def test_a_stopped_job_in_line_does_not_begin(jobs: SlackJobs) -> None:
    job = _receive(jobs)
    assert jobs.end(job.id, "stopped", ("queued",))
    assert not jobs.begin(job.id, 0)


def test_a_question_is_answered_once(jobs: SlackJobs) -> None:
    job = _receive(jobs)
    jobs.begin(job.id, 0)
    jobs.end(job.id, "asked")
    assert jobs.answer(job.id, "yes")
    assert not jobs.answer(job.id, "no")
    assert jobs.job(job.id).wish == {"text": "yes"}
    assert jobs.job(job.id).status == "queued"


def test_jobs_are_found_by_status_and_thread_in_their_order(jobs: SlackJobs) -> None:
    first, second = _receive(jobs, "a"), _receive(jobs, "b")
    jobs.receive(["c"], "C1", "2.2", "U1", {"text": "other"})
    jobs.begin(second.id, 0)
    assert [job.id for job in jobs.jobs("queued", "running", channel="C1", thread="1.1")] == [
        first.id,
        second.id,
    ]
    assert [job.id for job in jobs.jobs("running")] == [second.id]


def test_a_thread_keeps_its_first_session(jobs: SlackJobs, tmp_path: Path) -> None:
    store = Store(tmp_path)
    one, other = store.new_session(), store.new_session()
    assert jobs.session_of("C1", "1.1") is None
    jobs.tie("C1", "1.1", one)
    jobs.tie("C1", "1.1", other)
    assert jobs.session_of("C1", "1.1") == one
    assert jobs.session_of("C2", "1.1") is None


def test_a_commands_thread_comes_later(jobs: SlackJobs) -> None:
    job = _receive(jobs, thread=None)
    assert job.thread is None
    jobs.open_thread(job.id, "D1", "3.3")
    assert (jobs.job(job.id).channel, jobs.job(job.id).thread) == ("D1", "3.3")


def test_the_usual_duration_is_the_median_of_what_was_done(jobs: SlackJobs) -> None:
    assert jobs.usual_seconds() is None
    for number, seconds in enumerate((1, 50, 3)):
        job = _receive(jobs, str(number))
        jobs.begin(job.id, 0)
        jobs.end(job.id, "done")
        with jobs.database.writing() as connection:
            connection.execute(
                "UPDATE slack_jobs SET started = ?, ended = ? WHERE id = ?",
                ("2026-01-01T00:00:00Z", f"2026-01-01T00:00:{seconds:02}Z", job.id),
            )
    assert jobs.usual_seconds() == 3


def test_letters_leave_in_their_order_and_stay_until_they_are_sent(jobs: SlackJobs, tmp_path: Path) -> None:
    job = _receive(jobs)
    outbox = SlackOutbox(jobs.database)
    outbox.write("result", {"message": {"text": "a"}}, channel="C1", thread="1.1", job=job.id, told=7)
    outbox.write("file", {"card": "c-1"}, channel="C1", thread="1.1")
    assert jobs.job(job.id).told == 7
    first = SlackOutbox(SlackJobs(tmp_path).database).first()
    assert first is not None
    assert (first.kind, first.payload, first.job) == ("result", {"message": {"text": "a"}}, job.id)
    assert outbox.first() == first
    outbox.done(first)
    assert outbox.first().kind == "file"
    outbox.done(outbox.first())
    assert outbox.first() is None


def test_what_could_not_be_sent_for_a_week_is_let_go(jobs: SlackJobs) -> None:
    outbox = SlackOutbox(jobs.database)
    outbox.write("look", {}, channel="C1", thread=None)
    assert outbox.forget_old() == 0
    with jobs.database.writing() as connection:
        connection.execute("UPDATE slack_outbox SET created = '2020-01-01T00:00:00Z'")
    assert outbox.forget_old() == 1


def test_old_marks_are_forgotten_and_fresh_ones_are_not(jobs: SlackJobs) -> None:
    jobs.mark(["old"]), jobs.mark(["new"])
    with jobs.database.writing() as connection:
        connection.execute("UPDATE slack_seen SET seen = '2020-01-01T00:00:00Z' WHERE key = 'old'")
    jobs.forget_old()
    assert jobs.mark(["old"])
    assert not jobs.mark(["new"])


def test_another_process_that_closes_the_file_takes_nothing_from_under_a_bot_with_several_connections(
    tmp_path: Path,
) -> None:
    """Closing any descriptor of a file drops all locks that the process has on it, and with them SQLite's."""
    first = Store(tmp_path)
    session = first.new_session()
    for _ in range(2):
        Store(tmp_path)  # as every conversation opens one
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        " c.execute('UPDATE sessions SET title = ?', ('x',)); c.commit(); c.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / FILE)], check=True)
    assert (tmp_path / f"{FILE}-wal").exists(), "the last one to close would have taken it away"
    first.add_message(session, "user", "hello")
    assert [message.text for message in Store(tmp_path).messages(session)] == ["hello"]
