"""The conversations behind the threads: opened when work comes, kept open for a while, one model for all of them."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.opening import open_conversation
from agent.settings import Settings
from agent.shelf import Loan, Shelf, model_key
from sessions.slack_jobs import Job, SlackJobs
from sessions.store import Store

if TYPE_CHECKING:
    from agent.conversation import Conversation

MOST_OPEN = 24
"""Conversations that stay open while nobody uses them; they hold files and no model."""


class Threads:
    """Which session a thread has, and its conversation. For several workers, each with another thread."""

    def __init__(self, settings: Settings, jobs: SlackJobs, store: Store) -> None:
        self._settings = settings
        self._jobs = jobs
        self._store = store
        self._shelf = Shelf()
        self._open: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def conversation(self, job: Job) -> Iterator["Conversation"]:
        """The thread's conversation, for one job; afterwards the model is for others, without this session's edits.

        Raises UserError where it cannot be opened.
        """
        assert job.thread is not None
        session = self._jobs.session_of(job.channel, job.thread)
        with self._lock:
            conversation = self._open.pop(session, None) if session is not None else None
        if conversation is None:
            conversation = self._opened(session)
            self._jobs.tie(job.channel, job.thread, conversation.session_id)
        try:
            yield conversation
        finally:
            conversation.bench.put_back()
            with self._lock:
                self._open[conversation.session_id] = conversation
                idle = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - MOST_OPEN)]
            for each in idle:
                each.close()

    def key(self, job: Job) -> Hashable:
        """What the thread's next job works on: jobs with the same key wait for each other."""
        session = self._jobs.session_of(job.channel, job.thread) if job.thread is not None else None
        settings = self._settings_of(session)
        if settings.checkpoints is not None:
            return (settings.checkpoints, settings.step)
        return model_key(settings, settings.model)

    def close(self) -> None:
        """Close all that no worker has."""
        with self._lock:
            idle, self._open = list(self._open.values()), OrderedDict()
        for each in idle:
            each.close()

    def _settings_of(self, session: str | None) -> Settings:
        """The bot's settings, which are meant for new threads, and over them what this one has loaded since."""
        if session is None:
            return self._settings
        has_begun = bool(self._store.messages(session))
        edit = {"edit": None} if has_begun else {}  # applied once, and maybe taken off since
        return self._settings.model_copy(update={**self._store.session(session).loaded, **edit})

    def _opened(self, session: str | None) -> "Conversation":
        conversation = open_conversation(self._settings_of(session), session)
        conversation.bench.loan = Loan(self._shelf)
        return conversation
