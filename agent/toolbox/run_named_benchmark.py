"""Run a standardised benchmark by its name (gsm8k, hellaswag, mmlu, arc_easy, humaneval ...) through lm-eval."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.events import CardReady, Event, Said
from agent.planner.arguments import RunNamedBenchmark
from agent.suite_runs import measure
from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import Dimension, build_dimension, capability_card
from tools.errors import Stopped, UserError
from tools.progress import Report
from tools.run_suite import DimensionScores

if TYPE_CHECKING:
    from tools.named.run import NamedResult

METHOD = "lm-eval"
USUAL_QUESTIONS = {"mmlu": 14_042, "hellaswag": 10_042, "gsm8k": 1_319, "humaneval": 164}
"""Questions of the whole benchmark, for the estimate; of others, most have about ELSE_QUESTIONS."""
ELSE_QUESTIONS = 1_000
PROMPT_CHARACTERS = {"gsm8k": 4_000}
"""A prompt with its few-shot examples; ELSE_CHARACTERS with each of its choices, for the others."""
ELSE_CHARACTERS = 2_000
WRITTEN = ("gsm8k",)
"""Benchmarks of the well-known ones in which the model writes."""
TOKENS_WRITTEN = 256


def run(arguments: RunNamedBenchmark, bench: Workbench, report: Report) -> Iterator[Event]:
    """Run it on the loaded model; a stopped run still gives a card of what was answered."""
    from tools.named.index import HUMAN_EVAL, usual_name

    started = time.monotonic()
    if arguments.limit is not None and arguments.limit < 1:
        raise UserError("A benchmark needs at least one question.", "Ask for a limit of 1 or more.")
    if usual_name(arguments.name) == HUMAN_EVAL:
        suite = _human_eval(arguments, bench, report)
        card, stopped = measure(bench, bench.model(report), [suite], report, started=started)
        if card is not None:
            yield Said(
                "humaneval ran in Benchwright's own sandbox, not through lm-eval (pass@1, one greedy sample)."
            )
            yield CardReady(card)
        if stopped:
            raise Stopped
        return
    from tools.named.run import run_named

    model = bench.model(report)
    result = run_named(
        model, arguments.name, source=bench.settings.data, limit=arguments.limit, report=report
    )
    card = capability_card(
        [_dimension(result)],
        session=bench.session_id,
        request=bench.request,
        context=bench.context(model),
        duration_s=time.monotonic() - started,
    )
    bench.store.save_card(card)
    yield Said(_told(result))
    yield CardReady(card)
    if result.stopped:
        raise Stopped


def seconds(arguments: RunNamedBenchmark, bench: Workbench, report: Report) -> float:
    """Expected seconds by the number of questions and the usual length of prompts and answers."""
    from tools.cases import Case
    from tools.models.cost import expected_seconds
    from tools.named.index import HUMAN_EVAL, usual_name

    name = usual_name(arguments.name)
    family = name.split("_")[0]
    n = USUAL_QUESTIONS.get(name, ELSE_QUESTIONS)
    if bench.settings.data is not None:
        n = min(n, bench.data(report).n_rows)
    n = min(n, arguments.limit or n)
    writes = family in WRITTEN or name == HUMAN_EVAL
    prompt = "x" * PROMPT_CHARACTERS.get(family, 500 if name == HUMAN_EVAL else ELSE_CHARACTERS)
    case = Case(id="one", prompt=prompt, subtype=name, difficulty="medium")
    return expected_seconds(bench.model(report), [case] * n, "partial_credit" if writes else "next_token")


def _human_eval(arguments: RunNamedBenchmark, bench: Workbench, report: Report) -> Suite:
    from tools.named.human_eval import human_eval_cases

    cases, fingerprint = human_eval_cases(bench.settings.data, arguments.limit, report)
    return Suite(
        capability="humaneval",
        scoring="pass_at_1",
        generator=f"HumanEval {fingerprint[:16]}",
        seed=bench.settings.seed,
        cases=tuple(cases),
    )


def _dimension(result: "NamedResult") -> Dimension:
    from tools.named.tasks import FEWSHOT_SEED

    suite = Suite(
        capability=result.name,
        scoring=METHOD,
        generator=f"{result.settings['through']} {result.name}/{result.settings['task_version']}",
        seed=FEWSHOT_SEED,
        cases=tuple(result.cases),
    )
    chances = [case.chance for case in result.cases if case.chance is not None]
    reasons = [credit.unscored_reason for credit in result.credits if credit.unscored_reason is not None]
    scores = DimensionScores(
        score=result.score,
        n_unscored=len(reasons),
        unscored_reasons={reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
        subtypes=tuple(result.parts),
        difficulties=(),
        chance=sum(chances) / len(result.cases) if chances else None,
        at=None,
        partial=result.stopped,
    )
    return build_dimension(suite, result.credits, scores, result.settings)


def _told(result: "NamedResult") -> str:
    settings = result.settings
    return (
        f"{result.name} went through {settings['through']} on the model in memory: {result.metric}, task version "
        f"{settings['task_version']}, {settings['num_fewshot']}-shot, no chat template, "
        f"{len(result.cases):,} of {result.n_questions:,} questions."
    )
