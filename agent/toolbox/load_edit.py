"""Apply an edit from a safetensors file: to the weights that it was made on, validated like any other."""

from collections.abc import Iterator
from pathlib import Path

from agent.edit_probes import notes_on
from agent.edit_trial import Trial
from agent.events import CardReady, Event, Said
from agent.planner.arguments import LoadEdit
from agent.workbench import Workbench
from sessions.card import rejection
from tools.errors import Stopped
from tools.progress import Report

CHANGES_WEIGHTS = True


def run(arguments: LoadEdit, bench: Workbench, report: Report) -> Iterator[Event]:
    """Apply it and store the card before it is shown; one that lies on the model already is left as it is."""
    from tools.editing.files import load_edit

    path = Path(arguments.path).expanduser()
    edit = load_edit(path)
    model = bench.model(report)
    there = next((entry for entry in bench.edits.entries if entry.edited_hash == edit.edited_hash), None)
    if there is not None:
        yield Said(f"That edit is on the model already: {there.statement}.")
        return
    trial = Trial(bench, model, edit.request, imported_from=str(path))
    try:
        card = trial.run(lambda: edit, report)
    except Stopped:
        yield Said(f"Nothing was edited: the weights are as before ({model.weights_hash[:12]}).")
        raise
    yield from notes_on(trial.author)
    yield CardReady(card)
    if not card.committed:
        yield Said(rejection(card))


def seconds(arguments: LoadEdit, bench: Workbench, report: Report) -> float:
    """Expected seconds of its validation."""
    from agent.edit_cost import validation_seconds

    return validation_seconds(bench.model(report))
