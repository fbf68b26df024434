"""Edit a fact in the model's weights: computed, validated, and committed, or rolled back at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.edit_corpus import edit_settings
from agent.edit_probes import notes_on
from agent.edit_trial import Trial
from agent.events import CardReady, Event, Said
from agent.planner.arguments import EditFact
from agent.workbench import Workbench
from sessions.card import rejection
from tools.editing.request import PLACE, EditRequest
from tools.errors import Stopped
from tools.progress import Report

if TYPE_CHECKING:
    from tools.editing.edit import Edit

CHANGES_WEIGHTS = True


def run(arguments: EditFact, bench: Workbench, report: Report) -> Iterator[Event]:
    """Edit, and store the card before it is shown. A failed validation is an answer too, with what failed."""
    request = asked_edit(arguments)
    model = bench.model(report)
    done = bench.store.edit_of_request(bench.session_id, bench.request_key)
    if done is not None:  # the process was killed right after it was committed
        yield CardReady(bench.store.card(done.card))
        return

    def made() -> "Edit":
        from tools.editing.rome import compute_edit

        return compute_edit(model, request, edit_settings(bench, model, report), report=report)

    trial = Trial(bench, model, request)
    try:
        card = trial.run(made, report)
    except Stopped:
        yield Said(f"Nothing was edited: the weights are as before ({model.weights_hash[:12]}).")
        raise
    yield from notes_on(trial.author)
    yield CardReady(card)
    if not card.committed:
        yield Said(rejection(card))


def seconds(arguments: EditFact, bench: Workbench, report: Report) -> float:
    """Expected seconds: the text and the covariance where they are not there yet, the edit, its validation."""
    from agent.edit_cost import edit_seconds

    asked_edit(arguments)  # what is wrong with it is told before anything is approved
    return edit_seconds(bench, bench.model(report))


def asked_edit(arguments: EditFact) -> EditRequest:
    """The edit that is asked for; a subject that is written out in the prompt is found there. Raises EditError."""
    from tools.editing.contexts import request_of
    from tools.editing.edit import EditError

    subject, prompt, target = arguments.subject.strip(), arguments.prompt.strip(), arguments.target.strip()
    if prompt.count(PLACE) != 1:
        return request_of(subject, prompt, target)
    for what, text in (("subject", subject), ("new target", target)):
        if not text:
            raise EditError(
                f"The {what} is empty.", "Say it whole: The Eiffel Tower is located in -> Berlin."
            )
    return EditRequest(subject=subject, prompt=prompt, target=target)
