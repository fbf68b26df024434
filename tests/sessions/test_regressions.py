"""The regression panel: scores by step, drops by the paired test, and the best step, reckoned by hand."""

import pytest

from prompts.suite import Suite
from sessions.card import RegressionsCard, load_card
from sessions.records import Run
from sessions.regressions import regressions_card
from tests.sessions import samples
from tools.cases import Case
from tools.errors import StoreError
from tools.results import Credit


def _suite(capability: str, n: int = 10) -> Suite:
    cases = tuple(
        Case(id=f"q-{i}", prompt=f"{capability} {i}", subtype="any", difficulty="easy", target="x")
        for i in range(n)
    )
    return Suite(capability=capability, scoring="binary", generator="x/1", seed=0, cases=cases)


def _run(number: int, step: int, suite: Suite, right: int, **settings: float) -> Run:
    """A run in which the first `right` cases were right."""
    return Run(
        id=number,
        session="s-000000",
        key="k",
        suite_hash=suite.hash,
        method="binary",
        settings={"refusal_threshold": 0.5, **settings},
        weights_hash=f"{step}" * 4,
        training_run="runs/a",
        step=step,
        status="done",
        started="2026-01-01T00:00:00Z",
        ended="2026-01-01T00:00:01Z",
        credits=tuple(Credit(case_id=case.id, value=float(i < right)) for i, case in enumerate(suite.cases)),
    )


def _panel(*tracked: tuple[Suite, list[Run]]) -> RegressionsCard:
    return regressions_card(
        tracked,
        training_run="runs/a",
        session="s-000000",
        request="did anything get worse?",
        context=samples.CONTEXT,
        duration_s=1.0,
    )


def test_a_real_drop_is_marked_and_a_rise_is_none() -> None:
    facts, sums = _suite("factual_recall"), _suite("arithmetic")
    card = _panel(
        (facts, [_run(1, 100, facts, 9), _run(2, 200, facts, 0)]),
        (sums, [_run(3, 100, sums, 0), _run(4, 200, sums, 9)]),
    )
    # Nine discordant pairs each: p = 2 / 2^9 = 0.0039; Holm over two tests: 0.0078.
    fallen, risen = card.dimensions
    assert [point.score for point in fallen.points] == [90.0, 0.0]
    drop = fallen.drop
    assert drop is not None
    assert (drop.earlier, drop.later) == (100, 200)
    assert drop.result.p_corrected == pytest.approx(2 * 2 / 2**9)
    assert drop.result.difference == pytest.approx(-90.0)
    assert risen.drop is None
    assert card.n_tests == 2
    assert load_card(card.model_dump_json()) == card


def test_the_last_step_is_held_against_every_earlier_one_and_the_deepest_drop_is_told() -> None:
    suite = _suite("arithmetic")
    card = _panel((suite, [_run(i, 100 * i, suite, right) for i, right in ((1, 8), (2, 10), (3, 6), (4, 0))]))
    (dimension,) = card.dimensions
    assert [(c.earlier, c.later) for c in dimension.changes] == [(100, 400), (200, 400), (300, 400)]
    # 2 / 2^10 times three tests.
    assert dimension.drop is not None
    assert dimension.drop.earlier == 200
    assert dimension.drop.result.p_corrected == pytest.approx(3 * 2 / 2**10)
    # Six pairs: p = 2 / 2^6 = 0.031 is the largest, so Holm leaves it.
    assert dimension.changes[-1].result.p_corrected == pytest.approx(2 / 2**6)


def test_the_best_step_has_the_highest_mean_over_all_capabilities_that_it_has() -> None:
    one, two = _suite("arithmetic"), _suite("refusal")
    card = _panel(
        (one, [_run(1, 100, one, 5), _run(2, 200, one, 6), _run(3, 300, one, 10)]),
        (two, [_run(4, 100, two, 9), _run(5, 200, two, 7)]),
    )
    # Step 300 lacks refusal; step 100 has (50 + 90) / 2 = 70, step 200 (60 + 70) / 2 = 65.
    assert card.best_step == 100
    assert "70.0" in card.best_explanation
    assert [each.best_step for each in card.dimensions] == [300, 100]
    assert card.steps == (100, 200, 300)


def test_a_step_that_ran_twice_counts_with_its_newest_run() -> None:
    suite = _suite("arithmetic")
    card = _panel((suite, [_run(1, 100, suite, 9), _run(2, 200, suite, 9), _run(3, 100, suite, 4)]))
    assert [point.score for point in card.dimensions[0].points] == [40.0, 90.0]


def test_runs_with_other_settings_are_not_paired() -> None:
    suite = _suite("arithmetic")
    with pytest.raises(StoreError, match="two steps"):
        _panel((suite, [_run(1, 100, suite, 9, refusal_threshold=0.7), _run(2, 200, suite, 9)]))


def test_one_step_is_no_panel() -> None:
    suite = _suite("arithmetic")
    with pytest.raises(StoreError, match="two steps"):
        _panel((suite, [_run(1, 100, suite, 9)]))
