"""Measures training steps on frozen suites, each step and suite once, also over restarts and sessions."""

import gc
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent.fan_out import is_spread, source_at
from agent.planner.arguments import RunBenchmark
from agent.suite_runs import can_run_again, measure, refusal_judge, run_settings
from agent.suites_on_workers import ToMeasure, measured_by_workers
from agent.toolbox.run_benchmark import write_suites
from agent.training import TrainingRun
from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import CapabilityCard, RegressionsCard
from sessions.context import Context
from sessions.records import Run
from sessions.regressions import regressions_card
from tools.errors import Stopped, UserError
from tools.progress import Report

if TYPE_CHECKING:
    from tools.models.checkpoints import Checkpoint

RECENT = 50
"""Cards of the session that are looked through for suites."""


def training_run(bench: Workbench) -> TrainingRun:
    """The training run on the bench. Raises UserError where there is none."""
    if bench.training is None:
        raise UserError(
            "No training run is loaded.",
            "Name the folder of its checkpoints: load the checkpoints in FOLDER, or start with --checkpoints.",
        )
    return bench.training


def suites_to_track(bench: Workbench) -> list[Suite]:
    """The suites of the session's newest whole capability card; without one, those of the default card."""
    for card in bench.store.cards(session=bench.session_id, limit=RECENT):
        if isinstance(card, CapabilityCard) and can_run_again(card):
            return [bench.store.suite(dimension.suite.hash) for dimension in card.dimensions]
    return write_suites(RunBenchmark(), bench.settings.seed)


def missing(
    training: TrainingRun, bench: Workbench, suites: Sequence[Suite]
) -> "list[tuple[Checkpoint, list[Suite]]]":
    """What has yet to run: each whole checkpoint with the suites that have no run since it was written."""
    whole = training.whole()
    steps = {checkpoint.step for checkpoint in whole}
    done = [(suite, {run.step: run for run in _runs(training, bench, suite, steps)}) for suite in suites]
    found = []
    for checkpoint in whole:
        lacking = [
            suite
            for suite, runs in done
            if checkpoint.step not in runs or _moment(runs[checkpoint.step]) < checkpoint.written
        ]
        if lacking:
            found.append((checkpoint, lacking))
    return found


def measure_steps(
    bench: Workbench, todo: "Sequence[tuple[Checkpoint, list[Suite]]]", report: Report
) -> Iterator[tuple[int, CapabilityCard | None, bool]]:
    """Run what is missing, one checkpoint in memory at a time: step, its card, and whether the run was stopped.

    Where work is spread each worker has one in memory, and the steps come as they are done.
    """
    if is_spread(bench):
        todo = yield from _measured_by_workers(bench, todo, report)
    for checkpoint, suites in todo:
        started = time.monotonic()
        model = bench.at_step(checkpoint.step, report)
        key = _key(checkpoint)
        card, stopped = measure(bench, model, suites, report, started=started, key=key, step=checkpoint.step)
        del model
        gc.collect()
        yield checkpoint.step, card, stopped
        if stopped:
            return


def _measured_by_workers(
    bench: Workbench, todo: "Sequence[tuple[Checkpoint, list[Suite]]]", report: Report
) -> "Generator[tuple[int, CapabilityCard | None, bool], None, list[tuple[Checkpoint, list[Suite]]]]":
    """What `measure_steps` yields of the checkpoints that workers can measure; returns those to be measured here."""
    training, started, done = training_run(bench), time.monotonic(), set()
    models = [
        ToMeasure(source_at(bench, checkpoint, report), suites, _key(checkpoint), checkpoint.step)
        for checkpoint, suites in todo
    ]
    try:
        for number, model in measured_by_workers(bench, models, report):
            checkpoint, suites = todo[number]
            training.check_tokenizer(checkpoint.step, model.tokenizer_hash)
            card, _ = measure(
                bench, model, suites, report, started=started, key=_key(checkpoint), step=checkpoint.step
            )
            done.add(number)
            yield checkpoint.step, card, False
    except Stopped:
        yield todo[-1][0].step, None, True
        return []
    return [each for number, each in enumerate(todo) if number not in done]


def _key(checkpoint: "Checkpoint") -> str:
    return f".s{checkpoint.step}"


def panel(
    bench: Workbench, training: TrainingRun, suites: Sequence[Suite], *, started: float
) -> RegressionsCard:
    """The regression panel of what has run. Raises StoreError where no suite has run at two steps."""
    steps = set(training.steps)
    return regressions_card(
        [(suite, _runs(training, bench, suite, steps)) for suite in suites],
        training_run=training.name,
        session=bench.session_id,
        request=bench.request,
        context=Context(kind="training_monitor", model=training.model_name, step=training.step),
        duration_s=time.monotonic() - started,
    )


def _runs(training: TrainingRun, bench: Workbench, suite: Suite, steps: Collection[int]) -> list[Run]:
    """The complete runs of a suite with the settings that would be used now, of the steps that are still there."""
    settings = run_settings(suite, refusal_judge(bench, suite)).model_dump(mode="json")
    return [
        run
        for run in bench.store.runs_by_step(training.name, suite.hash)
        if run.settings == settings and run.step in steps
    ]


def _moment(run: Run) -> float:
    return datetime.fromisoformat(run.started).astimezone(UTC).timestamp()
