"""A conversation: text goes in, events come out. Every door talks to this, and to nothing below it."""

import logging
import sqlite3
from collections.abc import Generator, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from langgraph.types import Command

from agent.events import Asked, CardReady, Event, Failed, Said, TakenApart
from agent.graph import Desk, build_graph, fresh_state
from agent.planner.choice import planner_of
from agent.planner.plan import Planner, Step
from agent.settings import Settings
from agent.stop import StopSwitch
from agent.workbench import Workbench
from sessions.card import Card, EditCard
from sessions.checkpoints import open_checkpoints
from sessions.drill_down import in_words
from sessions.redact import redact
from sessions.store import Store
from tools.errors import StoreError, UserError

log = logging.getLogger("benchwright")

YES = frozenset(
    {"y", "yes", "yep", "yeah", "ok", "okay", "sure", "go", "proceed", "do", "ja", "oui", "si", "sí", "sim"}
)
NO = frozenset({"n", "no", "nope", "nein", "non", "não", "nao", "cancel", "stop", "abort", "don't", "dont"})


class Conversation:
    """One session with its workbench, planner and graph. Not for two threads at once, except `stop`."""

    def __init__(
        self, settings: Settings, session_id: str | None = None, planner: Planner | None = None
    ) -> None:
        """Open a session by its id (StoreError where there is none), or begin a new one."""
        self.store = Store(settings.store_folder)
        if session_id is None:
            self.session_id = self.store.new_session()
        else:
            session = self.store.session(session_id)
            self.session_id = session.id
            settings = settings.model_copy(update=_not_said(settings, session.loaded))
        self.bench = Workbench(settings, self.store, self.session_id)
        self.switch = StopSwitch()
        if self.bench.llm is not None:
            self.bench.llm.check = self.switch.check
        self.planner = planner or planner_of(settings, self.bench.llm)
        self._edit_to_apply = settings.edit
        _log_to(settings.store_folder)
        self._checkpoints = open_checkpoints(settings.store_folder)
        self._graph = build_graph(self._checkpoints)
        self._config: Any = {"configurable": {"thread_id": self.session_id}}

    def close(self) -> None:
        """Close the files; the session can be opened again."""
        self._checkpoints.conn.close()
        self.store.close()

    def stop(self) -> None:
        """End the work under way within a second or two, keeping what was scored. From any thread."""
        self.switch.press()

    @property
    def waits_for_approval(self) -> bool:
        """Whether the next message answers an approval question."""
        return bool(self._graph.get_state(self._config).interrupts)

    @property
    def was_interrupted(self) -> bool:
        """Whether the last request was cut off (killed) and can go on."""
        state = self._graph.get_state(self._config)
        return bool(state.next) and not state.interrupts

    def card(self, name: str | None = None) -> Card:
        """A card by its id (or the beginning of one), or the last card of this session. Raises StoreError."""
        if name is not None:
            return self.store.card(name)
        cards = self.store.cards(session=self.session_id, limit=1)
        if not cards:
            raise StoreError(
                "This session has no card yet.", "Ask for one: how good is this model at CoT math?"
            )
        return cards[0]

    def send(self, wish: str | Step) -> Iterator[Event]:
        """Answer one message in words, or do one step as it stands. Errors come as events."""
        if self._edit_to_apply is not None:
            applied = yield from self._apply(self._edit_to_apply)
            if not applied:
                return
        text = wish if isinstance(wish, str) else f"/{wish.intent}"
        message = self.store.add_message(self.session_id, "user", text)
        if self.waits_for_approval:
            word = text.strip().lower().rstrip("!.").split(" ")[0]
            if word in YES or word in NO:
                yield from self._run(Command(resume=word in YES))
                return
            yield from self._run(Command(resume=False))
        steps = [] if isinstance(wish, str) else [wish]
        yield from self._run(fresh_state(redact(text), f"{self.session_id}-{message}", steps))

    def _apply(self, edit: Path) -> Generator[Event, None, bool]:
        """Apply the edit that the settings name, once; naming it there was the yes. Returns whether it went well."""
        self._edit_to_apply = None
        step = Step(intent="load_edit", arguments={"path": str(edit)})
        message = self.store.add_message(self.session_id, "user", f"/edit {edit}")
        state = fresh_state(f"/edit {edit}", f"{self.session_id}-{message}", [step])
        went_well = True
        for event in self._run({**state, "approved": True}):
            went_well &= not isinstance(event, Failed)
            yield event
            if isinstance(event, CardReady) and isinstance(event.card, EditCard) and not event.card.committed:
                went_well = False
                yield self._noted(
                    Failed(
                        f"The edit in {edit} is not on the model, so nothing was asked of it.",
                        "Leave --edit out.",
                    )
                )
        return went_well and not self.switch.pressed

    def go_on(self) -> Iterator[Event]:
        """Go on with a request that was cut off; what was already scored is not scored again."""
        yield from self._run(None)

    def _run(self, given: Any) -> Iterator[Event]:
        self.switch.reset()
        if self.bench.llm is not None:
            self.bench.llm.begin()
        desk = Desk(bench=self.bench, planner=self.planner, stop=self.switch)
        try:
            stream: Iterator[Any] = self._graph.stream(
                given, self._config, context=desk, stream_mode=["custom", "updates"], durability="sync"
            )
            for mode, chunk in stream:
                yield from self._notices()
                if mode == "custom":
                    yield self._noted(chunk)
                elif "__interrupt__" in chunk:
                    yield self._noted(Asked(_approval_question(chunk["__interrupt__"][0].value), "approval"))
        except UserError as error:
            yield Failed(error.message, error.next_step)
        except sqlite3.Error as error:
            yield Failed(
                f"The session could not be written to {self.bench.settings.store_folder}: {error}.",
                "Free some space or check the folder's permissions; what was shown before is safe.",
            )
        except MemoryError:
            yield Failed("There was not enough memory.", "Ask for fewer prompts or load a smaller model.")
        except Exception:  # the last line of defence: a bug is logged, and the session lives on
            log.exception("request failed")
            yield Failed(
                "Something went wrong inside Benchwright; your session is safe.",
                f"Please report it with the traceback in {log_file(self.bench.settings.store_folder)}.",
            )

    def _notices(self) -> Iterator[Event]:
        """What became of the session's edits without being asked for, as when it goes on in another process."""
        notices = self.bench.edits.notices
        while notices:
            yield self._noted(Said(notices.pop(0)))

    def _noted(self, event: Event) -> Event:
        """The same event, written down in the session first where it is part of the conversation."""
        if isinstance(event, Said):
            self.store.add_message(self.session_id, "agent", event.text)
        elif isinstance(event, TakenApart):
            self.store.add_message(self.session_id, "agent", in_words(event.drill_down))
        elif isinstance(event, Asked):
            self.store.add_message(self.session_id, "agent", event.question)
        elif isinstance(event, Failed):
            self.store.add_message(self.session_id, "agent", f"{event.message} {event.next_step}".strip())
        elif isinstance(event, CardReady):
            self.store.add_message(self.session_id, "agent", "", card_id=event.card.id)
        return event


