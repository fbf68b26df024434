"""One job from its beginning to its end: the conversation answers, and its events become letters."""

import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agent.conversation import YES
from agent.doors.slack.access import Access, GuardedPlanner, is_upload, refused
from agent.doors.slack.answer import Answer
from agent.doors.slack.blocks import said
from agent.doors.slack.board import Board
from agent.doors.slack.intake import NOT_YOURS
from agent.doors.slack.threads import Threads
from agent.doors.slash import Local, parse
from agent.events import Asked, CardReady, Event, Failed, Said
from sessions.slack_jobs import Job, SlackJobs
from sessions.slack_outbox import SlackOutbox
from sessions.store import Store
from tools.errors import UserError

if TYPE_CHECKING:
    from agent.conversation import Conversation

log = logging.getLogger("benchwright.slack")

BUG = (
    "Something went wrong inside Benchwright; what was shown before is kept. "
    "Please report it with the traceback in benchwright.log, and ask again."
)
OWN_CARDS = 50
"""The newest cards of a thread, among which `/card` looks; those of other threads are not shown."""
SHUT_DOWN = "Benchwright was shut down, so this ended early. Ask again for the rest of it."


class _Underway:
    """A job at work, as others can stop it."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.conversation: Conversation | None = None
        self.answer: Answer | None = None

    def stop(self) -> None:
        self.stopped.set()
        if self.conversation is not None:
            self.conversation.stop()

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events; a stop that came before the work had begun is not lost."""
        if self.stopped.is_set():
            return
        for event in events:
            if self.stopped.is_set() and self.conversation is not None:
                self.conversation.stop()
            yield event


