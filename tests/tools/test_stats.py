"""Intervals and divergences against numbers worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.stats import RESAMPLES, kl_divergence, mean_score, miller_madow


def test_all_right_has_the_wilson_interval():
    # z = 1.95996, z² = 3.8415; n = k = 6: low = n / (n + z²) = 6 / 9.8415 = 0.60966, high = 1.
    score = mean_score([1, 1, 1, 1, 1, 1])
    assert score.value == 1.0
    assert score.interval == pytest.approx((0.60966, 1.0), abs=1e-5)
    assert score.details["interval_method"] == "wilson"


def test_two_of_three_has_the_wilson_interval():
    # centre = (2/3 + 3.8415/6) / (1 + 3.8415/3) = 1.30691/2.28049 = 0.57308
    # half = 1.95996/2.28049 * sqrt(2/9/3 + 3.8415/36) = 0.85945 * 0.42513 = 0.36537
    score = mean_score([1.0, 0.0, 1.0])
    assert score.value == pytest.approx(2 / 3)
    assert score.interval == pytest.approx((0.20771, 0.93845), abs=1e-4)


def test_few_graded_credits_have_wilsons_interval_at_their_mean():
    # mean 0.5, n = 4: centre 0.5, half = 1.95996/1.96037 * sqrt(0.0625 + 3.8415/64) = 0.34996
    score = mean_score([0.25, 0.75, 0.5, 0.5])
    assert score.interval == pytest.approx((0.15004, 0.84996), abs=1e-4)
    assert score.details["interval_method"] == "wilson_at_mean"
    assert "fewer than 10" in score.explanation


def test_equal_graded_credits_do_not_claim_certainty():
    score = mean_score([0.5] * 30)
    assert score.interval is not None
    assert score.interval[0] < 0.4 < 0.6 < score.interval[1]
    assert "all the same" in score.explanation


def test_graded_credits_are_bootstrapped_with_a_recorded_seed_and_number_of_resamples():
    values = [0.0, 0.5, 1.0] * 20
    score = mean_score(values)
    assert score == mean_score(values)
    assert score.details["resamples"] == RESAMPLES >= 2000
    assert score.details["seed"] == 0
    # Standard error of the mean: sqrt(1/6 / 60) = 0.0527, so about 0.5 ± 0.103.
    assert score.interval == pytest.approx((0.397, 0.603), abs=0.01)


def test_no_credits_are_no_score():
    score = mean_score([])
    assert (score.value, score.interval, score.n) == (None, None, 0)
    assert score.explanation


@pytest.mark.parametrize("value", [math.nan, -0.1, 1.1, math.inf])
def test_a_value_that_is_no_credit_is_refused(value):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        mean_score([0.5, value])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_interval_always_contains_the_mean(values):
    score = mean_score(values)
    assert score.value is not None
    assert score.interval is not None
    assert 0 <= score.interval[0] <= score.value <= score.interval[1] <= 1


def test_divergence_by_hand():
    # 1/2 ln(1/2 / 1/4) + 1/2 ln(1/2 / 3/4) = 0.5 * 0.693147 - 0.5 * 0.405465 = 0.143841
    assert kl_divergence([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.143841, abs=1e-6)
    assert kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(math.log(2))
    assert kl_divergence([0.3, 0.7], [0.3, 0.7]) == 0.0


def test_divergence_is_infinite_where_the_reference_has_nothing():
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == math.inf
    assert kl_divergence([1.0, 0.0], [1.0, 0.0]) == 0.0


@pytest.mark.parametrize(
    ("p", "q"), [([0.5, 0.4], [0.5, 0.5]), ([1.5, -0.5], [0.5, 0.5]), ([1.0], []), ([], [])]
)
def test_what_is_no_distribution_is_refused(p, q):
    with pytest.raises(ValueError):
        kl_divergence(p, q)


def test_miller_madow_takes_off_half_a_degree_of_freedom_for_each_further_category_seen():
    # Three categories seen (the empty one does not count) in n = 10: 0.5 - (3 - 1) / 20 = 0.4.
    assert miller_madow(0.5, [5, 3, 2, 0]) == pytest.approx(0.4)
    assert miller_madow(0.05, [5, 3, 2, 0]) == 0.0
