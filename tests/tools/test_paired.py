"""Paired comparison, with numbers worked out by hand."""

import pytest

from tools.paired import compare_credits, compare_scores, corrected


def test_mcnemar_is_the_two_sided_binomial_over_the_discordant_pairs() -> None:
    # 6 pairs went from 0 to 1, none back: p = 2 * (1/2)^6 = 0.03125.
    found = compare_credits([0] * 6 + [1] * 4, [1] * 6 + [1] * 4)
    assert found.p == pytest.approx(0.03125)
    assert (found.n, found.n_better, found.n_worse) == (10, 6, 0)
    assert found.difference == pytest.approx(0.6)
    assert found.verdict == "better"
    assert found.test == "exact McNemar test"


def test_the_interval_of_a_difference_of_shares_is_agresti_and_mins() -> None:
    # b = 6.5, c = 0.5, N = 12: centre 0.5, half 1.96 * sqrt(7 - 36 / 12) / 12 = 1.96 * 2 / 12 = 0.3267.
    found = compare_credits([0] * 6 + [1] * 4, [1] * 6 + [1] * 4)
    assert found.interval is not None
    assert found.interval[0] == pytest.approx(0.5 - 0.32666, abs=1e-4)
    assert found.interval[1] == pytest.approx(0.5 + 0.32666, abs=1e-4)


def test_equal_runs_tie_with_an_interval_that_still_has_width() -> None:
    found = compare_credits([1, 0, 1], [1, 0, 1])
    assert found.verdict == "tie"
    assert found.p == 1.0
    assert found.interval is not None
    assert found.interval[0] < 0 < found.interval[1]


def test_graded_credits_are_tested_by_sign_flips() -> None:
    # Three equal-sign differences: of the 8 sign patterns 2 are as extreme, so p = 2/8.
    found = compare_credits([0.1, 0.2, 0.3], [0.2, 0.4, 0.6])
    assert found.p == pytest.approx(0.25)
    assert found.difference == pytest.approx(0.2)
    # t interval: mean 0.2, sd 0.1, n 3: 0.2 +- 4.3027 * 0.1 / sqrt(3) = 0.2 +- 0.2484.
    assert found.interval == pytest.approx((-0.0484, 0.4484), abs=1e-4)


def test_graded_credits_that_all_fall_are_worse() -> None:
    first = [0.9, 0.8, 0.7, 0.95, 0.85, 0.6, 0.75, 0.9]
    found = compare_credits(first, [value - 0.3 - 0.01 * i for i, value in enumerate(first)])
    # 2 of 2^8 = 256 sign patterns are as extreme.
    assert found.p == pytest.approx(2 / 256)
    assert found.verdict == "worse"


def test_alike_graded_differences_have_no_interval_and_no_pairs_no_test() -> None:
    assert compare_credits([0.5, 0.5], [0.5, 0.5]).interval is None
    nothing = compare_credits([], [])
    assert nothing.verdict == "not tested"
    assert nothing.difference is None
    assert compare_credits([0.5], [0.7]).p is None


def test_holm_multiplies_the_smallest_by_their_number_and_never_decreases() -> None:
    tests = [
        compare_credits([0] * 6, [1] * 6),  # p 1/32
        compare_credits([0] * 8, [1] * 8),  # p 1/128
        compare_credits([], []),  # none
        compare_credits([0, 1], [1, 0]),  # p 1
    ]
    assert [test.p_corrected for test in corrected(tests)] == [
        pytest.approx(2 / 32),
        pytest.approx(3 / 128),
        None,
        1.0,
    ]
    assert [test.verdict for test in corrected(tests)] == ["tie", "better", "not tested", "tie"]


def test_scores_over_all_cases_are_tested_by_swapping_within_cases() -> None:
    def share_of_a(categories: object) -> float:
        listed = list(categories)  # type: ignore[call-overload]
        return listed.count("a") / len(listed)

    same = compare_scores([("a", "a"), ("b", "b")] * 5, share_of_a)
    assert (same.difference, same.p, same.verdict) == (0.0, 1.0, "tie")
    apart = compare_scores([("b", "a")] * 12, share_of_a)
    assert apart.difference == 1.0
    assert apart.verdict == "better"
    # Only all-kept and all-swapped are as extreme: 2 / 4,096 of the permutations.
    assert apart.p is not None
    assert apart.p < 0.01


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare_credits([1], [1, 0])
