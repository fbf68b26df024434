"""Load another model: a hub id, a folder, a GGUF file, or the embedded one."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import LoadModel
from agent.workbench import Workbench
from tools.progress import Report


def run(arguments: LoadModel, bench: Workbench, report: Report) -> Iterator[Event]:
    """Put the model on the bench; where that fails, the old one stays there."""
    model = bench.use(arguments.model, report)
    yield Said(f"Loaded {model.name}: {model.dtype} on {model.device}, weights {model.weights_hash[:12]}.")
