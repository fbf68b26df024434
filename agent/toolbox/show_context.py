"""Show what is loaded: model, weights, dtype, device, active edits."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import Nothing
from agent.workbench import Workbench
from tools.progress import Report


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """Say the context as the cards record it."""
    bench.model(report)
    context = bench.context().model_dump()
    lines = [f"{name}: {_told(value)}" for name, value in context.items() if value not in (None, [], ())]
    yield Said("\n".join([*lines, f"seed: {bench.settings.seed}", f"session: {bench.session_id}"]))


def _told(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
