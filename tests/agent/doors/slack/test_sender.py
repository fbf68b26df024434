"""What goes out, in which order, and what becomes of it where Slack refuses, is slow or is not there."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from agent.doors.slack import sender as module
from agent.doors.slack.blocks import said
from agent.doors.slack.board import Board
from agent.doors.slack.sender import Sender
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import SlackOutbox


def refusal(error: str, status: int = 200, **headers: str) -> SlackApiError:
    return SlackApiError(
        error,
        SlackResponse(
            client=None,
            http_verb="POST",
            api_url="x",
            req_args={},
            data={"ok": False, "error": error},
            headers=headers,
            status_code=status,
        ),
    )


class FakeClient:
    """Notes calls; the next of them raise what stands in `faults`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[BaseException] = []

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        def call(**arguments: Any) -> dict[str, Any]:
            if self.faults:
                raise self.faults.pop(0)
            self.calls.append((method, arguments))
            return {"ok": True, "channel": arguments["channel"], "ts": f"{len(self.calls)}.0"}

        return call

    def texts(self) -> list[str]:
        return [arguments["text"] for _, arguments in self.calls if "text" in arguments]


class Out:
    """A sender on a fake client."""

    def __init__(self, folder: Path) -> None:
        self.client = FakeClient()
        self.jobs = SlackJobs(folder)
        self.outbox = SlackOutbox(self.jobs.database)
        self.board = Board()
        self.opened: list[Job] = []
        self.sender = Sender(self.client, self.jobs, self.board, folder, self.opened.append)  # type: ignore[arg-type]
        job = self.jobs.receive(["k"], "C1", "1.1", "U1", {"text": ""})
        assert job is not None
        self.job = job.id

    def write(self, text: str, **payload: Any) -> None:
        self.outbox.write(
            "result", {"message": said(text), **payload}, channel="C1", thread="1.1", job=self.job
        )

    def until(self, look: Callable[[], Any]) -> None:
        until = time.monotonic() + 10
        while not look():
            assert time.monotonic() < until, self.client.calls
            time.sleep(0.005)

    def progress(self) -> str | None:
        job = self.jobs.job(self.job)
        assert job is not None
        return job.progress


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Out]:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.01)
    out = Out(tmp_path)
    yield out
    out.sender.stop(2)


def test_a_result_takes_the_place_of_the_progress_message(out: Out) -> None:
    out.sender.start()
    out.board.show(out.job, "1st in line")
    out.until(out.progress)
    out.write("the card")
    out.until(lambda: len(out.client.calls) == 2)
    (_, first), (method, second) = out.client.calls
    assert (method, second["ts"]) == ("chat_update", "1.0")
    assert first["thread_ts"] == "1.1"
    assert out.client.texts() == ["1st in line", "the card"]
    out.until(lambda: out.progress() is None)


def test_a_question_keeps_its_place_until_it_is_answered(out: Out) -> None:
    out.write("Go ahead?", stays=True)
    out.sender.start()
    out.until(lambda: out.progress() == "1.0")
    out.write("Left undone.")
    out.until(lambda: len(out.client.calls) == 2)
    assert out.client.calls[1][0] == "chat_update"


def test_nothing_unfurls_links_or_names_anybody(out: Out) -> None:
    out.write("see https://x.org @channel")
    out.sender.start()
    out.until(lambda: out.client.calls)
    arguments = out.client.calls[0][1]
    assert {name: arguments[name] for name in ("unfurl_links", "unfurl_media", "link_names", "parse")} == {
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def test_slack_is_left_alone_as_long_as_it_asks(out: Out) -> None:
    out.client.faults = [refusal("ratelimited", 429, **{"Retry-After": "1"})]
    out.write("a")
    out.write("b")
    began = time.monotonic()
    out.sender.start()
    out.until(lambda: out.client.texts() == ["a", "b"])
    assert time.monotonic() - began >= 1.0


def test_letters_wait_in_their_order_while_slack_is_away(out: Out) -> None:
    out.client.faults = [ConnectionResetError(), refusal("internal_error", 500)]
    out.write("a")
    out.write("b")
    out.sender.start()
    out.until(lambda: out.client.texts() == ["a", "b"])
    assert out.outbox.first() is None


def test_what_slack_never_takes_does_not_hold_up_the_rest(out: Out) -> None:
    out.client.faults = [refusal("channel_not_found")]
    out.write("a")
    out.write("b")
    out.sender.start()
    out.until(lambda: out.client.texts() == ["b"])


def test_a_letter_that_cannot_be_read_does_not_hold_up_the_rest(
    out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "look_message", lambda *arguments: 1 / 0)
    for payload in ({}, {"look": "why", "card": "c-0000"}):
        out.outbox.write("look", payload, channel="C1", thread="1.1")
    out.outbox.write("file", {}, channel="C1", thread="1.1")
    out.write("b")
    out.sender.start()
    out.until(lambda: "b" in out.client.texts())


def test_refused_blocks_are_sent_as_words(out: Out) -> None:
    out.client.faults = [refusal("invalid_blocks")]
    out.write("a")
    out.sender.start()
    out.until(lambda: out.client.calls)
    assert "blocks" not in out.client.calls[0][1]


def test_a_message_that_is_gone_is_written_anew(out: Out) -> None:
    out.jobs.shows_progress(out.job, "9.9")
    out.client.faults = [refusal("message_not_found")]
    out.write("a")
    out.sender.start()
    out.until(lambda: out.client.calls)
    assert out.client.calls[0][0] == "chat_postMessage"


def test_a_commands_thread_opens_in_its_channel_or_else_in_a_direct_message(out: Out) -> None:
    job = out.jobs.receive(["c"], "C2", None, "U2", {"text": ""})
    assert job is not None
    out.client.faults = [refusal("not_in_channel")]
    out.outbox.write("root", {"message": said("Asked"), "user": "U2"}, channel="C2", thread=None, job=job.id)
    out.sender.start()
    out.until(lambda: out.opened)
    assert out.client.calls[0][1]["channel"] == "U2"
    assert (out.opened[0].channel, out.opened[0].thread) == ("U2", "1.0")


def test_what_is_not_sent_at_the_end_waits_for_the_next_start(tmp_path: Path, out: Out) -> None:
    out.client.faults = [ConnectionResetError()] * 9
    out.write("a")
    out.sender.start()
    out.until(lambda: len(out.client.faults) < 9)
    out.sender.stop(0.2)
    again = SlackOutbox(SlackJobs(tmp_path).database).first()
    assert again is not None
    assert again.payload["message"]["text"] == "a"


def test_an_export_of_a_card_that_is_not_there_is_told(out: Out) -> None:
    out.outbox.write("file", {"card": "c-0000", "format": "html"}, channel="C1", thread="1.1")
    out.outbox.write("file", {"card": "c-0000", "format": "png", "if_any": True}, channel="C1", thread="1.1")
    out.sender.start()
    out.until(lambda: out.outbox.first() is None)
    assert len(out.client.calls) == 1
    assert "no card" in out.client.texts()[0]
