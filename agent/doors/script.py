"""Benchwright from a notebook or a script: a session as an object, cards as values. See `agent` for an example."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from agent.answer import Answer, approved, gather
from agent.doors.interrupts import stop_on_interrupt
from agent.events import Event
from agent.settings import Settings, read_settings
from agent.toolbox import step_of
from sessions.card import CapabilityCard, Card, EditCard, FeatureCard
from tools.cases import Difficulty
from tools.errors import UserError
from tools.progress import Report, silent

if TYPE_CHECKING:
    from agent.conversation import Conversation

ALL = -1
"""No limit, in SQLite's words."""
KindOfCard = TypeVar("KindOfCard", bound=Card)


def open_session(
    model: str | None = None,
    *,
    sae: str | None = None,
    checkpoints: str | None = None,
    step: int | None = None,
    data: str | None = None,
    revision: str | None = None,
    dtype: str | None = None,
    device: str | None = None,
    seed: int | None = None,
    store_folder: Path | str | None = None,
    resume: str | None = None,
    progress: Report = silent,
) -> "Session":
    """Open a session on a model, or an earlier one again; use it in a `with`, or close it yourself.

    The model is loaded at the first request. What is not said here comes from the environment (`BENCHWRIGHT_*`).

    Args:
        model: a hub id, a folder, a GGUF file, or `embedded` (the default).
        sae: a folder, `release/sae_id`, or `demo` (the embedded model's, by default).
        checkpoints: the folder of a training run's checkpoints, or a hub model with revisions `stepN`.
        step: the training step to look at; by default the last.
        data: a data set to inspect: a file, a folder or a hub name.
        revision: branch, tag or commit of a hub model.
        dtype: `float32` (the default), `bfloat16` or `float16`.
        device: `cuda`, `mps` or `cpu`; by default the best one.
        seed: seed of the prompt suites; the same seed writes the same prompts.
        store_folder: where sessions and cards are kept; by default the platform's data folder.
        resume: the id of a session, or its beginning; what it had loaded is loaded again where nothing is said.
        progress: called with a `tools.progress.Progress` (task, done, total, unit) while work is under way, in
            the thread that asked. What it raises ends the work.

    Raises:
        UserError: a setting is wrong, there is no such session, or the store cannot be opened.
    """
    settings = _settings(
        model=model,
        sae=sae,
        checkpoints=checkpoints,
        step=step,
        data=data,
        revision=revision,
        dtype=dtype,
        device=device,
        seed=seed,
        store_folder=store_folder,
    )
    from agent.conversation import Conversation  # LangGraph takes a second

    return Session(Conversation(settings, resume), progress)


class Session:
    """A session with its model and its cards. Made by `open_session`; for one thread at a time, except `stop`.

    A keyboard interrupt during any request ends the work within a second or two; what was scored is kept as a
    partial card in `cards`, and `KeyboardInterrupt` is raised.
    """

    def __init__(self, conversation: "Conversation", progress: Report = silent) -> None:
        self._conversation = conversation
        self._progress = progress

    @property
    def id(self) -> str:
        """Names the session for `open_session(resume=...)` and `benchwright resume`."""
        return self._conversation.session_id

    @property
    def cards(self) -> list[Card]:
        """All cards of this session, the oldest first. Raises UserError where they cannot be read."""
        return self._conversation.store.cards(session=self.id, limit=ALL)[::-1]

    def ask(self, request: str) -> Answer:
        """Answer a request in words, as in the chat. Never raises for what goes wrong: see `Answer.error`.

        What changes weights or takes long is not done but comes back as `Answer.question`; `ask("yes")` does it.
        """
        return self._gathered(self._conversation.send(request))

    def do(self, intent: str, **arguments: Any) -> Answer:
        """Do one step as it stands, e.g. `do("explain", topic="MUI")` or `do("rollback_edit")`.

        Intents and their arguments are those of the plans (`agent.planner.arguments`). The call is its own
        approval: nothing is asked back.

        Raises:
            UserError: there is no such intent, its arguments are wrong, or it could not be done.
        """
        answer = self._gathered(approved(self._conversation, step_of(intent, arguments)))
        if answer.error is not None:
            raise answer.error
        return answer

    def benchmark(
        self,
        *capabilities: str,
        n: int | None = None,
        subtypes: Sequence[str] = (),
        method: str | None = None,
        difficulty: Difficulty | None = None,
    ) -> CapabilityCard:
        """Measure capabilities of the model; without any, the six of the default card.

        Args:
            capabilities: names such as `cot_math`; `do("help").text` lists them.
            n: prompts for each.
            subtypes: only these parts of the capability.
            method: another scoring method than the capability's own.
            difficulty: only prompts of this difficulty.

        Raises:
            UserError: there is no such capability, sub-type or method, or the model cannot be loaded.
        """
        if not capabilities and (n, tuple(subtypes), method, difficulty) != (None, (), None, None):
            raise UserError(
                "No capability is named.", 'Name those that are meant, e.g. benchmark("cot_math", n=24).'
            )
        dimensions = [
            {
                "capability": capability,
                "n_prompts": n,
                "subtypes": list(subtypes),
                "method": method,
                "difficulty": difficulty,
            }
            for capability in capabilities
        ]
        return self._card(CapabilityCard, "run_benchmark", dimensions=dimensions)

    def feature(self, feature: int, scores: Sequence[str] = ()) -> FeatureCard:
        """Score a feature of the SAE: InterpScore, purity and MUI, or those of them that `scores` names.

        Raises:
            UserError: no SAE is loaded, it has no such feature, or it does not fit the model.
        """
        return self._card(FeatureCard, "score_feature", features=[feature], scores=list(scores))

    def edit(self, subject: str, prompt: str, target: str) -> EditCard:
        """Change a fact in the model's weights; `prompt` has `{}` in the subject's place.

        The call is its own approval. An edit that fails its validation is taken back at once: then the card's
        `committed` is False. `do("rollback_edit")` takes a committed one back.

        Raises:
            UserError: the request is not one that can be edited, or the model's kind cannot be.
        """
        return self._card(EditCard, "edit_fact", subject=subject, prompt=prompt, target=target)

    def stop(self) -> None:
        """End the work under way within a second or two, keeping what was scored. From any thread."""
        self._conversation.stop()

    def close(self) -> None:
        """Close the files; the session can be opened again by its id."""
        self._conversation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _card(self, kind: type[KindOfCard], intent: str, **arguments: Any) -> KindOfCard:
        answer = self.do(intent, **arguments)
        for card in answer.cards:
            if isinstance(card, kind):
                return card
        raise UserError(answer.text or "The work ended without a card.")

    def _gathered(self, events: Iterator[Event]) -> Answer:
        interrupted = False

        def stop() -> None:
            nonlocal interrupted
            interrupted = True
            self.stop()

        with closing(events), stop_on_interrupt(stop, leave=_raise_interrupt):  # type: ignore[type-var]
            try:
                answer = gather(events, self._progress)
            except BaseException:
                self.stop()  # else closing would wait for the work to end by itself
                raise
        if interrupted:
            raise KeyboardInterrupt
        return answer


def _raise_interrupt() -> None:
    raise KeyboardInterrupt


def _settings(**explicit: object) -> Settings:
    from pydantic import ValidationError

    try:
        return read_settings(**explicit)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UserError(f"The setting {name} is wrong: {first['msg']}.") from error
