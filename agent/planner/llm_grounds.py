"""Whether a plan rests on what the user said. A model's plan may be wrong, or steered by text that it has read."""

from agent.planner.arguments import (
    Arguments,
    Compare,
    EditFact,
    Export,
    LoadCheckpoint,
    LoadDataset,
    LoadModel,
    LoadSae,
    RunBenchmark,
    RunEditBenchmarks,
    validated,
)
from agent.planner.llm_reply import UnusableError
from agent.planner.plan import SessionView, Step
from tools.registry import names

LONGEST_NAME = 120
OUR_OWN = frozenset({"embedded", "demo", "own-facts"})
"""What comes with Benchwright may be named in other words."""


def check_grounds(steps: list[Step], request: str, view: SessionView) -> None:
    """Raise UnusableError where a step names what nobody named.

    Models, files, paths and the parts of an edit must stand in the request or in what is known of the session;
    capabilities and methods must exist.
    """
    for step in steps:
        arguments = validated(step.intent, step.arguments)
        for name in _names(arguments):
            if not _was_said(name, request, view):
                raise UnusableError(f"{step.intent} names {name[:60]!r}, which the user did not")
        if isinstance(arguments, RunBenchmark):
            _check_dimensions(arguments)
        if isinstance(arguments, EditFact) and arguments.prompt.count("{}") != 1:
            raise UnusableError("the prompt of edit_fact has to hold {} once, in the subject's place")


def _check_dimensions(arguments: RunBenchmark) -> None:
    capabilities, methods = names("prompts.capabilities"), names("tools.scoring")
    for wish in arguments.dimensions:
        if wish.capability not in capabilities:
            raise UnusableError(
                f"there is no capability {wish.capability[:60]!r}; there are: {', '.join(capabilities)}"
            )
        if wish.method is not None and wish.method not in methods:
            raise UnusableError(f"there is no method {wish.method[:60]!r}; there are: {', '.join(methods)}")
        if any(len(name) > LONGEST_NAME for name in [*wish.subtypes, wish.topic or ""]):
            raise UnusableError("a topic is a few words")


def _names(arguments: Arguments) -> list[str]:
    """The names in a step that have to come from the user."""
    match arguments:
        case LoadModel(model=name) | LoadSae(sae=name) | LoadDataset(path=name):
            return [name]
        case LoadCheckpoint(path=name) | Export(path=name) | RunEditBenchmarks(path=name):
            return [name] if name else []
        case RunBenchmark(model=name):
            return [name] if name else []
        case Compare(models=models):
            return models
        case EditFact(subject=subject, target=target):
            return [subject, target]
    return []


def _was_said(name: str, request: str, view: SessionView) -> bool:
    if name in OUR_OWN:
        return True
    known = [request, view.model or ""]
    if view.last_edit is not None:
        known += [view.last_edit.subject or "", view.last_edit.target or ""]
    return any(_plain(name) in _plain(text) for text in known) if _plain(name) else False


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())
