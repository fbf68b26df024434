"""One request, one answer, one exit code: `benchwright ask`."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.answer import gather
from agent.doors.interrupts import stop_on_interrupt
from agent.doors.rendering import Renderer
from agent.events import Asked, Event, Failed
from agent.opening import open_conversation
from agent.planner.plan import Step
from agent.settings import Settings
from tools.errors import UserError
from tools.progress import silent

STOPPED = Failed("Stopped before the end.", "Ask again to run it whole.")


def run_ask(
    settings: Settings,
    request: str | Step,
    *,
    session_id: str | None,
    as_json: bool,
    labels: Path | None = None,
) -> int:
    """Answer one request on standard output. Returns 0 where an answer was given, 1 where the request failed.

    `labels`: a file of labels of SAE features, read first.
    """
    if as_json:
        answer = ask_json(settings, request, session_id, labels)
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
        return int(answer["error"] is not None)
    renderer = Renderer(Console(highlight=False))
    failed = False
    for event in _answer(settings, request, session_id, labels):
        failed |= isinstance(event, Failed)
        renderer.show(event)
    renderer.quiet()
    return int(failed)


def run_sweep(
    settings: Settings,
    features: list[int],
    *,
    session_id: str | None,
    as_json: bool,
    labels: Path | None,
) -> int:
    """Sweep the features (none: all) as `run_ask` answers."""
    step = Step(intent="sweep_features", arguments={"features": features})
    return run_ask(settings, step, session_id=session_id, as_json=as_json, labels=labels)


def run_watch(settings: Settings, session_id: str | None) -> int:
    """Watch the training run of the settings until stopped, which is no failure. Returns 1 where it failed."""
    renderer = Renderer(Console(highlight=False))
    failed = False
    for event in _answer(settings, Step(intent="watch_checkpoints"), session_id, None):
        if event == STOPPED:
            continue
        failed |= isinstance(event, Failed)
        renderer.show(event)
    renderer.quiet()
    return int(failed)


def ask_json(
    settings: Settings, request: str | Step, session_id: str | None = None, labels: Path | None = None
) -> dict[str, Any]:
    """The answer as one JSON object: plan, text, cards, error (null where an answer was given)."""
    return gather(_answer(settings, request, session_id, labels)).as_json()


def _answer(settings: Settings, request: str | Step, session_id: str | None, labels: Path | None) -> Any:
    """Events of one request; a question, which nobody can answer here, is followed by a failure that says so."""
    try:
        conversation = open_conversation(settings, session_id)
    except UserError as error:
        yield Failed(error.message, error.next_step)
        return
    try:
        with stop_on_interrupt(conversation.stop):
            event: Event
            if labels is not None:
                from agent.feature_labels import import_labels

                try:
                    yield from import_labels(conversation.bench, str(labels), silent)
                except UserError as error:
                    yield Failed(error.message, error.next_step)
                    return
            for event in conversation.send(request):
                yield event
                if isinstance(event, Asked):
                    yield _unanswered(event, conversation.session_id)
        if conversation.switch.pressed:
            yield STOPPED
    finally:
        conversation.close()
        sys.stdout.flush()


def _unanswered(question: Asked, session_id: str) -> Failed:
    if question.about == "approval":
        return Failed(question.question, "Pass --yes to go ahead.")
    return Failed(question.question, f"Ask again, with --context-from {session_id} to keep this session.")
