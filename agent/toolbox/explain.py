"""Explain a measure: its definition, formula, source and caveats, from its own docstring."""

import difflib
import inspect
from collections.abc import Iterator
from types import ModuleType

from agent.events import Event, Said
from agent.planner.arguments import Explain
from agent.workbench import Workbench
from tools.errors import UserError
from tools.progress import Report
from tools.registry import load, names

FOLDERS = ("tools.scoring", "tools.features", "tools.edit_benchmarks", "prompts.capabilities")
ALSO_CALLED = {
    "modelutilizationindex": "mui",
    "featurepurityscore": "purity",
    "featurepurity": "purity",
    "logprob": "next_token",
    "logprobability": "next_token",
    "kldivergence": "divergence",
    "passatone": "pass_at_1",
    "pass1": "pass_at_1",
    "partialscore": "partial_credit",
    "overrefusal": "refusal",
    "portability": "portability_sub_metrics",
    "locality": "locality_sensitivity_score",
    "collapse": "sequential_collapse_threshold",
}
"""Names that people use for a measure and that its file does not have."""


def run(arguments: Explain, bench: Workbench, report: Report) -> Iterator[Event]:
    """Say the docstring of the measure whose name is nearest to the topic. Raises UserError where none is near."""
    module = find_measure(arguments.topic)
    name = module.__name__.rsplit(".", 1)[-1]
    yield Said(f"{name}: {inspect.cleandoc(module.__doc__ or '')}")


def find_measure(topic: str) -> ModuleType:
    """The measure that a topic names, spelling and separators aside. Raises UserError where none is near."""
    places = {name: folder for folder in FOLDERS for name in names(folder)}
    known = {_letters(name): name for name in places} | ALSO_CALLED
    wanted = _letters(topic)
    inside = [key for key in known if key in wanted or (len(wanted) > 3 and wanted in key)]
    near = inside or difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)
    if not near:
        raise UserError(f"I have no definition of {topic!r}.", f"I can explain: {', '.join(places)}.")
    name = known[max(near, key=len)]
    return load(places[name], name, ()).module


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
