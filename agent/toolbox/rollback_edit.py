"""Roll back the last edit, or all of them: the weights are as before, bit for bit."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import RollbackEdit
from agent.workbench import Workbench
from tools.errors import UserError
from tools.progress import Report


def run(arguments: RollbackEdit, bench: Workbench, report: Report) -> Iterator[Event]:
    """Take edits off the model and say which weights it has now."""
    model = bench.model(report)
    if not bench.edits.entries:
        raise UserError(
            "There is no edit to roll back in this session.", "/edits lists those that there were."
        )
    undone = bench.edits.roll_back(model, every=arguments.all)
    lines = [f"Rolled back: {entry.statement}." for entry in undone]
    lines.append(f"The weights are {model.weights_hash[:12]}, as before, bit for bit.")
    left = len(bench.edits.entries)
    if left:
        lines.append(
            f"{left} earlier edit{'s are' if left > 1 else ' is'} still active: /undo again, or /undo all."
        )
    yield Said("\n".join(lines))
