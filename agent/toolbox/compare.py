"""Compare models, or states of one model, on the same frozen suites, paired case by case."""

import gc
import time
from collections.abc import Iterator
from contextlib import nullcontext
from enum import Enum
from typing import TYPE_CHECKING

from pydantic import JsonValue

from agent.events import CardReady, Event, Said
from agent.fan_out import is_spread, why_here
from agent.planner.arguments import Compare, RunBenchmark
from agent.suite_runs import can_run_again, measure
from agent.suites_on_workers import measured_elsewhere
from agent.toolbox.run_benchmark import write_suites
from agent.workbench import Workbench, has_weights
from prompts.suite import Suite
from sessions.card import CapabilityCard
from sessions.compare import compare_cards
from sessions.context import Context
from tools.errors import Stopped, UserError
from tools.progress import Report

if TYPE_CHECKING:
    from tools.fanned_suites import MeasuredElsewhere
    from tools.models.language_model import LanguageModel
    from tools.models.remote import RemoteModel


class Loaded(Enum):
    """The model on the bench, as something to measure beside others."""

    AS_IT_IS = "as it is"
    WITHOUT_EDITS = "without its edits"


RECENT = 50
"""Cards of the session that are looked through."""


def run(arguments: Compare, bench: Workbench, report: Report) -> Iterator[Event]:
    """Run the last card's suites on what it is compared with (no card: the default suites on all), then compare."""
    started = time.monotonic()
    first = _base(bench, report)
    earlier = _earlier_run(bench, first) if first and not (arguments.models or arguments.steps) else None
    cards: list[CapabilityCard] = [card for card in (earlier, first) if card is not None]
    stopped = cut_off = False
    if earlier is None:
        suites, judges = _suites(bench, first), _judges(first) if first else None
        todo = dict(enumerate(_to_measure(arguments, bench, first, report)))
        elsewhere: dict[int, MeasuredElsewhere] = {}
        if reason := why_here(bench):
            yield Said(reason)
        if is_spread(bench):
            elsewhere, cut_off = _measured_elsewhere(bench, todo, suites, judges, report)
            todo = {number: name for number, name in todo.items() if number in elsewhere or not cut_off}
        for number, name in todo.items():
            model = elsewhere.get(number)
            card, fresh, stopped = _measured(bench, name, suites, judges, f".c{number}", report, model)
            if card is not None and card.id not in {each.id for each in cards}:
                cards.insert(0 if name is Loaded.WITHOUT_EDITS else len(cards), card)
            if card is not None and fresh:
                yield CardReady(card)
            if stopped:
                break
    if len(cards) > 1:
        comparison = compare_cards(
            _named(cards),
            session=bench.session_id,
            request=bench.request,
            context=cards[0].context,
            duration_s=time.monotonic() - started,
        )
        bench.store.save_card(comparison)
        yield CardReady(comparison)
    if stopped or cut_off:
        raise Stopped


def seconds(arguments: Compare, bench: Workbench, report: Report) -> float:
    """Expected seconds: the suites on each model that has not run them, as if it were the loaded one."""
    from tools.models.cost import expected_seconds

    first = _base(bench, report)
    if first and not (arguments.models or arguments.steps) and _earlier_run(bench, first):
        return 0.0
    model, suites = bench.subject(report), _suites(bench, first)
    each = sum(expected_seconds(model, suite.cases, suite.scoring) for suite in suites)
    return each * max(1, len(arguments.models) + len(arguments.steps) + (first is None))


def _base(bench: Workbench, report: Report) -> CapabilityCard | None:
    """What others are held against: the newest whole card of the loaded weights, else the newest of any."""
    cards = _whole_cards(bench)
    loaded = bench.context(bench.subject(report)).state
    own = [card for card in cards if card.context.state == loaded]
    return next(iter(own or cards), None)


def _whole_cards(bench: Workbench) -> list[CapabilityCard]:
    """The session's capability cards of runs that were not stopped and can run again, newest first."""
    cards = bench.store.cards(session=bench.session_id, limit=RECENT)
    return [card for card in cards if isinstance(card, CapabilityCard) and can_run_again(card)]


def _judges(card: CapabilityCard) -> list[JsonValue]:
    """Who decided each dimension's refusals; None: the detector, or there are none."""
    return [dimension.settings.get("judge") for dimension in card.dimensions]


def _card_of(
    bench: Workbench, suites: list[Suite], judges: list[JsonValue] | None, weights_hash: str | None
) -> CapabilityCard | None:
    """The newest whole card of exactly these suites and judges on these weights: they need not run again.

    None where the weights are unknown: a server may have changed them.
    """
    wanted = [suite.hash for suite in suites]
    return next(
        (
            card
            for card in _whole_cards(bench)
            if weights_hash is not None
            and card.context.weights_hash == weights_hash
            and [dimension.suite.hash for dimension in card.dimensions] == wanted
            and judges in (None, _judges(card))
        ),
        None,
    )


