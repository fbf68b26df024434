"""What a conversation emits, as letters to its thread: written down before anything is sent."""

import time
from typing import Any

from agent.doors.rendering import in_words as plan_in_words
from agent.doors.slack.blocks import Message, button, buttons, fitted, said
from agent.doors.slack.board import Board, Pace, in_words
from agent.doors.slack.card_message import card_message
from agent.doors.slack.looks import why
from agent.events import Asked, Benchmarked, CardReady, Event, Failed, Planned, Said, TakenApart, Working
from sessions.card import Card
from sessions.slack_jobs import Job, JobStatus
from sessions.slack_outbox import SlackOutbox
from sessions.store import Store
from tools.progress import Progress

CUT = "There is more: the attached file has all of it."
SHOWN_RESULTS = 13
"""Rows of edit benchmarks that the progress message shows while they come in."""
LOOKED_AT_EVERY_S = 0.3
"""Progress may be reported at every forward pass."""


class Answer:
    """The events of one job on their way to Slack."""

    def __init__(self, job: Job, session: str, store: Store, outbox: SlackOutbox, board: Board) -> None:
        self.status: JobStatus = "done"
        """How the job has ended, if it ends here; `asked`: it waits for a yes."""
        self.told = False
        """Whether the thread got anything to read."""
        self.left_s: float | None = None
        """Seconds left of the task under way, as far as anybody can tell."""
        self._job = job
        self._session = session
        self._store = store
        self._outbox = outbox
        self._board = board
        self._pace = Pace()
        self._lines: list[str] = []
        self._doing = ""
        self._looked = 0.0
        self._said: list[str] = []
        self._said_until = 0

    def take(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Said):
            self._said.append(event.text)
            self._said_until = self.last_message()
            return
        self.flush()
        match event:
            case Working(progress):
                self._progress(progress)
            case Planned(plan):
                self._lines = [f"→ {plan_in_words(plan)}"]
                self._show()
            case Benchmarked(result):
                verdict = {True: "passed", False: "failed", None: "not judged"}[result.passed]
                score = "unscored" if result.score is None else f"{100 * result.score:.1f}"
                self._lines = [*self._lines[-SHOWN_RESULTS:], f"{result.name}: {score}, {verdict}"]
                self._show()
            case CardReady(card):
                self.card(card)
            case TakenApart(drill_down):
                self._tell(why(drill_down))
            case Asked(question, "approval"):
                self.status = "asked"
                self.ask(question)
            case Asked(question):
                self._tell(said(question))
            case Failed(message, next_step):
                self.status = "failed"
                self._tell(said(f"⚠ {message} {next_step}".strip()))

    def flush(self) -> None:
        """Write down what was said so far."""
        if self._said:
            text, self._said = "\n".join(self._said), []
            short, is_cut = fitted(said(text), CUT)
            self._tell(short, self._said_until)
            if is_cut:
                self._file({"text": text})

    def card(self, card: Card) -> None:
        """The card, its chart as a picture, and all of it as a file where it does not fit into a message."""
        text, is_cut = card_message(card)
        self._tell(text)
        self._file({"card": card.id, "format": "png", "if_any": True, "title": text["text"]})
        if is_cut:
            self._file({"card": card.id, "format": "markdown"})

    def ask(self, question: str) -> None:
        """A question that waits for a yes of whoever asked, or of an admin."""
        value = str(self._job.id)
        row = buttons(button("Go ahead", "approve", value, "primary"), button("Leave it", "decline", value))
        self._tell(said(question, row), stays=True)

    def say(self, text: str) -> None:
        """A sentence of the door's own."""
        self.flush()
        self._tell(said(text))

    def export(self, wishes: list[dict[str, Any]]) -> None:
        """Upload what was to be exported."""
        for wish in wishes:
            self._file({**wish, "session": self._session})

    def last_message(self) -> int:
        """The id of the newest message of the session."""
        messages = self._store.messages(self._session)
        return messages[-1].id if messages else 0

    def _tell(self, text: Message, until: int | None = None, *, stays: bool = False) -> None:
        self.told = True
        self._board.clear(self._job.id)
        self._outbox.write(
            "result",
            {"message": text, "stays": stays},
            channel=self._job.channel,
            thread=self._job.thread,
            job=self._job.id,
            told=self.last_message() if until is None else until,
        )

    def _file(self, wish: dict[str, Any]) -> None:
        self._outbox.write("file", wish, channel=self._job.channel, thread=self._job.thread, job=self._job.id)

    def _progress(self, progress: Progress) -> None:
        self.left_s = self._pace.left(progress)
        if (moment := time.monotonic()) - self._looked >= LOOKED_AT_EVERY_S:
            self._looked = moment
            self._doing = in_words(progress, self.left_s)
            self._show()

    def _show(self) -> None:
        self._board.show(self._job.id, "\n".join([*self._lines, self._doing]).strip())
