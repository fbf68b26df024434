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


def make_suite(capability: str, n: int = 10) -> Suite:
    cases = tuple(
        Case(id=f"q-{i}", prompt=f"{capability} {i}", subtype="any", difficulty="easy", target="x")
        for i in range(n)
    )
    return Suite(capability=capability, scoring="binary", generator="x/1", seed=0, cases=cases)


def make_run(number: int, step: int, suite: Suite, right: int, **settings: float) -> Run:
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


def test_a_real_drop_and_a_real_rise_are_told_with_their_numbers() -> None:
    facts, sums = make_suite("factual_recall"), make_suite("arithmetic")
    card = _panel(
        (facts, [make_run(1, 100, facts, 9), make_run(2, 200, facts, 0)]),
        (sums, [make_run(3, 100, sums, 0), make_run(4, 200, sums, 9)]),
    )
    # Nine discordant pairs each: p = 2 / 2^9 = 0.0039; Holm over two tests: 0.0078.
    fallen, risen = card.dimensions
    assert [point.score for point in fallen.points] == [90.0, 0.0]
    drop = fallen.drop
    assert drop is not None
    assert (drop.earlier, drop.later) == (100, 200)
    assert drop.result.p_corrected == pytest.approx(2 * 2 / 2**9)
    assert drop.result.difference == pytest.approx(-90.0)
    rise = risen.rise
    assert rise is not None
    assert rise.result.difference == pytest.approx(90.0)
    assert rise.result.p_corrected == pytest.approx(2 * 2 / 2**9)
    assert (fallen.rise, risen.drop) == (None, None)
    assert card.drops == (
        "factual_recall fell by 90.0 from step 100 to 200 (9 cases worse, 0 better, p = 0.0078).",
    )
    assert card.rises == (
        "arithmetic rose by 90.0 from step 100 to 200 (9 cases better, 0 worse, p = 0.0078).",
    )
    assert card.n_tests == 2
    assert load_card(card.model_dump_json()) == card


def test_the_last_step_is_held_against_every_earlier_one_and_the_deepest_drop_is_told() -> None:
    suite = make_suite("arithmetic")
    card = _panel(
        (suite, [make_run(i, 100 * i, suite, right) for i, right in ((1, 8), (2, 10), (3, 6), (4, 0))])
    )
    (dimension,) = card.dimensions
    assert [(c.earlier, c.later) for c in dimension.changes] == [(100, 400), (200, 400), (300, 400)]
    # 2 / 2^10 times three tests.
    assert dimension.drop is not None
    assert dimension.drop.earlier == 200
    assert dimension.drop.result.p_corrected == pytest.approx(3 * 2 / 2**10)
    # Six pairs: p = 2 / 2^6 = 0.031 is the largest, so Holm leaves it.
    assert dimension.changes[-1].result.p_corrected == pytest.approx(2 / 2**6)


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        # Of the 100 points, 55 are left at step 200 and 40 at step 300.
        ((0, 9, 12, 20), ", more than half of it by step 300."),
        # 95 are left at step 200, 30 at step 300.
        ((20, 19, 6, 0), ", more than half of it by step 300."),
        ((20, 1, 0, 0), ", more than half of it by step 200."),
        # 60 are left at step 300; there is no step between that and the last.
        ((20, 19, 12, 0), ", at least half of it after step 300."),
        # It fell from step 300, and whatever was before that, there is nothing between.
        ((10, 10, 20, 0), "p = 5.7e-06)."),
    ],
)
def test_it_is_told_by_which_step_a_change_was_half_done(rights: tuple[int, ...], told: str) -> None:
    suite = make_suite("arithmetic", 20)
    card = _panel(
        (suite, [make_run(number, 100 * number, suite, right) for number, right in enumerate(rights, 1)])
    )
    (sentence,) = card.drops or card.rises
    assert sentence.endswith(told)


def test_what_rose_and_then_fell_is_both() -> None:
    suite = make_suite("arithmetic", 20)
    card = _panel((suite, [make_run(i, 100 * i, suite, right) for i, right in ((1, 0), (2, 20), (3, 10))]))
    (dimension,) = card.dimensions
    assert dimension.drop is not None
    assert dimension.rise is not None
    assert (dimension.drop.earlier, dimension.rise.earlier) == (200, 100)
    assert dimension.best_step == 200


def test_a_change_that_is_nowhere_shown_is_neither_drop_nor_rise() -> None:
    suite = make_suite("factual_recall")
    cloze = [
        make_run(number, 100 * number, suite, 0).model_copy(
            update={"credits": tuple(Credit(case_id=case.id, value=value) for case in suite.cases)}
        )
        for number, value in ((1, 1e-6), (2, 1e-7))
    ]
    (dimension,) = _panel((suite, cloze)).dimensions
    # Ten of ten cases fell: 2 / 2^10, but by 0.00009 points.
    assert dimension.changes[0].result.verdict == "worse"
    assert dimension.drop is None


def test_the_best_step_has_the_highest_mean_over_all_capabilities_that_it_has() -> None:
    one, two = make_suite("arithmetic"), make_suite("refusal")
    card = _panel(
        (one, [make_run(1, 100, one, 5), make_run(2, 200, one, 6), make_run(3, 300, one, 10)]),
        (two, [make_run(4, 100, two, 9), make_run(5, 200, two, 7)]),
    )
    # Step 300 lacks refusal; step 100 has (50 + 90) / 2 = 70, step 200 (60 + 70) / 2 = 65.
    assert card.best_step == 100
    assert "70.0" in card.best_explanation
    assert [each.best_step for each in card.dimensions] == [300, 100]
    assert card.steps == (100, 200, 300)


def test_a_step_that_ran_twice_counts_with_its_newestmake_run() -> None:
    suite = make_suite("arithmetic")
    card = _panel(
        (suite, [make_run(1, 100, suite, 9), make_run(2, 200, suite, 9), make_run(3, 100, suite, 4)])
    )
    assert [point.score for point in card.dimensions[0].points] == [40.0, 90.0]


def test_runs_with_other_settings_are_not_paired() -> None:
    suite = make_suite("arithmetic")
    with pytest.raises(StoreError, match="two steps"):
        _panel((suite, [make_run(1, 100, suite, 9, refusal_threshold=0.7), make_run(2, 200, suite, 9)]))


def test_one_step_is_no_panel() -> None:
    suite = make_suite("arithmetic")
    with pytest.raises(StoreError, match="two steps"):
        _panel((suite, [make_run(1, 100, suite, 9)]))
