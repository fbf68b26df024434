"""Show what is loaded: model, weights, dtype, device, active edits, and the data set with its rows and columns."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import Nothing
from agent.toolbox.load_dataset import columns_in_words
from agent.workbench import Workbench
from tools.progress import Report


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """Say the context as the cards record it."""
    data = None if bench.settings.data is None else bench.data(report)
    bench.subject(report)
    context = bench.context().model_dump()
    if data is not None:
        context["kind"] = bench.context_kind
        context |= {"data": data.name, "rows": f"{data.n_rows:,}", "columns": columns_in_words(data)}
    lines = [f"{name}: {_told(value)}" for name, value in context.items() if value not in (None, [], ())]
    yield Said("\n".join([*lines, f"seed: {bench.settings.seed}", f"session: {bench.session_id}"]))


def _told(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
