"""Measure capabilities of the loaded model: write a suite for each, run it, store the card."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import JsonValue

from agent.events import CardReady, Event, Said
from agent.planner.arguments import Dimension as Wish
from agent.planner.arguments import RunBenchmark
from agent.workbench import Workbench
from prompts.suite import Suite, write_suite
from sessions.card import Dimension, build_dimension, capability_card
from sessions.records import Run
from tools.errors import Stopped, UserError
from tools.progress import Progress, Report
from tools.registry import load
from tools.results import Credit
from tools.run_suite import method_settings, run_cases, summarise
from tools.scoring import CONTRACT

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

DEFAULT_CARD = (
    "cot_math",
    "factual_recall",
    "logical_reasoning",
    "code_generation",
    "summarization",
    "refusal",
)
"""What "benchmark this model" measures: six capabilities, five scoring methods, 36 prompts."""
PROMPTS_EACH = {1: 24, 2: 12, 3: 12}
"""Prompts of a dimension by the number of dimensions, where the user named no number."""
PROMPTS_EACH_OF_MANY = 6
SAVE_EVERY_S = 1.0
"""Credits are stored at least this often, so that a killed run goes on where it was."""


def run(arguments: RunBenchmark, bench: Workbench, report: Report) -> Iterator[Event]:
    """Run the suites one after another; a stopped run still gives a card of what was scored."""
    started = time.monotonic()
    suites = write_suites(arguments, bench.settings.seed)
    yield from _not_as_asked(arguments)
    model = bench.load(arguments.model, report) if arguments.model else bench.model(report)
    context = bench.context(model)
    dimensions: list[Dimension] = []
    stopped = False
    for index, suite in enumerate(suites):
        credits, stopped = _run_suite(bench, model, suite, index, report)
        if credits:
            dimensions.append(_dimension(suite, credits, model))
        if stopped:
            break
    if dimensions:
        card = capability_card(
            dimensions,
            session=bench.session_id,
            request=bench.request,
            context=context,
            duration_s=time.monotonic() - started,
        )
        bench.store.save_card(card)
        yield CardReady(card)
    if stopped:
        raise Stopped


def seconds(arguments: RunBenchmark, bench: Workbench, report: Report) -> float:
    """Expected seconds, from the model's size and this machine's measured speed."""
    from tools.models.cost import expected_seconds

    suites = write_suites(arguments, bench.settings.seed)
    model = bench.model(report)
    return sum(expected_seconds(model, suite.cases, suite.scoring) for suite in suites)


def write_suites(arguments: RunBenchmark, seed: int) -> list[Suite]:
    """The suites that a request asks for. Raises SuiteError where one cannot be written."""
    wishes = arguments.dimensions or [Wish(capability=capability) for capability in DEFAULT_CARD]
    each = (
        PROMPTS_EACH_OF_MANY
        if not arguments.dimensions
        else PROMPTS_EACH.get(len(wishes), PROMPTS_EACH_OF_MANY)
    )
    return [
        write_suite(
            wish.capability,
            each if wish.n_prompts is None else wish.n_prompts,
            seed=seed,
            subtypes=tuple(wish.subtypes),
            difficulty=wish.difficulty,
            scoring=wish.method,
        )
        for wish in wishes
    ]


def _not_as_asked(arguments: RunBenchmark) -> Iterator[Event]:
    if arguments.step is not None:
        raise UserError(
            f"No checkpoints are loaded, so there is no step {arguments.step} to measure.",
            "Load the checkpoint's folder as a model, then ask again.",
        )
    for wish in arguments.dimensions:
        if wish.topic is not None:
            yield Said(
                f"Writing prompts about {wish.topic!r} takes an LLM endpoint, and none is configured: "
                f"this is the general {wish.capability} suite."
            )


def _run_suite(
    bench: Workbench, model: "LanguageModel", suite: Suite, index: int, report: Report
) -> tuple[list[Credit], bool]:
    """The credits of a suite, those of an interrupted earlier try included, and whether it was stopped."""
    settings = method_settings(suite.scoring)
    run = _begin_or_resume(bench, model, suite, index, settings.model_dump(mode="json"))
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
    bench: Workbench, model: "LanguageModel", suite: Suite, index: int, settings: dict[str, JsonValue]
) -> Run:
    """The run that a killed process left of this step, where everything is as it was; else a new one."""
    key = f"{bench.request_key}.{index}"
    left = bench.store.run(bench.session_id, key)
    if left is not None and (left.suite_hash, left.weights_hash, left.settings) == (
        suite.hash,
        model.weights_hash,
        settings,
    ):
        return left
    return bench.store.start_run(bench.session_id, key, suite, settings, weights_hash=model.weights_hash)


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