def log_file(folder: Path) -> Path:
    """Where tracebacks of bugs go."""
    return folder / "benchwright.log"


def _log_to(folder: Path) -> None:
    """One rotating file a process; a second conversation in the same folder uses the same one."""
    path = str(log_file(folder).resolve())
    if all(getattr(handler, "baseFilename", None) != path for handler in log.handlers):
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, delay=True, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        log.propagate = False


def _not_said(settings: Settings, loaded: dict[str, Any]) -> dict[str, Any]:
    """What the resumed session had loaded, where the user named nothing else now."""
    return {key: value for key, value in loaded.items() if key not in settings.model_fields_set}


def _approval_question(waiting: dict[str, Any]) -> str:
    what = ", then ".join(_in_words(Step.model_validate(step)) for step in waiting["steps"])
    seconds = waiting["estimate_s"]
    time = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1.0, seconds):.0f} s"
    return f"This would {what} and take about {time}. Go ahead? (yes / no)"


def _in_words(step: Step) -> str:
    """A step as the question for approval names it; a change of weights in full."""
    match step:
        case Step(intent="edit_fact", arguments={"subject": subject, "prompt": prompt, "target": target}):
            return f"change the weights so that {str(prompt).replace('{}', str(subject))!r} goes on with {target!r}"
        case Step(intent="load_edit", arguments={"path": path}):
            return f"change the weights by the edit in {path}"
    return step.intent.replace("_", " ")
