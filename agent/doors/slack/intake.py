"""What comes in from Slack: who it is from, whether it was seen before, and what it becomes.

Runs before Slack gets its acknowledgement, so it only reads and writes the store: what is acknowledged is kept.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from agent.doors.slack.access import Access
from agent.doors.slack.blocks import said
from agent.doors.slack.line import Line
from agent.doors.slack.text import mentions, request_of
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import SlackOutbox
from sessions.store import Store
from tools.errors import StoreError

STOP = re.compile(
    r"(?:please )?(?:stop|cancel|abort|halt)(?: (?:it|this|that|now|please))*[.!]*", re.IGNORECASE
)
MOST_WAITING = 30
"""Jobs that one person may have in line."""
SUBTYPES = (None, "file_share", "thread_broadcast")
"""Kinds of messages that people write; edits, deletions, joins and messages of bots are none."""
ONLY_THEY = "Only whoever asked for this, or an admin, can do that."
NOT_LISTED = "You, or this channel, are not on the list of those who are answered here. Ask the bot's admins."
NOT_YOURS = (
    "A question in this thread waits for an answer by whoever asked, or by an admin. Ask in a new thread."
)
TAKEN = "Taken: the answer comes in a new thread."


class Intake:
    """Messages, commands and buttons, as Slack sends them. Raises StoreError where nothing could be kept."""

    def __init__(
        self,
        access: Access,
        bot_user: str,
        jobs: SlackJobs,
        outbox: SlackOutbox,
        store: Store,
        line: Line,
        stop: Callable[[int], None],
    ) -> None:
        self._access = access
        self._bot_user = bot_user
        self._jobs = jobs
        self._outbox = outbox
        self._store = store
        self._line = line
        self._stop = stop

    def message(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """A mention or a direct message; what people say to each other is not answered."""
        user, channel, moment = event.get("user"), event.get("channel"), event.get("ts")
        if not user or not channel or not moment or self._is_of_a_bot(event):
            return
        home = (event.get("team"), event.get("user_team"), event.get("source_team"))
        if not self._access.knows_team(body.get("team_id"), *home):
            return
        thread = event.get("thread_ts") or moment
        raw = str(event.get("text") or "")
        text = request_of(raw, self._bot_user)
        spoken_to = (
            channel.startswith("D") or event.get("type") == "app_mention" or mentions(raw, self._bot_user)
        )
        if not spoken_to:
            return
        keys = [f"message:{channel}:{moment}"]
        if body.get("event_id"):
            keys.append(f"event:{body['event_id']}")
        if not self._access.answers(channel, user):
            if self._jobs.mark(keys):
                self._note(channel, user, thread, NOT_LISTED)
        elif STOP.fullmatch(text) and self._has_work(channel, thread):
            if self._jobs.mark(keys):
                self._stop_thread(channel, thread, user)
        elif self._waits_for_another(user, channel, thread):
            if self._jobs.mark(keys):
                self._note(channel, user, thread, NOT_YOURS)
        elif self._has_too_much(user):
            if self._jobs.mark(keys):
                self._note(
                    channel, user, thread, f"You have {MOST_WAITING} requests in line. Wait for some of them."
                )
        else:
            job = self._jobs.receive(keys, channel, thread, user, {"text": text or "help"})
            if job is not None:
                self._line.put(job)

    def command(self, body: dict[str, Any]) -> str:
        """A slash command: it opens a thread. Returns what only the one who asked is told at once."""
        user, channel = body.get("user_id") or "", body.get("channel_id") or ""
        if not self._access.knows_team(body.get("team_id")) or not self._access.answers(channel, user):
            return NOT_LISTED
        if self._has_too_much(user):
            return f"You have {MOST_WAITING} requests in line. Wait for some of them."
        text = request_of(body.get("text") or "", self._bot_user) or "help"
        if STOP.fullmatch(text):
            return "Say stop in the thread that is meant."
        # A command has no id; its address for answers is its own, and no key to keep as it stands.
        told = "\n".join(str(body.get(name)) for name in ("trigger_id", "response_url", "user_id", "text"))
        key = f"command:{sha256(told.encode()).hexdigest()}"
        job = self._jobs.receive([key], channel, None, user, {"text": text})
        if job is not None:
            opening = {"message": said(f"Asked: {text}"), "user": user}
            self._outbox.write("root", opening, channel=channel, thread=None, job=job.id)
        return TAKEN

    def button(self, body: dict[str, Any]) -> None:
        """A button under a message of ours."""
        action = (body.get("actions") or [{}])[0]
        user, channel = (body.get("user") or {}), (body.get("channel") or {}).get("id") or ""
        person = user.get("id") or ""
        message = body.get("message") or {}
        thread = message.get("thread_ts") or message.get("ts") or ""
        if not self._access.knows_team((body.get("team") or {}).get("id"), user.get("team_id")):
            return
        pressed = (channel, message.get("ts"), action.get("action_id"), person, action.get("action_ts"))
        if not self._jobs.mark(["button:" + ":".join(str(part) for part in pressed)]):
            return
        if not self._access.answers(channel, person):
            self._note(channel, person, thread, NOT_LISTED)
            return
        name, value = str(action.get("action_id") or ""), str(action.get("value") or "")
        if name in ("approve", "decline", "stop"):
            self._press(name, self._job(value, channel, thread), person, channel, thread)
        elif name in ("why", "worst") or name.startswith("export:"):
            self._look(name, value, channel, person, thread)

    def _press(self, name: str, job: Job | None, person: str, channel: str, thread: str) -> None:
        if job is None:
            return
        if not self._access.may_answer_for(person, job.user):
            self._note(channel, person, thread, ONLY_THEY)
        elif name == "stop":
            self._stop_job(job)
        elif self._jobs.answer(job.id, "yes" if name == "approve" else "no"):
            again = self._jobs.job(job.id)
            assert again is not None
            self._line.put(again)
        else:
            self._note(channel, person, thread, "This question was answered already.")

    def _look(self, name: str, card: str, channel: str, person: str, thread: str) -> None:
        """A card of this thread again, or as a file; what another thread has is not shown here."""
        try:
            found = self._store.card(card)
        except StoreError:
            self._note(channel, person, thread, "This card cannot be read any more.")
            return
        if found.session != self._jobs.session_of(channel, thread):
            return
        if name.startswith("export:"):
            wish = {"card": found.id, "format": name.removeprefix("export:")}
            self._outbox.write("file", wish, channel=channel, thread=thread)
        else:
            self._outbox.write("look", {"look": name, "card": found.id}, channel=channel, thread=thread)

    def _stop_thread(self, channel: str, thread: str, person: str) -> None:
        """Stop what is under way or in line in a thread, as far as this person may."""
        jobs = self._jobs.jobs("queued", "running", channel=channel, thread=thread)
        theirs = [job for job in jobs if self._access.may_answer_for(person, job.user)]
        for job in theirs:
            self._stop_job(job)
        if len(theirs) < len(jobs):
            self._note(channel, person, thread, ONLY_THEY)

    def _stop_job(self, job: Job) -> None:
        waits = self._line.take_out(job.id)  # a killed process may have left it `running`
        if self._jobs.end(job.id, "stopped", ("queued", "running") if waits else ("queued",)):
            stopped = {"message": said("Stopped before it began.")}
            self._outbox.write("result", stopped, channel=job.channel, thread=job.thread, job=job.id)
        else:
            self._stop(job.id)

    def _has_work(self, channel: str, thread: str) -> bool:
        return bool(self._jobs.jobs("queued", "running", channel=channel, thread=thread))

    def _has_too_much(self, user: str) -> bool:
        return sum(job.user == user for job in self._jobs.jobs("queued")) >= MOST_WAITING

    def _waits_for_another(self, user: str, channel: str, thread: str) -> bool:
        """Whether the thread waits for an answer that this person may not give."""
        asked = self._jobs.jobs("asked", channel=channel, thread=thread)
        return any(not self._access.may_answer_for(user, job.user) for job in asked)

    def _is_of_a_bot(self, event: dict[str, Any]) -> bool:
        return (
            bool(event.get("bot_id") or event.get("bot_profile") or event.get("hidden"))
            or event.get("subtype") not in SUBTYPES
            or event.get("user") == self._bot_user
        )

    def _job(self, value: str, channel: str, thread: str) -> Job | None:
        """The job that a button names, where it is one of this thread."""
        job = (
            self._jobs.job(int(value)) if value.isascii() and value.isdecimal() and len(value) < 18 else None
        )
        return job if job is not None and (job.channel, job.thread) == (channel, thread) else None

    def _note(self, channel: str, user: str, thread: str | None, text: str) -> None:
        """A sentence that only this person sees."""
        self._outbox.write("ephemeral", {"user": user, "text": text}, channel=channel, thread=thread)
