"""Compares capability cards: the same suites case by case, better, worse or tie, corrected for how many are asked."""

from collections.abc import Sequence

from sessions.card import CapabilityCard, Dimension
from sessions.cards.capability import CaseResult
from sessions.cards.comparison import (
    Compared,
    ComparedDimension,
    ComparedScore,
    ComparisonCard,
    PairedResult,
)
from sessions.context import Context
from tools.errors import StoreError
from tools.paired import PairedTest, compare_credits, compare_scores, corrected
from tools.registry import load
from tools.results import Credit
from tools.run_suite import method_settings
from tools.scoring import CONTRACT

OTHER_SUITE = "they ran different suites, so their cases are not paired"
OTHER_SETTINGS = "they were scored with different settings"
SEED = 0
PERMUTATIONS = 199
"""Of a score over all cases, whose own bootstrap makes each take milliseconds."""


def compare_cards(
    cards: Sequence[tuple[str, CapabilityCard]],
    *,
    session: str,
    request: str,
    context: Context,
    duration_s: float,
) -> ComparisonCard:
    """Hold cards, each with the name that it goes by, against the first.

    Raises StoreError for fewer than two, for one name twice, and where they have no capability in common.
    """
    names = [name for name, _ in cards]
    if len(cards) < 2 or len(set(names)) < len(names):
        raise StoreError("There are not two different models to compare.", "Name another: compare with gpt2.")
    shared = [
        capability
        for capability in (each.capability for each in cards[0][1].dimensions)
        if all(any(d.capability == capability for d in card.dimensions) for _, card in cards)
    ]
    if not shared:
        raise StoreError(
            "These cards have no capability in common.", "Run the same request on both, then compare."
        )
    by_capability = {
        capability: [(name, _dimension(card, capability)) for name, card in cards] for capability in shared
    }
    tests = corrected(
        [paired_test(runs[0][1], run) for runs in by_capability.values() for _, run in runs[1:]]
    )
    waiting = iter(tests)
    dimensions = [
        _compared(capability, runs, [next(waiting) for _ in runs[1:]])
        for capability, runs in by_capability.items()
    ]
    return ComparisonCard(
        session=session,
        request=request,
        context=context,
        duration_s=duration_s,
        compared=tuple(
            Compared(name=name, card=card.id, context=card.context, overall=card.overall)
            for name, card in cards
        ),
        dimensions=tuple(dimensions),
        ranking=_ranking([(name, card.overall) for name, card in cards]),
        partial=any(card.partial for _, card in cards),
    )


def _dimension(card: CapabilityCard, capability: str) -> Dimension:
    return next(each for each in card.dimensions if each.capability == capability)


def _why_unpaired(first: Dimension, second: Dimension) -> str | None:
    if first.suite.hash != second.suite.hash:
        return OTHER_SUITE
    if (first.method, first.settings) != (second.method, second.settings):
        return OTHER_SETTINGS
    return None


def paired_test(first: Dimension, second: Dimension) -> PairedTest:
    """The test of one dimension's two runs, on the cases that both have scored."""
    why = _why_unpaired(first, second)
    if why is not None:
        return PairedTest(n=0, n_better=0, n_worse=0, difference=None, interval=None, p=None, test=why)
    others = {case.id: case for case in second.cases}
    pairs = [(case, others[case.id]) for case in first.cases if case.id in others]
    categories = [(a, b) for a, b in pairs if a.category is not None and b.category is not None]
    if categories:
        return _test_of_categories(first, categories)
    scored = [(a.credit, b.credit) for a, b in pairs if a.credit is not None and b.credit is not None]
    return compare_credits([a for a, _ in scored], [b for _, b in scored], seed=SEED)


def _test_of_categories(dimension: Dimension, pairs: Sequence[tuple[CaseResult, CaseResult]]) -> PairedTest:
    """For methods with one score over all cases, which their own summary computes."""
    cases = [case for case, _ in pairs]
    method = load("tools.scoring", dimension.method, CONTRACT).module
    settings = method_settings(dimension.method, dimension.settings)

    def score(categories: Sequence[str]) -> float | None:
        credits = [
            Credit(case_id=case.id, category=category)
            for case, category in zip(cases, categories, strict=True)
        ]
        value: float | None = method.summarise(cases, credits, settings).value
        return value

    observed = [(a.category or "", b.category or "") for a, b in pairs]
    return compare_scores(observed, score, seed=SEED, rounds=PERMUTATIONS)


def _compared(
    capability: str, runs: Sequence[tuple[str, Dimension]], tests: Sequence[PairedTest]
) -> ComparedDimension:
    first = runs[0][1]
    paired = all(_why_unpaired(first, run) is None for _, run in runs[1:])
    return ComparedDimension(
        capability=capability,
        method=first.method,
        paired=paired,
        suite=first.suite if paired else None,
        scores=tuple(
            ComparedScore(name=name, score=run.score, interval=run.interval, n=run.n) for name, run in runs
        ),
        against_first=tuple(
            paired_result(name, test) for (name, _), test in zip(runs[1:], tests, strict=True)
        ),
        ranking=_ranking([(name, run.score) for name, run in runs]),
    )


def paired_result(name: str, test: PairedTest) -> PairedResult:
    """A test as a card holds it, in points."""
    interval = test.interval
    return PairedResult(
        name=name,
        difference=None if test.difference is None else round(100 * test.difference, 10),
        interval=None if interval is None else (round(100 * interval[0], 10), round(100 * interval[1], 10)),
        n=test.n,
        n_better=test.n_better,
        n_worse=test.n_worse,
        p=test.p,
        p_corrected=test.p_corrected,
        test=test.test,
        verdict=test.verdict,
    )


def _ranking(scores: Sequence[tuple[str, float | None]]) -> tuple[str, ...]:
    if len(scores) < 3 or any(score is None for _, score in scores):
        return ()
    return tuple(name for name, _ in sorted(scores, key=lambda each: -(each[1] or 0.0)))
