"""lm-eval's task objects of a benchmark, with their questions: from local rows, or from the hub's data set."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tools.errors import UserError
from tools.named.index import NamedBenchmarkError, find_tasks
from tools.named.task_data import LocalRows, local_rows, served
from tools.progress import Report

FEWSHOT_SEED = 1234
"""lm-eval's own default for drawing few-shot examples."""


@dataclass(frozen=True)
class Questions:
    """One task of a benchmark and how many of its questions are to be asked, from the first on."""

    name: str
    task: Any
    split: str
    n: int
    n_shots: int
    held_out: int
    """Rows of a local file that only serve as few-shot examples."""


def load_tasks(
    name: str, source: str | None, limit: int | None, report: Report
) -> tuple[str, list[Questions]]:
    """The benchmark's name in lm-eval and its tasks; a limit is shared out over the tasks.

    Raises NamedBenchmarkError for an unknown name, data that is missing or does not fit, and tasks that would
    run the model's code outside a sandbox or need more than text.
    """
    manager, known = find_tasks(name, report)
    local = None if source is None else local_rows(source)
    with served(local, known):
        tasks = _built(manager, known, source)
        held_out: dict[str, int] = {}
        if local is not None and not local.is_divided:
            held_out = _hold_out(local, tasks)
            if any(held_out.values()):
                tasks = _built(manager, known, source)
            tasks = {each: task for each, task in tasks.items() if _data_set(task) not in local.empty}
    if not tasks:
        raise NamedBenchmarkError(f"{source} has no rows of {known}.", "Check its column `subject`.")
    found = [
        Questions(each, task, _split(task), len(_documents(task, each)), _shots(task), held_out.get(each, 0))
        for each, task in tasks.items()
    ]
    for questions in found:
        _prepare(questions.task)
    return known, _shared_out(found, limit)


@contextmanager
def some_of(questions: Questions, start: int, stop: int) -> Iterator[None]:
    """Inside, the task has only the questions from `start` to before `stop`."""
    whole = questions.task.dataset
    questions.task.dataset = {
        **whole,
        questions.split: whole[questions.split].select(range(start, min(stop, questions.n))),
    }
    try:
        yield
    finally:
        questions.task.dataset = whole


def _built(manager: Any, name: str, source: str | None) -> dict[str, Any]:
    from jinja2 import TemplateError

    try:
        tasks = manager.load([name])["tasks"]
    except UserError:
        raise
    except ModuleNotFoundError as error:
        raise NamedBenchmarkError(
            f"{name} needs the package {error.name}.", f"Run: pip install {error.name}"
        ) from error
    except (
        *(KeyError, ValueError, TypeError, IndexError, AttributeError, AssertionError, RuntimeError, OSError),
        TemplateError,
    ) as error:
        what = f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0][:160]}"
        if source is None:
            raise NamedBenchmarkError(
                f"lm-eval could not prepare {name} ({what}).", "Try another one."
            ) from error
        raise NamedBenchmarkError(
            f"The rows of {source} do not fit {name} ({what}).",
            f"Give them the columns of the data set that {name} uses, or load other data.",
        ) from error
    for each, task in tasks.items():
        if getattr(task, "UNSAFE_CODE", False):
            raise NamedBenchmarkError(
                f"{each} runs code that the model wrote, and lm-eval does that without a sandbox.",
                "Ask for humaneval, which runs in Benchwright's own.",
            )
        if getattr(task, "MULTIMODAL", False):
            raise NamedBenchmarkError(f"{each} needs images or sound.", "Ask for a benchmark of text.")
    return dict(tasks)


def _hold_out(local: LocalRows, tasks: dict[str, Any]) -> dict[str, int]:
    """Keep the first rows of a file for few-shot examples where these come from another split than the questions."""
    held_out = {}
    for name, task in tasks.items():
        examples = getattr(getattr(task, "fewshot_cfg", None), "samples", None)
        pool = getattr(getattr(task, "fewshot_cfg", None), "split", None) or task.config.training_split
        kept = _shots(task) if examples is None and pool != _split(task) else 0
        if kept >= len(_documents(task, name)):
            raise NamedBenchmarkError(
                f"The file has too few rows for {name}: its {kept} few-shot examples come from it too.",
                f"Give more than {kept} rows.",
            )
        local.held_out[_data_set(task)] = (_split(task), kept)
        held_out[name] = kept
    return held_out


def _data_set(task: Any) -> tuple[str, str | None]:
    return task.DATASET_PATH, task.DATASET_NAME


def _split(task: Any) -> str:
    """The split that is evaluated."""
    split = task.config.test_split or task.config.validation_split
    return str(split) if split else "test"


def _shots(task: Any) -> int:
    return int(task.config.num_fewshot or 0)


def _documents(task: Any, name: str) -> Sequence[Any]:
    try:
        return task.dataset[_split(task)]
    except (KeyError, TypeError) as error:
        raise NamedBenchmarkError(
            f"The data of {name} has no split {_split(task)!r}.",
            "Give a single file, or a folder with that split.",
        ) from error


def _prepare(task: Any) -> None:
    if task.get_config("num_fewshot") is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=FEWSHOT_SEED)


def _shared_out(found: list[Questions], limit: int | None) -> list[Questions]:
    """At most `limit` questions in all, dealt to the tasks in turn."""
    if limit is None:
        return found
    left, shares = limit, dict.fromkeys((each.name for each in found), 0)
    while left and any(shares[each.name] < each.n for each in found):
        for each in found:
            if left and shares[each.name] < each.n:
                shares[each.name] += 1
                left -= 1
    return [
        Questions(each.name, each.task, each.split, shares[each.name], each.n_shots, each.held_out)
        for each in found
        if shares[each.name]
    ]
