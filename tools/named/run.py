"""Runs a named benchmark through lm-eval on the model object in memory, some questions at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from tools.cases import Case
from tools.errors import ModelError, Stopped
from tools.models.forward import is_out_of_memory
from tools.models.language_model import LanguageModel
from tools.named.index import NamedBenchmarkError, lm_eval_version
from tools.named.samples import aggregate, as_case, as_credit, headline
from tools.named.shield import shielded
from tools.named.tasks import Questions, load_tasks
from tools.progress import Progress, Report
from tools.results import Credit, Score
from tools.stats import mean_score

RANKED_AT_ONCE = 16
"""Questions with choices that lm-eval gets together, where they are not written; a stopped run keeps those before."""


@dataclass
class NamedResult:
    """A named benchmark, as far as it ran."""

    name: str
    """In lm-eval."""
    metric: str
    """lm-eval's metric and filter, e.g. `exact_match, strict-match`."""
    score: Score
    cases: list[Case]
    credits: list[Credit]
    settings: dict[str, JsonValue]
    n_questions: int
    """How many were to be asked."""
    stopped: bool
    parts: list[tuple[str, Score]] = field(default_factory=list)
    """By task, where there are several."""


def run_named(
    model: LanguageModel, name: str, *, source: str | None = None, limit: int | None = None, report: Report
) -> NamedResult:
    """Ask the benchmark's questions (at most `limit`, in order); a stop keeps what was answered.

    `source`: a file or folder with the benchmark's data; None: the hub's data set, or its copy in the cache. The
    model, its tokenizer and all global state are left as they were. Raises NamedBenchmarkError and ModelError.
    """
    with shielded(model.model):
        try:
            return _run(model, name, source, limit, report)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ModelError(f"There is not enough memory for {name}.", "Load a smaller model.") from error


def _run(
    model: LanguageModel, name: str, source: str | None, limit: int | None, report: Report
) -> NamedResult:
    from tools.named.watched_model import WatchedModel

    known, tasks = load_tasks(name, source, limit, report)
    watched = WatchedModel(model, report)
    watched.task, watched.total = known, sum(questions.n for questions in tasks)
    _check_room(watched, tasks)
    samples: dict[str, list[dict[str, Any]]] = {questions.name: [] for questions in tasks}
    stopped = False
    try:
        with watched.watched():
            for questions in tasks:
                for piece in _pieces(watched, questions, report):
                    samples[questions.name] += piece
                    watched.done += len({sample["doc_id"] for sample in piece})
    except Stopped:
        stopped = True
        if not any(samples.values()):
            raise
    return _result(known, tasks, samples, source, limit, stopped)


def _pieces(watched: Any, questions: Questions, report: Report) -> Iterator[list[dict[str, Any]]]:
    """lm-eval's logged samples, piece by piece."""
    from lm_eval.evaluator import evaluate

    from tools.named.tasks import some_of

    writes = questions.task.OUTPUT_TYPE == "generate_until"
    at_once = watched.written_rows if writes else RANKED_AT_ONCE
    for start in range(0, questions.n, at_once):
        report(Progress(watched.task, watched.done, watched.total, unit="questions"))
        with some_of(questions, start, start + at_once):
            outcome = evaluate(
                lm=watched, task_dict={"tasks": {questions.name: questions.task}}, bootstrap_iters=0
            )
        logged: list[dict[str, Any]] = outcome["samples"][questions.name]
        yield [{**sample, "doc_id": sample["doc_id"] + start} for sample in logged]


def _check_room(watched: Any, tasks: list[Questions]) -> None:
    """Refuse what lm-eval would only assert: answers that do not fit into the model's context."""
    for questions in tasks:
        options = questions.task.config.generation_kwargs or {}
        room = int(options.get("max_gen_toks") or watched.max_gen_toks)
        if questions.task.OUTPUT_TYPE == "generate_until" and room >= watched.max_length:
            raise NamedBenchmarkError(
                f"{questions.name} has answers of up to {room} tokens, and the model's context is "
                f"{watched.max_length}.",
                "Load a model with a longer context.",
            )


def _result(
    name: str,
    tasks: list[Questions],
    samples: dict[str, list[dict[str, Any]]],
    source: str | None,
    limit: int | None,
    stopped: bool,
) -> NamedResult:
    answered = [questions for questions in tasks if samples[questions.name]]
    metric, filtered = headline(answered[0].task, samples[answered[0].name])
    cases: list[Case] = []
    credits: list[Credit] = []
    parts: list[tuple[str, Score]] = []
    totals: dict[str, JsonValue] = {}
    for questions in answered:
        logged = samples[questions.name]
        totals[questions.name] = aggregate(questions.task, logged)
        chosen = [sample for sample in logged if sample["filter"] == filtered]
        own = [as_credit(questions, sample, metric) for sample in chosen]
        cases += [as_case(questions, sample, metric) for sample in chosen]
        credits += own
        parts.append((questions.name, mean_score([each.value for each in own if each.value is not None])))
    values = [credit.value for credit in credits if credit.value is not None]
    score = mean_score(values)
    over = f"; plain mean over all questions of {len(answered)} tasks" if len(answered) > 1 else ""
    held_out = max(questions.held_out for questions in answered)
    kept = f" The first {held_out} rows of the file served as few-shot examples only." if held_out else ""
    if values:
        told = f"{score.explanation} Through lm-eval {lm_eval_version()}: {metric} ({filtered}){over}.{kept}"
    else:
        told = (
            f"{metric} is no share of 1, so there is no score; lm-eval's figures stand in the details.{kept}"
        )
    settings: dict[str, JsonValue] = {
        "through": f"lm-eval {lm_eval_version()}",
        "task": name,
        "task_version": _only([_version(questions.task) for questions in answered]),
        "num_fewshot": _only([questions.n_shots for questions in answered]),
        "metric": metric,
        "filter": filtered,
        "chat_template": False,
        "limit": limit,
        "data": source or _only([questions.task.DATASET_PATH for questions in answered]),
        "held_out_for_fewshot": held_out,
    }
    details: dict[str, JsonValue] = {**score.details, "lm_eval": totals}
    return NamedResult(
        name=name,
        metric=f"{metric}, {filtered}" if filtered != "none" else metric,
        score=Score(value=score.value, interval=score.interval, n=score.n, explanation=told, details=details),
        cases=cases,
        credits=credits,
        settings=settings,
        n_questions=sum(questions.n for questions in tasks),
        stopped=stopped,
        parts=parts if len(parts) > 1 else [],
    )


def _version(task: Any) -> JsonValue:
    found = (task.config.metadata or {}).get("version", task.VERSION)
    return found if isinstance(found, str | int | float) else None


def _only(values: list[Any]) -> JsonValue:
    """The value that all share, or all different ones."""
    different = list(dict.fromkeys(values))
    return different[0] if len(different) == 1 else different
