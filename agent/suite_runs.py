"""Runs frozen suites on a model, keeping credits as they come, so that a killed run goes on where it was."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, JsonValue

from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import CapabilityCard, Dimension, build_dimension, capability_card
from sessions.context import Context
from sessions.records import Run
from tools.errors import Stopped
from tools.progress import Progress, Report
from tools.refusal_judging import RefusalJudge, judged
from tools.registry import load, names
from tools.results import Credit
from tools.run_suite import method_settings, run_cases, summarise
from tools.scoring import CONTRACT

if TYPE_CHECKING:
    from tools.fanned_suites import MeasuredElsewhere
    from tools.models.language_model import LanguageModel
    from tools.models.remote import RemoteModel

SAVE_EVERY_S = 1.0
"""Credits are stored at least this often."""


def measure(
    bench: Workbench,
    model: "LanguageModel | RemoteModel | MeasuredElsewhere",
    suites: Sequence[Suite],
    report: Report,
    *,
    started: float,
    key: str = "",
    step: int | None = None,
    judged_by_llm: Collection[str] = (),
) -> tuple[CapabilityCard | None, bool]:
    """The card of a model on suites, stored, and whether the run was stopped; None where nothing has a credit.

    `started`: when the work on this card began (monotonic); `key` tells the runs of one request apart where it
    measures several models. `step`: where a model that is not on the bench stands in the training run.
    `judged_by_llm`: hashes of suites whose refusals the LLM judges, whatever the settings say.
    """
    context = bench.context(model, step)
    place = _place(bench, context)
    dimensions: list[Dimension] = []
    stopped = False
    for index, suite in enumerate(suites):
        judge = refusal_judge(bench, suite, asked=suite.hash in judged_by_llm)
        run_key = f"{bench.request_key}{key}.{index}"
        credits, stopped = _run_suite(bench, model, suite, judge, run_key, place, report)
        if credits:
            dimensions.append(_dimension(suite, credits, judge, model))
        if stopped:
            break
    if not dimensions:
        return None, stopped
    card = capability_card(
        dimensions,
        session=bench.session_id,
        request=bench.request,
        context=context,
        duration_s=time.monotonic() - started,
    )
    bench.store.save_card(card, place.training_run)
    return card, stopped


def kept_run(bench: Workbench, suite: Suite, judge: RefusalJudge | None, key: str, index: int) -> Run | None:
    """What an earlier try left of a suite of this request, whatever the weights; `key`, `index` as in `measure`."""
    left = bench.store.run(bench.session_id, f"{bench.request_key}{key}.{index}")
    settings = run_settings(suite, judge).model_dump(mode="json")
    same = left is not None and (left.suite_hash, left.settings) == (suite.hash, settings)
    return left if same else None


def keep_credits(
    bench: Workbench,
    model: "MeasuredElsewhere",
    suite: Suite,
    credits: Sequence[Credit],
    key: str,
    index: int,
    step: int | None,
) -> None:
    """Store all credits of a suite where `measure` finds them when it gets the same `key` and suites."""
    settings = run_settings(suite, None).model_dump(mode="json")
    place = _place(bench, bench.context(model, step))
    run = _begin_or_resume(bench, place, suite, f"{bench.request_key}{key}.{index}", settings)
    bench.store.add_credits(run.id, credits)
    bench.store.finish_run(run.id)


@dataclass(frozen=True)
class _Place:
    """What a run is kept under."""

    weights_hash: str | None
    """None: a remote model, whose weights are unknown."""
    training_run: str | None
    step: int | None


def _place(bench: Workbench, context: Context) -> _Place:
    # What an edited checkpoint scores says nothing about the training.
    of_training = bench.training is not None and context.step is not None and not context.edits
    training_run = bench.training.name if bench.training is not None and of_training else None
    return _Place(context.weights_hash, training_run, context.step if training_run else None)


def can_run_again(card: CapabilityCard) -> bool:
    """Whether the card is whole and rests on frozen suites: not one about data, or of a harness of its own."""
    own = names("tools.scoring")
    about_model = card.context.kind != "data_inspection"
    return about_model and not card.partial and all(dimension.method in own for dimension in card.dimensions)


def refusal_judge(bench: Workbench, suite: Suite, *, asked: bool = False) -> RefusalJudge | None:
    """The LLM, where there is one, it is asked for now or by the settings, and the suite has refusals to judge."""
    wanted = asked or bench.settings.refusal_judge == "llm"
    if bench.llm is None or not wanted or not has_refusals(suite):
        return None
    from agent.llm_roles import EndpointRefusalJudge

    return EndpointRefusalJudge(bench.llm)


def has_refusals(suite: Suite) -> bool:
    """Whether refusing decides any of its cases."""
    return suite.scoring == "binary" and any(case.expected is not None for case in suite.cases)


def run_settings(suite: Suite, judge: RefusalJudge | None) -> BaseModel:
    """The scoring method's settings as they are recorded, with the judge's name where there is one."""
    return method_settings(suite.scoring, None if judge is None else {"judge": judge.name})


def _run_suite(
    bench: Workbench,
    model: "LanguageModel | RemoteModel | MeasuredElsewhere",
    suite: Suite,
    judge: RefusalJudge | None,
    key: str,
    place: _Place,
    report: Report,
) -> tuple[list[Credit], bool]:
    """The credits of a suite, those of an interrupted earlier try included, and whether it was stopped."""
    settings = run_settings(suite, judge)
    run = _begin_or_resume(bench, place, suite, key, settings.model_dump(mode="json"))
    credits = list(run.credits)
    unsaved: list[Credit] = []
    saved_at = time.monotonic()
    stopped = False

    def labelled(progress: Progress) -> None:
        report(replace(progress, task=f"{suite.capability}: {progress.task}"))

    fresh = run_cases(model, suite.cases, suite.scoring, settings, labelled, done=run.credits)
    try:
        for credit in fresh if judge is None else judged(fresh, suite.cases, judge):
            credits.append(credit)
            unsaved.append(credit)
            if time.monotonic() - saved_at > SAVE_EVERY_S:
                bench.store.add_credits(run.id, unsaved)
                unsaved, saved_at = [], time.monotonic()
    except Stopped:
        stopped = True
    bench.store.add_credits(run.id, unsaved)
    bench.store.finish_run(run.id, "stopped" if stopped else "done")
    return credits, stopped


def _begin_or_resume(
    bench: Workbench, place: _Place, suite: Suite, key: str, settings: dict[str, JsonValue]
) -> Run:
    """The run that a killed process left of this step, where everything is as it was; else a new one."""
    left = bench.store.run(bench.session_id, key)
    if left is not None and (left.suite_hash, left.weights_hash, left.settings) == (
        suite.hash,
        place.weights_hash,
        settings,
    ):
        return left
    return bench.store.start_run(
        bench.session_id,
        key,
        suite,
        settings,
        weights_hash=place.weights_hash,
        training_run=place.training_run,
        step=place.step,
    )


def _dimension(
    suite: Suite,
    credits: list[Credit],
    judge: RefusalJudge | None,
    model: "LanguageModel | RemoteModel | MeasuredElsewhere",
) -> Dimension:
    settings = run_settings(suite, judge)
    generates = load("tools.scoring", suite.scoring, CONTRACT).module.GENERATES
    return build_dimension(
        suite,
        credits,
        summarise(suite.cases, credits, suite.scoring, settings),
        settings.model_dump(mode="json"),
        chat_template=generates and model.has_chat_template,
    )
