import numpy as np
import pytest

from tools.features._ratio_interval import ratio_interval


def test_few_clusters_give_the_t_interval_worked_out_by_hand() -> None:
    # Cluster sums: (1, 2), (3, 2), (2, 2); ratio 6/6 = 1; residuals -1, 1, 0; error sqrt(2 / (3 * 2)) / 2 = 0.288675;
    # t of 97.5 % with 2 degrees of freedom 4.302653: half width 1.242069.
    numerator = np.array([0.5, 0.5, 3.0, 2.0])
    denominator = np.array([1.0, 1.0, 2.0, 2.0])
    interval, method = ratio_interval(numerator, denominator, np.array([7, 7, 8, 9]))
    assert interval == pytest.approx((-0.242069, 2.242069), abs=1e-6)
    assert method == "95 % t interval over 3 sentences"


def test_one_cluster_has_no_interval() -> None:
    interval, method = ratio_interval(np.ones(5), np.ones(5), np.zeros(5))
    assert interval is None and "one sentence" in method


def test_equal_clusters_have_an_interval_without_width() -> None:
    for n in (4, 30):
        interval, _ = ratio_interval(np.full(n, 0.5), np.full(n, 2.0), np.arange(n))
        assert interval == pytest.approx((0.25, 0.25))


def test_the_bootstrap_draws_clusters_and_not_observations() -> None:
    generator = np.random.default_rng(2)
    level = generator.uniform(0, 1, 20)
    clusters = np.repeat(np.arange(20), 10)
    (low, high), method = ratio_interval(level[clusters], np.ones(200), clusters)
    (narrow_low, narrow_high), _ = ratio_interval(level[clusters], np.ones(200), np.arange(200))
    assert method == "95 % bootstrap over 20 sentences"
    # Ten equal observations in each cluster say as much as one: the interval is the root of ten wider.
    assert (high - low) / (narrow_high - narrow_low) == pytest.approx(10**0.5, rel=0.15)
    # Of 20 uniform levels: 1.96 * sd / sqrt(20) on either side, but for the bootstrap's factor sqrt(19 / 20).
    assert (high - low) / 2 == pytest.approx(1.96 * level.std() / 20**0.5, rel=0.1)


def test_the_same_seed_gives_the_same_interval() -> None:
    values, clusters = np.arange(40.0), np.arange(40) // 2
    first = ratio_interval(values, values + 1, clusters, seed=3)
    assert ratio_interval(values, values + 1, clusters, seed=3) == first
    assert ratio_interval(values, values + 1, clusters, seed=4) != first


@pytest.mark.parametrize("n", [5, 12])
def test_the_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    generator = np.random.default_rng(5)
    covered = 0
    for repeat in range(300):
        below = generator.uniform(1, 3, n)
        above = below * 0.4 + generator.normal(0, 0.2, n)
        (low, high), _ = ratio_interval(above, below, np.arange(n), seed=repeat)
        covered += low <= 0.4 <= high
    assert covered / 300 > 0.87
