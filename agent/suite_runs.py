"""Runs frozen suites on a model, keeping credits as they come, so that a killed run goes on where it was."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import JsonValue

from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import CapabilityCard, Dimension, build_dimension, capability_card
from sessions.records import Run
from tools.errors import Stopped
from tools.progress import Progress, Report
from tools.registry import load, names
from tools.results import Credit
from tools.run_suite import method_settings, run_cases, summarise
from tools.scoring import CONTRACT

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

SAVE_EVERY_S = 1.0
"""Credits are stored at least this often."""


def measure(
    bench: Workbench,
    model: "LanguageModel",
    suites: Sequence[Suite],
    report: Report,
    *,
    started: float,
    key: str = "",
    step: int | None = None,
) -> tuple[CapabilityCard | None, bool]:
    """The card of a model on suites, stored, and whether the run was stopped; None where nothing has a credit.

    `started`: when the work on this card began (monotonic); `key` tells the runs of one request apart where it
    measures several models. `step`: where a model that is not on the bench stands in the training run.
    """
    context = bench.context(model, step)
    # What an edited checkpoint scores says nothing about the training.
    of_training = bench.training is not None and context.step is not None and not context.edits
    training_run = bench.training.name if bench.training is not None and of_training else None
    place = _Place(model.weights_hash, training_run, context.step if training_run else None)
    dimensions: list[Dimension] = []
    stopped = False
    for index, suite in enumerate(suites):
        credits, stopped = _run_suite(bench, model, suite, f"{bench.request_key}{key}.{index}", place, report)
        if credits:
            dimensions.append(_dimension(suite, credits, model))
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
    bench.store.save_card(card, training_run)
    return card, stopped


@dataclass(frozen=True)
class _Place:
    """What a run is kept under."""

    weights_hash: str
    training_run: str | None
    step: int | None


def can_run_again(card: CapabilityCard) -> bool:
    """Whether the card is whole and rests on frozen suites: not one about data, or of a harness of its own."""
    own = names("tools.scoring")
    about_model = card.context.kind != "data_inspection"
    return about_model and not card.partial and all(dimension.method in own for dimension in card.dimensions)


def _run_suite(
    bench: Workbench, model: "LanguageModel", suite: Suite, key: str, place: _Place, report: Report
) -> tuple[list[Credit], bool]:
    """The credits of a suite, those of an interrupted earlier try included, and whether it was stopped."""
    settings = method_settings(suite.scoring)
    run = _begin_or_resume(bench, place, suite, key, settings.model_dump(mode="json"))
    credits = list(run.credits)
    unsaved: list[Credit] = []
    saved_at = time.monotonic()
    stopped = False

    def labelled(progress: Progress) -> None:
        report(replace(progress, task=f"{suite.capability}: {progress.task}"))

    try:
        for credit in run_cases(model, suite.cases, suite.scoring, settings, labelled, done=run.credits):
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


def _dimension(suite: Suite, credits: list[Credit], model: "LanguageModel") -> Dimension:
    settings = method_settings(suite.scoring)
    generates = load("tools.scoring", suite.scoring, CONTRACT).module.GENERATES
    return build_dimension(
        suite,
        credits,
        summarise(suite.cases, credits, suite.scoring, settings),
        settings.model_dump(mode="json"),
        chat_template=generates and model.has_chat_template,
    )
