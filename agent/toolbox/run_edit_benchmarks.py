"""Measure the last edit by thirteen benchmarks (does it hold, stay local, carry over?), or the edits of a file."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.edit_corpus import edit_settings
from agent.edit_evaluation import evaluate_file
from agent.edit_facts import facts_of
from agent.edit_probes import notes_on, probe_author, probe_source
from agent.events import Benchmarked, CardReady, Event
from agent.planner.arguments import RunEditBenchmarks
from agent.workbench import Workbench
from sessions.card import EditBenchmark, EditBenchmarksCard, EditCard, EditReference, rejection
from sessions.ledger import LedgerEntry
from sessions.saved import writable
from tools.errors import Stopped, UserError
from tools.progress import Progress, Report

if TYPE_CHECKING:
    from prompts.probes.source import RelationProbes
    from tools.editing.benchmark_result import BenchmarkResult
    from tools.editing.judging import Judge
    from tools.editing.request import EditRequest

RECENT = 50
"""Cards that are looked through for earlier runs."""
FRESH = 1_000
"""Added to the seed for each run: other probes than those of the validation and of the runs before."""


def run(arguments: RunEditBenchmarks, bench: Workbench, report: Report) -> Iterator[Event]:
    """The results one by one, then the card; a stopped run still gives a card of those that had their turn."""
    if arguments.path is not None:
        yield from evaluate_file(arguments.path, arguments.limit, bench, report)
        return
    from tools.edit_benchmarks import named
    from tools.run_edit_benchmarks import reading, run_edit_benchmarks

    started = time.monotonic()
    model = bench.model(report)
    entry = last_edit(bench)
    edit = bench.edits.applied(entry)
    author = probe_author(bench.llm)
    source = probe_source(author)
    seed = bench.settings.seed + FRESH * (1 + _earlier_runs(bench, entry))
    settings = edit_settings(bench, model, report)
    live = model.weights_hash
    n_wanted = len(named(*arguments.benchmarks))
    results: list[BenchmarkResult] = []
    stopped = False

    def counted(progress: Progress) -> None:
        report(replace(progress, task=f"{min(len(results) + 1, n_wanted)} of {n_wanted} · {progress.task}"))

    try:
        for result in run_edit_benchmarks(
            model,
            edit,
            source,
            names=arguments.benchmarks,
            settings=settings,
            judge=_judge(bench),
            seed=seed,
            report=counted,
        ):
            results.append(result)
            yield Benchmarked(result)
    except Stopped:
        stopped = True
    if model.weights_hash != live:
        raise RuntimeError(
            f"the weights were {live[:12]} before the benchmarks and are {model.weights_hash[:12]} now"
        )
    if results:
        card = EditBenchmarksCard(
            session=bench.session_id,
            request=bench.request,
            context=bench.context(model),
            duration_s=time.monotonic() - started,
            edit=_reference(entry),
            results=tuple(EditBenchmark.model_validate(writable(each.model_dump())) for each in results),
            reading=reading(results),
            probe_source=_source_of(results, source, edit.request, seed),
            rejected_prompts=tuple(source.rejected),
            seed=seed,
            settings=settings.model_dump(mode="json"),
            partial=stopped,
            weights_after=live,
        )
        bench.store.save_card(card)
        yield from notes_on(author)
        yield CardReady(card)
    if stopped:
        raise Stopped


def seconds(arguments: RunEditBenchmarks, bench: Workbench, report: Report) -> float:
    """Expected seconds, from the model's size and this machine's measured speed."""
    from agent.edit_cost import benchmark_seconds, evaluation_seconds
    from tools.edit_benchmarks import named

    if arguments.path is not None:
        facts = facts_of(arguments.path, arguments.limit)
        return evaluation_seconds(bench, bench.model(report), len(facts.facts))
    last_edit(bench)
    return benchmark_seconds(bench.model(report), len(named(*arguments.benchmarks)))


def last_edit(bench: Workbench) -> LedgerEntry:
    """The edit that is meant: the newest one on the model. Raises UserError where there is none."""
    if bench.edits.last is not None:
        return bench.edits.last
    cards = bench.store.cards(session=bench.session_id, limit=RECENT)
    rejected = next((card for card in cards if isinstance(card, EditCard)), None)
    if rejected is not None and not rejected.committed:
        raise UserError(
            f"The last edit is not on the model. {rejection(rejected)}", "Ask for another edit first."
        )
    raise UserError(
        "There is no edit on the model to measure.",
        "Make one first: make the model think the Eiffel Tower is in Berlin.",
    )


def _source_of(
    results: "list[BenchmarkResult]", source: "RelationProbes", request: "EditRequest", seed: int
) -> str:
    """Where the probes came from: what the results say, which asked for all axes, else what one axis says."""
    named = [str(result.details["probe_source"]) for result in results if "probe_source" in result.details]
    return named[0] if named else source.probes(request, ("direct",), seed=seed).source


def _judge(bench: Workbench) -> "Judge | None":
    """The LLM where one is configured; None is the offline judge."""
    if bench.llm is None:
        return None
    from agent.llm_roles import EndpointJudge

    return EndpointJudge(bench.llm)


def _earlier_runs(bench: Workbench, entry: LedgerEntry) -> int:
    cards = bench.store.cards(session=bench.session_id, limit=RECENT)
    return sum(isinstance(card, EditBenchmarksCard) and card.edit.id == entry.id for card in cards)


def _reference(entry: LedgerEntry) -> EditReference:
    return EditReference(**entry.model_dump(include=set(EditReference.model_fields)))
