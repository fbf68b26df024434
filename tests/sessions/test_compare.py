"""Cards held against each other: paired by case on one suite, corrected over the card, unpaired where they differ."""

from collections.abc import Sequence

import pytest

from prompts.suite import Suite
from sessions.card import CapabilityCard, ComparisonCard, load_card
from sessions.compare import OTHER_SUITE, compare_cards
from tests.sessions import samples
from tools.cases import Case
from tools.errors import StoreError
from tools.results import Credit


def _suite(n: int = 8, method: str = "binary", capability: str = "knowledge_mcq") -> Suite:
    cases = tuple(
        Case(
            id=f"q-{i}",
            prompt=f"q {i}",
            subtype="any",
            difficulty="easy",
            target="x",
            choices=("a", "b") if method == "divergence" else (),
        )
        for i in range(n)
    )
    return Suite(capability=capability, scoring=method, generator="x/1", seed=0, cases=cases)


def _card(*credits: float | None, suite: Suite | None = None) -> CapabilityCard:
    suite = suite or _suite(len(credits))
    given = tuple(
        Credit(case_id=case.id, value=value)
        if value is not None
        else Credit(case_id=case.id, unscored_reason="broken")
        for case, value in zip(suite.cases, credits, strict=True)
    )
    return samples.card("s-000000", samples.dimension(suite, given))


def _compare(*cards: tuple[str, CapabilityCard]) -> ComparisonCard:
    return compare_cards(
        cards, session="s-000000", request="compare", context=samples.CONTEXT, duration_s=1.0
    )


def test_pairs_are_cases_that_both_have_scored_and_the_test_is_named() -> None:
    # Seven pairs, six of them rise: p = 2 / 2^6 = 0.03125; alone on its card, so Holm leaves it.
    card = _compare(("old", _card(0, 0, 0, 0, 0, 0, 1, None)), ("new", _card(1, 1, 1, 1, 1, 1, 1, 0)))
    (result,) = card.dimensions[0].against_first
    assert (result.n, result.n_better, result.n_worse) == (7, 6, 0)
    assert result.difference == pytest.approx(100 * 6 / 7)
    assert result.p == result.p_corrected == pytest.approx(0.03125)
    assert (result.verdict, result.test) == ("better", "exact McNemar test")
    assert card.dimensions[0].paired
    assert load_card(card.model_dump_json()) == card


def test_holm_is_over_all_tests_of_the_card() -> None:
    low, high = _card(*[0] * 6), _card(*[1] * 6)
    card = _compare(("a", low), ("b", high), ("c", high))
    # Two tests of p = 1/32 each: both become 1/16.
    assert [each.p_corrected for each in card.dimensions[0].against_first] == [pytest.approx(1 / 16)] * 2
    assert [each.verdict for each in card.dimensions[0].against_first] == ["tie", "tie"]


def test_three_or_more_are_ranked_and_two_are_not() -> None:
    low, middle, high = _card(0, 0), _card(0, 1), _card(1, 1)
    assert _compare(("l", low), ("h", high)).ranking == ()
    ranked = _compare(("l", low), ("h", high), ("m", middle))
    assert ranked.ranking == ranked.dimensions[0].ranking == ("h", "m", "l")


def test_different_suites_are_shown_side_by_side_and_marked_unpaired() -> None:
    card = _compare(("a", _card(1, 1, 1)), ("b", _card(0, 0, 0, 0)))
    (dimension,) = card.dimensions
    assert not dimension.paired
    assert dimension.suite is None
    assert [score.score for score in dimension.scores] == [100.0, 0.0]
    (result,) = dimension.against_first
    assert (result.verdict, result.test, result.difference) == ("not tested", OTHER_SUITE, None)


def _observed(categories: Sequence[str]) -> CapabilityCard:
    suite = _suite(len(categories), "divergence", "label_balance")
    credits = tuple(
        Credit(case_id=case.id, category=category)
        for case, category in zip(suite.cases, categories, strict=True)
    )
    return samples.card("s-000000", samples.dimension(suite, credits).model_copy(update={"settings": {}}))


def test_a_method_with_one_score_over_all_cases_is_tested_by_permuting_observations() -> None:
    card = _compare(("all a", _observed("a" * 20)), ("balanced", _observed("ab" * 10)))
    (result,) = card.dimensions[0].against_first
    assert result.difference == pytest.approx(100.0)
    assert result.verdict == "better"
    assert "observations change places" in result.test


@pytest.mark.parametrize("names", [("a",), ("a", "a")])
def test_fewer_than_two_names_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(StoreError, match="two different"):
        _compare(*((name, _card(1, 0)) for name in names))


def test_cards_without_a_capability_in_common_are_refused() -> None:
    other = _card(1, 0, suite=_suite(2, capability="refusal"))
    with pytest.raises(StoreError, match="no capability in common"):
        _compare(("a", _card(1, 0)), ("b", other))
