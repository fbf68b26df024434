"""Load another model: a hub id, a folder, a GGUF file, the embedded one, or a remote one by its address."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import LoadModel
from agent.workbench import Workbench, has_weights
from tools.progress import Report


def run(arguments: LoadModel, bench: Workbench, report: Report) -> Iterator[Event]:
    """Put the model on the bench; where that fails, the old one stays there."""
    model = bench.use(arguments.model, report)
    if not has_weights(model):
        log_probs = "gives log-probabilities" if model.has_log_probs else "gives no log-probabilities"
        chats = "answers chats" if model.has_chat_template else "completes plain text only"
        yield Said(
            f"Connected to {model.name}: it {log_probs} and {chats}. Its weights are not here, "
            "so features and edits need another model."
        )
        return
    yield Said(f"Loaded {model.name}: {model.dtype} on {model.device}, weights {model.weights_hash[:12]}.")
