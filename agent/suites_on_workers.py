"""Suites that workers run on models off the bench; their credits are kept as if they had run here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.fan_out import source_at, source_named, team_of
from agent.suite_runs import keep_credits, kept_run, refusal_judge, run_settings
from agent.training import TrainingRun
from agent.workbench import Workbench
from prompts.suite import Suite
from tools.errors import ModelError, Stopped
from tools.progress import Report

if TYPE_CHECKING:
    from tools.fanned_suites import MeasuredElsewhere
    from tools.models.source import ModelSource


@dataclass(frozen=True)
class ToMeasure:
    """A model with the suites that it is to be measured on."""

    source: "ModelSource"
    suites: Sequence[Suite]
    key: str
    """Tells its runs apart from those of the request's other models."""
    step: int | None = None
    """Where it stands in the training run."""


def measured_by_workers(
    bench: Workbench,
    models: Sequence[ToMeasure],
    report: Report,
    *,
    known: frozenset[str] = frozenset(),
    judged_by_llm: Sequence[str] = (),
) -> "Iterator[tuple[int, MeasuredElsewhere]]":
    """Index and description of each model as soon as all of its suites have their credits in the store.

    `agent.suite_runs.measure` then makes the card of it. A model with a suite that the LLM judges is left out: it has
    to be measured here. `known`: hashes of weights that need not be measured again. Raises UserError; `report` may
    raise Stopped: credits of suites that were finished are kept.
    """
    from tools.fanned_suites import SuiteToRun, run_suites_with

    places = [
        (number, index)
        for number, model in enumerate(models)
        if not _is_judged(bench, model, judged_by_llm)
        for index in range(len(model.suites))
    ]
    if not places:
        return
    units = []
    for number, index in places:
        model = models[number]
        suite = model.suites[index]
        left = kept_run(bench, suite, None, model.key, index)
        units.append(
            SuiteToRun(
                model.source,
                suite.cases,
                suite.scoring,
                run_settings(suite, None),
                left.credits if left else (),
                left.weights_hash if left else None,
                known,
            )
        )
    n_done: Mapping[int, list[int]] = defaultdict(list)
    with team_of(bench, report) as team:
        for unit, described, credits in run_suites_with(team, units, report):
            number, index = places[unit]
            model = models[number]
            if described.weights_hash not in known:
                keep_credits(bench, described, model.suites[index], credits, model.key, index, model.step)
            n_done[number].append(index)
            if len(n_done[number]) == len(model.suites):
                yield number, described


def _is_judged(bench: Workbench, model: ToMeasure, judged_by_llm: Sequence[str]) -> bool:
    return any(
        refusal_judge(bench, suite, asked=suite.hash in judged_by_llm) is not None for suite in model.suites
    )


def measured_elsewhere(
    bench: Workbench,
    names: Mapping[int, str | int],
    suites: Sequence[Suite],
    report: Report,
    *,
    known: frozenset[str],
    judged_by_llm: Sequence[str],
) -> "tuple[dict[int, MeasuredElsewhere], bool]":
    """Models by name and training steps, by their numbers, that workers have measured; and whether that was stopped.

    Models that answer over the network are left out. Runs are kept under the keys `.cNUMBER`.
    """
    from tools.models.checkpoints import at_step
    from tools.models.remote import is_address

    wanted: dict[int, ToMeasure] = {}
    for number, name in names.items():
        key = f".c{number}"
        if isinstance(name, int):
            checkpoint = at_step(_training(bench).checkpoints(), name)
            wanted[number] = ToMeasure(source_at(bench, checkpoint, report), suites, key, name)
        elif not is_address(name):
            wanted[number] = ToMeasure(source_named(bench, name, report), suites, key)
    numbers, found = list(wanted), {}
    try:
        for place, model in measured_by_workers(
            bench, list(wanted.values()), report, known=known, judged_by_llm=judged_by_llm
        ):
            step = wanted[numbers[place]].step
            if step is not None:
                _training(bench).check_tokenizer(step, model.tokenizer_hash)
            found[numbers[place]] = model
    except Stopped:
        return found, True
    return found, False


def _training(bench: Workbench) -> TrainingRun:
    if bench.training is None:
        raise ModelError(
            "No checkpoints are loaded, so there is no step to compare with.",
            "Load their folder: load the checkpoints in FOLDER, or start with --checkpoints FOLDER.",
        )
    return bench.training