class Work:
    """Does jobs, one in each worker's thread at a time."""

    def __init__(
        self,
        threads: Threads,
        jobs: SlackJobs,
        outbox: SlackOutbox,
        board: Board,
        store: Store,
        access: Access,
    ) -> None:
        self._threads = threads
        self._jobs = jobs
        self._outbox = outbox
        self._board = board
        self._store = store
        self._access = access
        self._underway: dict[int, _Underway] = {}
        self._shutting_down = False

    def stop(self, job_id: int) -> None:
        """End a job within a second or two, keeping what was scored."""
        underway = self._underway.get(job_id)
        if underway is not None:
            underway.stop()

    def shut_down(self) -> None:
        """End all jobs at work."""
        self._shutting_down = True
        for underway in list(self._underway.values()):
            underway.stop()

    def left_s(self, job_id: int) -> float | None:
        """Seconds left of what a job is at, as far as anybody can tell."""
        underway = self._underway.get(job_id)
        return underway.answer.left_s if underway is not None and underway.answer is not None else None

    def __call__(self, job: Job) -> None:
        """Do a job, unless it was stopped in line; never raises for what goes wrong."""
        underway = self._underway[job.id] = _Underway()
        self._board.show(job.id, "Starting ...")
        if self._shutting_down:
            underway.stop()
        try:
            with self._threads.conversation(job) as conversation:
                underway.conversation = conversation
                answer = underway.answer = Answer(
                    job, conversation.session_id, self._store, self._outbox, self._board
                )
                self._do(job, conversation, answer, underway)
        except UserError as error:
            log.error("job %d: %s", job.id, error)
            self._give_up(job, str(error))
        except Exception:  # the last line of defence: the worker lives on, and the thread is told
            log.exception("job %d failed", job.id)
            self._give_up(job, BUG)
        finally:
            self._board.clear(job.id)
            del self._underway[job.id]

    def _do(self, job: Job, conversation: "Conversation", answer: Answer, underway: _Underway) -> None:
        goes_on = job.status == "running"  # a killed process left it so
        if not goes_on:
            if conversation.waits_for_approval and not self._may_answer(job, conversation):
                answer.say(NOT_YOURS)
                self._jobs.end(job.id, "done", ("queued",))
                return
            if not self._jobs.begin(job.id, answer.last_message()):
                return  # stopped in the meantime
        exports = self._exports(job, conversation)
        unguarded = conversation.planner
        guard = GuardedPlanner(unguarded, is_admin=self._access.is_admin(job.user))
        conversation.planner = guard
        try:
            events = (
                self._events(job, conversation, answer)
                if not goes_on
                else self._rest(job, conversation, answer)
            )
            for event in underway.watched(events):
                answer.take(event)
                if guard.exports and guard.exports != exports:
                    exports = guard.exports
                    self._jobs.export_afterwards(job.id, exports)
            answer.flush()
        finally:
            conversation.planner = unguarded
        self._end(job, answer, underway, exports)

    def _end(self, job: Job, answer: Answer, underway: _Underway, exports: list[dict[str, Any]]) -> None:
        stopped = underway.stopped.is_set() and answer.status != "asked"
        if stopped and self._shutting_down:
            answer.say(SHUT_DOWN)
        elif not answer.told:
            answer.say("Stopped before it began." if stopped else "Done.")
        if exports and not stopped and answer.status == "done":
            answer.export(exports)
        self._jobs.end(job.id, "stopped" if stopped else answer.status)

    def _events(self, job: Job, conversation: "Conversation", answer: Answer) -> Iterator[Event]:
        """What the conversation answers to the job's wish: words, or a command such as `/why`."""
        text = str(job.wish["text"])
        if not text.startswith("/"):
            yield from conversation.send(text)
            return
        try:
            command = parse(text)
            if isinstance(command, Local):
                yield from self._local(command, conversation)
                return
        except UserError as error:
            yield Failed(error.message, error.next_step)
            return
        refusal = None if self._access.is_admin(job.user) else refused(command, conversation.bench.model_name)
        if refusal is not None:
            yield Failed(refusal)
        elif is_upload(command):
            yield Said("The file comes into this thread.")
            answer.flush()
            answer.export([command.arguments])
        else:
            yield from conversation.send(command)

    def _local(self, command: Local, conversation: "Conversation") -> Iterator[Event]:
        """A command that needs no plan. Raises UserError."""
        if command.name != "card":
            raise UserError(
                f"/{command.name} is not for Slack.", "Say in your own words what you want, or: help."
            )
        cards = conversation.store.cards(session=conversation.session_id, limit=OWN_CARDS)
        named = (command.argument or "").lower()
        card = next((card for card in cards if card.id.startswith((named, f"c-{named}"))), None)
        if card is None:
            raise UserError("There is no such card in this thread.", "Say: list the cards.")
        yield CardReady(card)

    def _rest(self, job: Job, conversation: "Conversation", answer: Answer) -> Iterator[Event]:
        """What a killed process left of a job: what it had not told yet, then what it had not done."""
        messages = conversation.store.messages(conversation.session_id)
        mine = [message for message in messages if message.id > job.begun and message.role == "agent"]
        waits = conversation.waits_for_approval
        for message in mine:
            is_question = waits and message is mine[-1]
            if message.id <= job.told and not is_question:
                continue
            if message.card_id is not None:
                yield CardReady(conversation.store.card(message.card_id))
            else:
                yield Asked(message.text, "approval") if is_question else Said(message.text)
        if conversation.was_interrupted:
            yield from conversation.go_on()
        elif not mine and not waits:
            yield from self._events(job, conversation, answer)

    def _may_answer(self, job: Job, conversation: "Conversation") -> bool:
        """Whether the question that waits in the thread is this person's to answer."""
        if job.started is not None:
            return True  # the job that asked, with the answer that a button gave it
        asked = self._jobs.jobs("asked", channel=job.channel, thread=job.thread)
        if not asked:  # nobody on record waits for it, so nobody's yes is meant for it
            for _ in conversation.send("no"):
                pass
        return all(self._access.may_answer_for(job.user, each.user) for each in asked)

    def _exports(self, job: Job, conversation: "Conversation") -> list[dict[str, Any]]:
        """What is to be uploaded after this job; with a yes, also what was to follow the question.

        A question that is answered in words, or passed over, needs its buttons no more.
        """
        word = str(job.wish["text"]).strip().lower().rstrip("!.").split(" ")[0]
        is_no = conversation.waits_for_approval and word not in YES
        exports = job.exports
        for each in self._jobs.jobs("asked", channel=job.channel, thread=job.thread):
            if self._jobs.end(each.id, "done", ("asked",)):
                exports = exports + each.exports
                Answer(each, conversation.session_id, self._store, self._outbox, self._board).say(
                    "This question is closed."
                )
        return [] if is_no else exports

    def _give_up(self, job: Job, text: str) -> None:
        self._outbox.write(
            "result",
            {"message": said(text)},
            channel=job.channel,
            thread=job.thread,
            job=job.id,
        )
        self._jobs.end(job.id, "failed", ("queued", "running"))
