"""Which benchmark a name means: lm-eval's own names, and what people call them."""

import difflib
import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from tools.errors import UserError
from tools.progress import Progress, Report

if TYPE_CHECKING:
    from lm_eval.tasks import TaskManager

HUMAN_EVAL = "humaneval"
ALIASES = {
    "arc": "arc_challenge",
    "arc_c": "arc_challenge",
    "arc_e": "arc_easy",
    "ai2_arc_challenge": "arc_challenge",
    "ai2_arc_easy": "arc_easy",
    "truthfulqa": "truthfulqa_mc2",
    "truthful_qa": "truthfulqa_mc2",
    "hella_swag": "hellaswag",
    "gsm_8k": "gsm8k",
    "human_eval": HUMAN_EVAL,
    "wino_grande": "winogrande",
    "lambada": "lambada_openai",
}


class NamedBenchmarkError(UserError):
    """A named benchmark that does not exist or cannot be run here."""


def lm_eval_version() -> str:
    """The version of lm-eval. Raises NamedBenchmarkError where it is not installed."""
    try:
        return version("lm-eval")
    except PackageNotFoundError as error:
        raise NamedBenchmarkError(
            "Named benchmarks go through lm-eval, which is not installed.", "Run: pip install lm-eval==0.4.13"
        ) from error


def usual_name(name: str) -> str:
    """The name as lm-eval would write it: `ARC-Easy` is `arc_easy`, `TruthfulQA` is `truthfulqa_mc2`."""
    written = re.sub(r"[\s-]+", "_", name.strip().lower())
    for known in (written, written.replace("_", "")):
        if known in ALIASES:
            return ALIASES[known]
    return written


def find_tasks(name: str, report: Report) -> tuple["TaskManager", str]:
    """A task manager that knows the benchmark, and the benchmark's name in it. Raises NamedBenchmarkError.

    Indexing all of lm-eval's task files takes seconds, so the folder that the name begins with comes first.
    """
    lm_eval_version()
    wanted = usual_name(name)
    report(Progress("looking up the benchmark", 0, unit="benchmarks"))
    folder = _folder(wanted)
    if folder is not None:
        manager = _manager(folder)
        if wanted in manager.all_tasks:
            return manager, wanted
    manager = _indexed_everything(report)
    by_small = {task.lower(): task for task in manager.all_tasks}
    if wanted in by_small:
        return manager, by_small[wanted]
    near = difflib.get_close_matches(wanted, [*by_small, *ALIASES, HUMAN_EVAL], n=4, cutoff=0.6)
    raise NamedBenchmarkError(
        f"lm-eval knows no benchmark {name!r}.",
        f"The nearest: {', '.join(near)}."
        if near
        else "Well-known ones: gsm8k, hellaswag, mmlu, arc_easy, arc_challenge, truthfulqa, humaneval.",
    )


def _folder(name: str) -> Path | None:
    """The folder of task files with the longest name that the benchmark's name begins with."""
    spec = find_spec("lm_eval")
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(spec.submodule_search_locations[0]) / "tasks"
    parts = name.split("_")
    beginnings = ("_".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((root / each for each in beginnings if each.isidentifier() and (root / each).is_dir()), None)


def _manager(folder: Path | None) -> "TaskManager":
    from lm_eval.tasks import TaskManager

    return TaskManager() if folder is None else TaskManager(include_defaults=False, include_path=str(folder))


def _indexed_everything(report: Report) -> "TaskManager":
    """The manager of all tasks, indexed in a thread, so that the wait can be stopped."""
    found: list[TaskManager] = []
    thread = Thread(target=lambda: found.append(_manager(None)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.3)
        report(Progress("reading lm-eval's list of benchmarks", 0, unit="lists"))
    if not found:
        raise RuntimeError("lm-eval's task files could not be indexed")
    return found[0]