def _earlier_run(bench: Workbench, base: CapabilityCard) -> CapabilityCard | None:
    """The newest earlier card on the very same suites with other weights: then nothing has to run again."""
    suites = [dimension.suite.hash for dimension in base.dimensions]
    for card in _whole_cards(bench):
        if (
            card.context.state != base.context.state
            and [dimension.suite.hash for dimension in card.dimensions] == suites
            and _judges(card) == _judges(base)
            and card.created < base.created
        ):
            return card
    return None


def _suites(bench: Workbench, card: CapabilityCard | None) -> list[Suite]:
    if card is None:
        return write_suites(RunBenchmark(), bench.settings.seed)
    return [bench.store.suite(dimension.suite.hash) for dimension in card.dimensions]


def _to_measure(
    arguments: Compare, bench: Workbench, first: CapabilityCard | None, report: Report
) -> list[str | int | Loaded]:
    """What has to run: names of models, None for the loaded one. Raises UserError where nothing is."""
    named: list[str | int | Loaded] = [*dict.fromkeys(arguments.models), *dict.fromkeys(arguments.steps)]
    if first is None:
        # Nothing ran yet: the loaded model takes part where only one other is named.
        named = [Loaded.AS_IT_IS, *named] if len(named) < 2 else named
    elif not named and first.context.state != bench.context(bench.subject(report)).state:
        named = [Loaded.AS_IT_IS]
    elif not named and bench.edits.entries:
        named = [Loaded.WITHOUT_EDITS]
    if len(named) + (first is not None) < 2:
        raise UserError(
            "There is nothing to compare with yet.",
            "Name a model (compare with gpt2), or load another model, edit this one, and ask again.",
        )
    return named


def _measured_elsewhere(
    bench: Workbench,
    todo: dict[int, str | int | Loaded],
    suites: list[Suite],
    judges: list[JsonValue] | None,
    report: Report,
) -> "tuple[dict[int, MeasuredElsewhere], bool]":
    """What workers measured of all but the loaded model, and whether that was stopped."""
    named = {number: name for number, name in todo.items() if not isinstance(name, Loaded)}
    hashes = {card.context.weights_hash for card in _whole_cards(bench)}
    known = frozenset(each for each in hashes if each and _card_of(bench, suites, judges, each))
    return measured_elsewhere(
        bench, named, suites, report, known=known, judged_by_llm=_judged_by_llm(suites, judges)
    )


def _judged_by_llm(suites: list[Suite], judges: list[JsonValue] | None) -> list[str]:
    return [suite.hash for suite, judge in zip(suites, judges or [], strict=False) if judge]


def _measured(
    bench: Workbench,
    name: str | int | Loaded,
    suites: list[Suite],
    judges: list[JsonValue] | None,
    key: str,
    report: Report,
    elsewhere: "MeasuredElsewhere | None" = None,
) -> tuple[CapabilityCard | None, bool, bool]:
    """The card of the loaded model, of a training step, or of another model, let go of after.

    Also whether it was made now, and whether the run was stopped. `elsewhere`: where workers have measured it.
    """
    started = time.monotonic()
    model: LanguageModel | RemoteModel | MeasuredElsewhere
    if elsewhere is not None:
        model = elsewhere
    elif isinstance(name, str):
        bench.make_room()
        model = bench.load(name, report)
    else:
        model = bench.at_step(name, report) if isinstance(name, int) else bench.subject(report)
    step = name if isinstance(name, int) else None
    lifted = (
        bench.edits.lifted(model) if name is Loaded.WITHOUT_EDITS and has_weights(model) else nullcontext()
    )
    try:
        with lifted:
            known = _card_of(bench, suites, judges, model.weights_hash)
            if known is not None:
                return known, False, False
            by_llm = _judged_by_llm(suites, judges)
            card, stopped = measure(
                bench, model, suites, report, started=started, key=key, step=step, judged_by_llm=by_llm
            )
            return card, True, stopped
    finally:
        del model
        gc.collect()


def _named(cards: list[CapabilityCard]) -> list[tuple[str, CapabilityCard]]:
    """Each card with a name that tells it apart: the model's, its step and edits, and its weights where need be."""
    names = [_name(card.context) for card in cards]
    return [
        (f"{name} {(card.context.weights_hash or '')[:8]}" if names.count(name) > 1 else name, card)
        for name, card in zip(names, cards, strict=True)
    ]


def _name(context: Context) -> str:
    name = context.model or "model"
    if context.step is not None:
        name += f" at step {context.step}"
    if len(context.edits) == 1:
        name += f" with the edit {context.edits[0]}"
    elif context.edits:
        name += f" with {len(context.edits)} edits"
    return name
