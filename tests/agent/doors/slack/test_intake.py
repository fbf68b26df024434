"""What comes in: who it is from, whether it came before, and what becomes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.doors.slack.access import Access
from agent.doors.slack.intake import MOST_WAITING, NOT_LISTED, NOT_YOURS, ONLY_THEY, TAKEN, Intake
from agent.settings import SlackSettings
from sessions.card import CapabilityCard
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import Letter, SlackOutbox
from sessions.store import Store
from tests.sessions.samples import card as sample_card

Say = Callable[..., None]


class FakeLine:
    """Notes what is put in line."""

    def __init__(self) -> None:
        self.put_in: list[Job] = []
        self.taken_out: list[int] = []
        self.waits: set[int] = set()

    def put(self, job: Job) -> None:
        self.put_in.append(job)

    def take_out(self, job_id: int) -> bool:
        self.taken_out.append(job_id)
        return job_id in self.waits


class Desk:
    """An intake with what it works with."""

    def __init__(self, folder: Path, **lists: str) -> None:
        self.jobs = SlackJobs(folder)
        self.outbox = SlackOutbox(self.jobs.database)
        self.store = Store(folder)
        self.line = FakeLine()
        self.stopped: list[int] = []
        access = Access(SlackSettings(admins="U9", **lists), "T1")  # type: ignore[arg-type]
        self.intake = Intake(
            access,
            "UBOT",
            self.jobs,
            self.outbox,
            self.store,
            self.line,
            self.stopped.append,  # type: ignore[arg-type]
        )
        self._ts = 0

    def say(self, words: str, user: str = "U1", thread: str | None = None, **event: Any) -> dict[str, Any]:
        self._ts += 1
        said = {
            "type": "app_mention",
            "user": user,
            "channel": "C1",
            "ts": f"{self._ts}.0",
            "text": f"<@UBOT> {words}",
            "team": "T1",
            **({"thread_ts": thread} if thread else {}),
            **event,
        }
        self.intake.message({"team_id": "T1", "event_id": f"E{self._ts}"}, said)
        return said

    def press(self, action: str, value: str, user: str = "U1", thread: str = "1.0", at: str = "9") -> None:
        self.intake.button(
            {
                "team": {"id": "T1"},
                "user": {"id": user, "team_id": "T1"},
                "channel": {"id": "C1"},
                "message": {"ts": "5.0", "thread_ts": thread},
                "actions": [{"action_id": action, "value": value, "action_ts": at}],
            }
        )

    def letters(self) -> list[Letter]:
        found = []
        while (letter := self.outbox.first()) is not None:
            found.append(letter)
            self.outbox.done(letter)
        return found

    def notes(self) -> list[tuple[str, str]]:
        return [
            (each.payload["user"], each.payload["text"])
            for each in self.letters()
            if each.kind == "ephemeral"
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _wishes(desk: Desk) -> list[str]:
    return [job.wish["text"] for job in desk.line.put_in]


def test_a_mention_becomes_a_job_in_its_thread(desk: Desk) -> None:
    desk.say("how good is it?")
    desk.say("just 5", thread="1.0")
    assert [(job.thread, job.user, job.wish) for job in desk.line.put_in] == [
        ("1.0", "U1", {"text": "how good is it?"}),
        ("1.0", "U1", {"text": "just 5"}),
    ]


def test_a_direct_message_needs_no_mention_and_a_channel_does(desk: Desk) -> None:
    desk.say("x", channel="D1", type="message", text="hello")
    desk.say("x", type="message", text="people talk to each other")
    desk.say("x", type="message", text="hey <@UBOT> there")
    assert _wishes(desk) == ["hello", "hey there"]


def test_a_mention_without_words_asks_for_help(desk: Desk) -> None:
    desk.say("")
    assert _wishes(desk) == ["help"]


def test_the_same_message_is_taken_once_under_any_event(desk: Desk) -> None:
    said = desk.say("go")
    desk.intake.message({"team_id": "T1", "event_id": "another"}, said)
    desk.intake.message({"team_id": "T1", "event_id": "E1"}, {**said, "ts": "7.7"})
    desk.intake.message({"team_id": "T1"}, {**said, "type": "message"})
    assert _wishes(desk) == ["go"]


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"user": "UBOT"},
        {"user": None},
        {"ts": None},
        {"hidden": True},
        {"team": "T2"},
        {"user_team": "T2"},
    ],
)
def test_bots_edits_and_strangers_are_not_answered(desk: Desk, event: dict[str, Any]) -> None:
    desk.say("go", **event)
    assert _wishes(desk) == []
    assert desk.letters() == []


def test_who_is_not_listed_is_told_so_alone_and_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, users="U1")
    said = desk.say("go", "U2")
    desk.intake.message({"team_id": "T1"}, said)
    assert desk.notes() == [("U2", NOT_LISTED)]
    assert _wishes(desk) == []


def _running(desk: Desk, user: str = "U1") -> Job:
    desk.say("long", user)
    job = desk.line.put_in[-1]
    desk.jobs.begin(job.id, 0)
    return job


def test_stop_in_words_ends_the_jobs_of_its_thread_and_no_others(desk: Desk) -> None:
    job = _running(desk)
    other = _running(desk)
    desk.say("more", thread=job.thread)
    waiting = desk.line.put_in[-1]
    desk.say("Stop it, please!".replace(",", ""), thread=job.thread)
    assert desk.stopped == [job.id]
    assert waiting.id in desk.line.taken_out
    assert desk.jobs.job(waiting.id).status == "stopped"  # type: ignore[union-attr]
    assert desk.jobs.job(other.id).status == "running"  # type: ignore[union-attr]
    assert "Stopped before it began" in str(desk.letters())


def test_a_job_that_a_killed_bot_left_is_stopped_while_it_waits(desk: Desk) -> None:
    job = _running(desk)
    desk.line.waits = {job.id}
    desk.say("stop", thread=job.thread)
    assert desk.stopped == []
    assert desk.jobs.job(job.id).status == "stopped"  # type: ignore[union-attr]


def test_only_who_asked_or_an_admin_stops(desk: Desk) -> None:
    job = _running(desk)
    desk.say("stop", "U2", thread=job.thread)
    desk.press("stop", str(job.id), "U2", thread=job.thread or "")
    assert desk.stopped == []
    assert desk.notes() == [("U2", ONLY_THEY)] * 2
    desk.say("stop", "U9", thread=job.thread)
    assert desk.stopped == [job.id]


def test_stop_where_nothing_is_under_way_is_a_word_like_others(desk: Desk) -> None:
    desk.say("stop")
    assert _wishes(desk) == ["stop"]


def _asked(desk: Desk) -> Job:
    job = _running(desk)
    desk.jobs.end(job.id, "asked")
    return job


def test_a_question_is_answered_by_its_asker_once(desk: Desk) -> None:
    job = _asked(desk)
    desk.press("approve", str(job.id), "U2", thread="1.0")
    assert desk.notes() == [("U2", ONLY_THEY)]
    desk.press("approve", str(job.id), at="10")
    assert desk.line.put_in[-1].wish == {"text": "yes"}
    desk.press("decline", str(job.id), at="11")
    assert len(desk.line.put_in) == 2
    assert "answered already" in str(desk.notes())


def test_the_same_press_counts_once(desk: Desk) -> None:
    job = _asked(desk)
    desk.press("decline", str(job.id))
    desk.press("decline", str(job.id))
    assert [each.wish["text"] for each in desk.line.put_in] == ["long", "no"]
    assert desk.notes() == []


def test_while_a_question_waits_others_are_sent_to_a_new_thread(desk: Desk) -> None:
    job = _asked(desk)
    desk.say("yes", "U2", thread=job.thread)
    assert desk.notes() == [("U2", NOT_YOURS)]
    assert len(desk.line.put_in) == 1


def test_a_button_of_another_thread_or_a_forged_one_does_nothing(desk: Desk) -> None:
    job = _asked(desk)
    desk.press("approve", str(job.id), thread="8.0")
    for number, value in enumerate(("", "x", "-1", "9" * 30, "0", "²")):
        desk.press("approve", value, at=f"a{number}")
    assert len(desk.line.put_in) == 1


def _stored(desk: Desk, thread: str) -> CapabilityCard:
    session = desk.store.new_session()
    desk.jobs.tie("C1", thread, session)
    card = sample_card().model_copy(update={"session": session})
    desk.store.save_card(card)
    return card


def test_a_card_is_seen_again_in_its_own_thread_only(desk: Desk) -> None:
    card = _stored(desk, "1.0")
    for number, action in enumerate(("why", "worst", "export:html")):
        desk.press(action, card.id, "U2", at=f"b{number}")
    assert [(each.kind, each.payload) for each in desk.letters()] == [
        ("look", {"look": "why", "card": card.id}),
        ("look", {"look": "worst", "card": card.id}),
        ("file", {"card": card.id, "format": "html"}),
    ]
    desk.press("why", card.id, thread="2.0", at="c")
    assert desk.letters() == []


def test_a_command_opens_a_thread_and_is_taken_once(desk: Desk) -> None:
    body = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "text": "go &amp; see", "trigger_id": "1"}
    assert desk.intake.command(body) == TAKEN
    assert desk.intake.command(body) == TAKEN
    (root,) = desk.letters()
    assert (root.kind, root.thread, root.payload["user"]) == ("root", None, "U1")
    assert "go &amp; see" in root.payload["message"]["text"]
    assert desk.line.put_in == [], "not before its thread is there"
    assert desk.intake.command({**body, "trigger_id": "2"}) == TAKEN
    assert len(desk.letters()) == 1


def test_a_command_of_a_stranger_is_refused(desk: Desk) -> None:
    assert desk.intake.command({"team_id": "T2", "user_id": "U1", "channel_id": "C1"}) == NOT_LISTED
    assert desk.letters() == []


def test_nobody_fills_the_line(desk: Desk) -> None:
    for _ in range(MOST_WAITING + 1):
        desk.say("go")
    assert len(desk.line.put_in) == MOST_WAITING
    assert "in line" in desk.notes()[0][1]
    desk.say("go", "U2")
    assert len(desk.line.put_in) == MOST_WAITING + 1
