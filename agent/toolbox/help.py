"""Say what can be asked."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import Nothing
from agent.workbench import Workbench
from prompts.capabilities import CONTRACT
from tools.progress import Report
from tools.registry import load_all

EXAMPLES = (
    "how good is this checkpoint at CoT math?",
    "20 factual recall and 10 translation prompts",
    "benchmark this model",
    "just the multi-step ones, 30 prompts",
    "how is partial credit computed?",
    "make the model think the Eiffel Tower is in Berlin",
    "how good was that edit?",
    "undo that",
    "is feature 421 real?",
    "score every feature",
    "which features are dead?",
    "find a better name for feature 300",
    "load the model in ./my-checkpoint",
    "export that as markdown",
)


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """The capabilities with their first docstring line, and a few requests to start from."""
    entries = load_all("prompts.capabilities", CONTRACT)
    width = max(map(len, entries))
    capabilities = [f"  {name:<{width}}  {entry.summary}" for name, entry in entries.items()]
    examples = [f"  {example}" for example in EXAMPLES]
    yield Said("\n".join(["I can measure:", *capabilities, "Ask, for example:", *examples]))
