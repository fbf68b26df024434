"""Measure capabilities of the loaded model on suites written for it, or the columns of the loaded data set."""

import time
from collections.abc import Iterator

from agent.data_inspection import inspect, inspection_seconds, wishes_about_data
from agent.endpoint_errors import EndpointError
from agent.events import CardReady, Event, Said
from agent.planner.arguments import Dimension as Wish
from agent.planner.arguments import RunBenchmark
from agent.suite_runs import has_refusals, measure, refusal_judge
from agent.topic_suites import general, is_to_be_written, told_instead, written_suite
from agent.workbench import Workbench
from prompts.suite import Suite, write_suite
from tools.errors import Stopped, UserError
from tools.progress import Report

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
SECONDS_A_VERDICT = 1.5
"""That an LLM takes to judge one output."""
NO_JUDGE = "Judging refusals by an LLM takes an endpoint, and none is configured: the deterministic detector decides."


def run(arguments: RunBenchmark, bench: Workbench, report: Report) -> Iterator[Event]:
    """Run the suites one after another; a stopped run still gives a card of what was scored."""
    about_data = wishes_about_data(arguments, bench)
    if about_data:
        yield from inspect(about_data, bench, report)
        arguments = arguments.model_copy(update={"dimensions": _others(arguments, about_data)})
        if not arguments.dimensions:
            return
    started = time.monotonic()
    suites: list[Suite] = []
    wishes = _wishes(arguments)
    for index, (wish, n) in enumerate(wishes):
        written, told = None, told_instead(wish, bench)
        if is_to_be_written(wish, bench):
            try:
                written, told = written_suite(wish, n, index, bench, report)
            except EndpointError as error:
                if len(wishes) == 1:
                    raise
                # What else was asked for does not depend on it.
                yield Said(f"{wish.capability} is left out of the card: {error.message}")
                continue
        if told:
            yield Said(told)
        suites.append(written or _general_suite(wish, n, bench.settings.seed))
    if not suites:
        raise UserError(
            "None of the prompts could be written.", "Ask for capabilities of the catalogue: help."
        )
    by_llm = [suite.hash for suite in suites if arguments.judge == "llm" and has_refusals(suite)]
    if by_llm and bench.llm is None:
        yield Said(NO_JUDGE)
    if arguments.model:
        model = bench.load(arguments.model, report)
    elif arguments.step is not None:
        model = bench.at_step(arguments.step, report)
    else:
        model = bench.subject(report)
    step = None if arguments.model else arguments.step
    card, stopped = measure(bench, model, suites, report, started=started, step=step, judged_by_llm=by_llm)
    if card is not None:
        yield CardReady(card)
    if stopped:
        raise Stopped


def seconds(arguments: RunBenchmark, bench: Workbench, report: Report) -> float:
    """Expected seconds, from the model's size and this machine's measured speed."""
    from tools.models.cost import expected_seconds

    about_data = wishes_about_data(arguments, bench)
    inspection = inspection_seconds(about_data, bench, report) if about_data else 0.0
    arguments = arguments.model_copy(update={"dimensions": _others(arguments, about_data)})
    if about_data and not arguments.dimensions:
        return inspection
    wishes = [general(wish) if is_to_be_written(wish, bench) else wish for wish in arguments.dimensions]
    # What the LLM will write takes the model as long as the catalogue's prompts do.
    suites = write_suites(arguments.model_copy(update={"dimensions": wishes}), bench.settings.seed)
    model = bench.subject(report)
    judged = sum(
        len(suite.cases)
        for suite in suites
        if refusal_judge(bench, suite, asked=arguments.judge == "llm") is not None
    )
    own = sum(expected_seconds(model, suite.cases, suite.scoring) for suite in suites)
    return inspection + own + SECONDS_A_VERDICT * judged


def _others(arguments: RunBenchmark, done: list[Wish]) -> list[Wish]:
    """The dimensions that are meant of the model."""
    return [wish for wish in arguments.dimensions if wish not in done]


def write_suites(arguments: RunBenchmark, seed: int) -> list[Suite]:
    """The general suites that a request asks for. Raises SuiteError where one cannot be written."""
    return [_general_suite(wish, n, seed) for wish, n in _wishes(arguments)]


def _wishes(arguments: RunBenchmark) -> list[tuple[Wish, int]]:
    """Each dimension with its number of prompts."""
    wishes = arguments.dimensions or [Wish(capability=capability) for capability in DEFAULT_CARD]
    each = (
        PROMPTS_EACH_OF_MANY
        if not arguments.dimensions
        else PROMPTS_EACH.get(len(wishes), PROMPTS_EACH_OF_MANY)
    )
    return [(wish, each if wish.n_prompts is None else wish.n_prompts) for wish in wishes]


def _general_suite(wish: Wish, n: int, seed: int) -> Suite:
    return write_suite(
        wish.capability,
        n,
        seed=seed,
        subtypes=tuple(wish.subtypes),
        difficulty=wish.difficulty,
        scoring=wish.method,
    )
