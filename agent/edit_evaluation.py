"""Evaluates the edits of a file: each alone on the base weights, kept fact by fact, one card at the end."""

import hashlib
import json
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.edit_corpus import edit_settings
from agent.edit_facts import facts_of
from agent.events import CardReady, Event, Said
from agent.fan_out import is_spread, source_of, team_of, why_here
from agent.workbench import Workbench
from sessions.card import EditEvaluationCard, EditMeasure, RejectedEdit
from sessions.cards.edit_evaluation import evaluated_edits
from sessions.versions import versions
from tools.errors import Stopped
from tools.progress import Progress, Report

if TYPE_CHECKING:
    from tools.editing.edit import EditSettings
    from tools.editing.evaluated import EvaluatedFact
    from tools.editing.facts import EditFacts
    from tools.models.language_model import LanguageModel


def evaluate_file(path: str, limit: int | None, bench: Workbench, report: Report) -> Iterator[Event]:
    """The card of the first `limit` facts (None: all) of a file or of `own-facts`.

    Facts that an interrupted evaluation of the same file, weights and settings has scored are not scored again. The
    session's own edits are off the model meanwhile. A stopped evaluation gives a card of the facts that had their
    turn. Raises EditError, ModelError, StoreError.
    """
    from tools.editing.apply import before_edit

    started = time.monotonic()
    facts = facts_of(path, limit)
    model = bench.model(report)
    context = bench.context(model)
    with ExitStack() as unedited:
        if bench.edits.entries:
            unedited.enter_context(before_edit(model, bench.edits.applied(bench.edits.entries[0])))
        settings = edit_settings(bench, model, report)
        base = model.weights_hash
        evaluation = evaluation_key(base, facts, settings)
        wanted = {fact.number for fact in facts.facts}
        kept = {n: fact for n, fact in bench.store.evaluated(evaluation).items() if n in wanted}
        n_resumed = len(kept)
        if reason := why_here(bench):
            yield Said(reason)
        if n_resumed:
            yield Said(f"Going on: {n_resumed:,} of {len(wanted):,} edits were evaluated before.")
        stopped = False
        try:
            with closing(_fresh(bench, model, facts, kept, settings, report)) as fresh:
                for fact in fresh:
                    bench.store.keep_evaluated(evaluation, fact)
                    kept[fact.number] = fact
        except Stopped:
            stopped = True
        after = model.weights_hash
        if after != base:
            raise RuntimeError(f"the weights were {base[:12]} before the evaluation and are {after[:12]} now")
    if kept:
        from tools.editing.evaluation import measures

        scored = [kept[number] for number in sorted(kept)]
        card = EditEvaluationCard(
            session=bench.session_id,
            request=bench.request,
            context=context.model_copy(update={"edits": (), "weights_hash": base}),
            duration_s=time.monotonic() - started,
            facts_from=facts.name,
            facts_hash=facts.hash,
            layout=facts.layout,
            form=facts.form,
            n_records=facts.n_records,
            measures=tuple(
                EditMeasure.model_validate(each.model_dump())
                for each in measures(scored, seed=bench.settings.seed)
            ),
            facts=evaluated_edits(scored),
            rejected=tuple(RejectedEdit.model_validate(each.model_dump()) for each in facts.rejected),
            n_not_edited=sum(fact.not_edited is not None for fact in scored),
            n_resumed=n_resumed,
            seed=bench.settings.seed,
            settings=settings.model_dump(mode="json"),
            partial=stopped,
            base_hash=base,
            weights_after=after,
        )
        bench.store.save_card(card)
        if not stopped:
            bench.store.forget_evaluated(evaluation)
        yield CardReady(card)
    if stopped:
        raise Stopped


def _fresh(
    bench: Workbench,
    model: "LanguageModel",
    facts: "EditFacts",
    kept: "dict[int, EvaluatedFact]",
    settings: "EditSettings",
    report: Report,
) -> "Generator[EvaluatedFact, None, None]":
    """The facts that are not kept yet, by workers in any order; the progress is that of all."""
    done, total = len(kept), len(facts.facts)

    def of_all(progress: Progress) -> None:
        report(replace(progress, done=done + progress.done, total=total))

    left = [fact for fact in facts.facts if fact.number not in kept]
    if is_spread(bench) and left:
        from tools.fanned_edits import evaluate_edits_with

        with team_of(bench, report) as team:
            source = source_of(bench, report)
            yield from evaluate_edits_with(team, source, model, left, settings, report=of_all)
    else:
        from tools.evaluate_edits import evaluate_edits

        yield from evaluate_edits(model, left, settings, report=of_all)


def evaluation_key(base_hash: str, facts: "EditFacts", settings: "EditSettings") -> str:
    """Names an evaluation in the store: the same weights, facts, settings and version give the same numbers."""
    parts = {
        "weights": base_hash,
        "facts": facts.hash,
        "settings": settings.model_dump(mode="json"),
        "versions": versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
