"""EditBench, EditGeneralization, RippleBench, IndirectFactRecovery and zsRE: means over probes."""

import math

import pytest

from tests.tools.edit_benchmarks.written_evidence import WrittenEvidence, row
from tools.edit_benchmarks import (
    edit_bench,
    edit_generalization,
    indirect_fact_recovery,
    ripple_bench,
    zsre,
)


def test_edit_bench_is_the_mean_probability_over_direct_and_paraphrased_probes() -> None:
    evidence = WrittenEvidence(
        [
            row("direct", 0.9, 0.1, said=(False, True)),
            row("paraphrase", 0.6, 0.2, said=(False, False)),
            row("paraphrase", 0.3, 0.0, said=(False, True)),
            row("implied", 0.0),  # of another benchmark
        ]
    )
    result = edit_bench.measure(evidence)
    assert result.score == pytest.approx(0.6)  # (0.9 + 0.6 + 0.3) / 3
    assert result.before == pytest.approx(0.1)  # (0.1 + 0.2 + 0.0) / 3
    assert (result.n, result.threshold, result.passed) == (3, 0.5, True)
    assert result.interval is not None and result.interval[0] < 0.6 < result.interval[1]
    assert [probe.credit for probe in result.probes] == [0.9, 0.6, 0.3]
    assert result.details["free_generation"] == {"before": 0.0, "after": pytest.approx(2 / 3), "n": 3}
    assert "the model says the target after 2 of 3" in result.explanation
    assert "Wilson" in result.explanation


def test_a_probe_that_cannot_be_read_is_shown_and_not_counted() -> None:
    unread = row("direct", None, None, unscored_reason="The model's logits are not numbers.")
    result = edit_bench.measure(WrittenEvidence([unread, row("paraphrase", 0.4)]))
    assert (result.score, result.n, result.passed) == (0.4, 1, False)
    assert len(result.probes) == 2 and result.probes[0].credit is None
    assert result.details["n_unscored"] == 1


def test_a_probe_read_on_one_side_only_is_not_counted() -> None:
    half = row("direct", 0.9, None, unscored_reason="The model's logits are not numbers.")
    result = edit_bench.measure(WrittenEvidence([half, row("paraphrase", 0.4, 0.2)]))
    assert (result.score, result.before, result.n) == (0.4, 0.2, 1)


def test_without_probes_the_reason_stands_in_place_of_a_score() -> None:
    evidence = WrittenEvidence(missing={"direct": "no form fits", "paraphrase": "no form fits"})
    result = edit_bench.measure(evidence)
    assert (result.score, result.before, result.interval, result.passed) == (None, None, None, None)
    assert result.explanation == "Unscored: no form fits."


def test_a_missing_axis_is_named_beside_a_score_from_the_others() -> None:
    evidence = WrittenEvidence([row("direct", 0.5)], missing={"paraphrase": "no form fits"})
    result = edit_bench.measure(evidence)
    assert result.passed  # at the threshold
    assert result.details["missing_axes"] == {"paraphrase": "no form fits"}


def test_edit_generalization_asks_for_the_fact_in_other_words() -> None:
    evidence = WrittenEvidence(
        [
            row("implied", 0.2),
            row("rewording", 0.8),
            row("indirect_reference", 0.1),
            row("direct", 1.0),
        ]
    )
    result = edit_generalization.measure(evidence)
    assert result.score == pytest.approx(1.1 / 3)
    assert (result.n, result.passed) == (3, False)  # 0.367 < 0.4


def test_ripple_bench_falls_with_leaking_and_with_any_movement() -> None:
    evidence = WrittenEvidence(
        [
            row("same_subject", 0.0, 0.0, kl=0.0, is_positive=False),  # 1 · 1
            row("same_subject", 0.5, 0.1, kl=0.0, is_positive=False),  # 0.5 · 1
            row("same_subject", 0.2, 0.0, kl=math.log(2), is_positive=False),  # 0.8 · 0.5
        ]
    )
    result = ripple_bench.measure(evidence)
    assert result.score == pytest.approx((1.0 + 0.5 + 0.4) / 3)
    assert result.before == pytest.approx((1.0 + 0.9 + 1.0) / 3)
    assert result.passed is False  # 0.633 < 0.7
    assert "free_generation" not in result.details  # nothing is meant to be said


def test_a_ripple_probe_without_divergence_is_not_counted() -> None:
    result = ripple_bench.measure(WrittenEvidence([row("same_subject", 0.1, is_positive=False)]))
    assert result.score is None and "Unscored" in result.explanation


def test_indirect_fact_recovery_averages_multi_hop_and_inference() -> None:
    evidence = WrittenEvidence([row("multi_hop", 0.5), row("inference", 0.3)])
    result = indirect_fact_recovery.measure(evidence)
    assert result.score == pytest.approx(0.4)
    assert (result.threshold, result.passed) == (0.35, True)


def test_a_negative_probe_earns_what_it_keeps_out() -> None:
    result = indirect_fact_recovery.measure(WrittenEvidence([row("inference", 0.25, 0.5, is_positive=False)]))
    assert (result.score, result.before) == (0.75, 0.5)


def test_zsre_counts_targets_that_are_the_greedy_continuation() -> None:
    evidence = WrittenEvidence(
        [
            row("zsre", 0.9, greedy=(False, True)),
            row("zsre", 0.6, greedy=(False, False)),  # probable, but another token is more so at some place
            row("zsre", 0.3, greedy=(True, True)),
            row("zsre", 0.1, greedy=(False, False)),
        ]
    )
    result = zsre.measure(evidence)
    assert (result.score, result.before, result.passed) == (0.5, 0.25, True)
    assert "Wilson" in result.explanation
    # Wilson 1927 for 2 of 4: (0.5 + z²/8 ± z √(1/16 + z²/64)) / (1 + z²/4), z = 1.95996
    assert result.interval == pytest.approx((0.15004, 0.84996), abs=1e-4)
