"""FineTuneDiff, LocalitySensitivityScore, PortabilitySubMetrics, PreservationVsMemorization: no plain means."""

import math

import pytest

from tests.tools.edit_benchmarks.written_evidence import WrittenEvidence, row
from tools.edit_benchmarks import (
    fine_tune_diff,
    locality_sensitivity_score,
    portability_sub_metrics,
    preservation_vs_memorization,
)
from tools.edit_benchmarks._formula_interval import jackknife_interval


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    # Values 0.2, 0.4, 0.6: mean 0.4, standard error 0.2 / √3 = 0.11547, t(2; 0.975) = 4.30265: ± 0.49683.
    # It is cut to [0, 1] at the lower end.
    interval, how = jackknife_interval([[0.2, 0.4, 0.6]], lambda groups: sum(groups[0]) / len(groups[0]))
    assert interval == pytest.approx((0.0, 0.89683), abs=1e-4)
    assert "jackknife" in how


def test_the_jackknife_of_two_groups_adds_their_variances() -> None:
    # Variances of the means: {0.8, 1.0}: 0.02 / 2 = 0.01; {0.1, 0.3}: 0.01. √0.02 = 0.141421; t(2) = 4.30265.
    # 0.9 - 0.2 = 0.7 ± 0.60849.
    interval, _ = jackknife_interval(
        [[0.8, 1.0], [0.1, 0.3]],
        lambda groups: sum(groups[0]) / len(groups[0]) - sum(groups[1]) / len(groups[1]),
    )
    assert interval == pytest.approx((0.09151, 1.0), abs=1e-4)


@pytest.mark.parametrize("groups", [[[0.5]], [[0.5, 0.5]]])
def test_the_jackknife_makes_no_interval_from_one_value_or_from_no_spread(groups: list[list[float]]) -> None:
    interval, how = jackknife_interval(groups, lambda parts: sum(parts[0]) / len(parts[0]))
    assert interval is None and how.startswith("no interval, because")


def test_fine_tune_diff_is_signal_less_noise() -> None:
    evidence = WrittenEvidence(
        [
            row("direct", 0.9, 0.1),  # + 0.8
            row("surface", 0.7, 0.1),  # + 0.6
            row("unrelated", 0.5, 0.4),  # 0.1
            row("unrelated", 0.2, 0.3),  # 0.1, the other way
            row("unrelated", 0.6, 0.6),  # 0
        ]
    )
    result = fine_tune_diff.measure(evidence)
    assert result.details["signal"] == pytest.approx(0.7)
    assert result.details["noise"] == pytest.approx(0.2 / 3)
    assert result.details["snr"] == pytest.approx(10.5)
    assert result.score == pytest.approx(0.7 - 0.2 / 3)
    assert (result.n, result.passed, result.before) == (5, True, 0.0)
    assert result.interval is not None


def test_fine_tune_diff_of_an_edit_that_only_does_harm_is_nought_with_its_difference_shown() -> None:
    evidence = WrittenEvidence([row("direct", 0.1, 0.3), row("unrelated", 0.1, 0.6)])
    result = fine_tune_diff.measure(evidence)
    assert (result.score, result.passed) == (0.0, False)
    assert result.details["difference"] == pytest.approx(-0.7)
    assert result.interval is None and "no interval, because" in result.explanation


def test_the_signal_to_noise_ratio_without_noise_is_absent() -> None:
    result = fine_tune_diff.measure(WrittenEvidence([row("direct", 0.8), row("unrelated", 0.5, 0.5)]))
    assert result.score == 0.8
    assert result.details["snr"] is None


def test_fine_tune_diff_needs_both_kinds_of_probes() -> None:
    evidence = WrittenEvidence([row("direct", 0.8)], missing={"unrelated": "no other facts"})
    result = fine_tune_diff.measure(evidence)
    assert result.score is None
    assert result.explanation == "Unscored: no other facts."


def test_locality_is_exp_of_minus_the_mean_divergence_with_the_prefixed_score_beside_it() -> None:
    evidence = WrittenEvidence(
        [row("cross_domain", 0.5, 0.5, kl=0.1), row("cross_domain", 0.5, 0.5, kl=0.3)],
        prefixed=[row("cross_domain", 0.5, 0.5, kl=0.5), row("cross_domain", 0.5, 0.5, kl=0.9)],
    )
    result = locality_sensitivity_score.measure(evidence)
    assert result.score == pytest.approx(math.exp(-0.2))  # 0.819
    assert (result.before, result.n, result.passed) == (1.0, 2, True)
    n_plus = result.details["n_plus"]
    assert isinstance(n_plus, dict)
    assert n_plus["score"] == pytest.approx(math.exp(-0.7))
    assert [probe.group for probe in result.probes] == ["plain", "plain", "N+", "N+"]
    assert "(N+): 0.497" in result.explanation


def test_locality_without_divergences_is_unscored() -> None:
    lost = row("cross_domain", None, None, unscored_reason="The model's logits are not numbers.")
    result = locality_sensitivity_score.measure(WrittenEvidence([lost]))
    assert result.score is None
    assert result.explanation == "Unscored: The model's logits are not numbers."


def test_portability_is_the_mean_of_three_means_however_many_probes_each_has() -> None:
    evidence = WrittenEvidence(
        [
            row("active", 0.8, 0.1),
            row("passive", 0.6, 0.1),
            row("question", 0.4, 0.1),
            row("fill_in", 0.2, 0.1),
            row("nickname", 0.3, 0.0),
            row("sub_clause", 0.9, 0.2),
            row("sub_clause", 0.7, 0.2),
        ]
    )
    result = portability_sub_metrics.measure(evidence)
    assert result.score == pytest.approx((0.5 + 0.3 + 0.8) / 3)
    assert result.before == pytest.approx((0.1 + 0.0 + 0.2) / 3)
    assert (result.n, result.passed) == (7, True)
    parts = result.details["parts"]
    assert isinstance(parts, dict)
    assert [parts[part]["score"] for part in parts] == pytest.approx([0.5, 0.3, 0.8])  # type: ignore[index,call-overload]
    assert {probe.group for probe in result.probes} == {"template", "alias", "compositional"}


def test_a_part_of_portability_without_probes_is_unscored_with_its_reason() -> None:
    evidence = WrittenEvidence(
        [row("active", 0.4), row("active", 0.6), row("sub_clause", 0.1), row("sub_clause", 0.3)],
        missing=dict.fromkeys(("nickname", "abbreviation", "description"), "no alias is known"),
    )
    result = portability_sub_metrics.measure(evidence)
    assert result.score == pytest.approx(0.35)  # (0.5 + 0.2) / 2
    assert result.explanation.endswith("Unscored: alias.")
    parts = result.details["parts"]
    assert isinstance(parts, dict)
    assert parts["alias"] == {
        "score": None,
        "before": None,
        "interval": None,
        "n": 0,
        "reason": "Unscored: no alias is known.",
    }


def test_pm_is_paraphrase_over_surface() -> None:
    evidence = WrittenEvidence(
        [
            row("surface", 0.9, 0.2),
            row("surface", 0.7, 0.2),
            row("strong_paraphrase", 0.3, 0.1),
            row("strong_paraphrase", 0.1, 0.1),
        ]
    )
    result = preservation_vs_memorization.measure(evidence)
    assert result.score == pytest.approx(0.25)  # 0.2 / 0.8
    assert result.before == pytest.approx(0.5)  # 0.1 / 0.2
    assert (result.n, result.passed) == (4, False)


def test_pm_above_one_is_clipped_within_its_interval() -> None:
    evidence = WrittenEvidence(
        [
            row("surface", 0.2),
            row("surface", 0.3),
            row("strong_paraphrase", 0.9),
            row("strong_paraphrase", 0.8),
        ]
    )
    result = preservation_vs_memorization.measure(evidence)
    assert result.score == 1.0
    assert result.interval is not None and result.interval[1] == 1.0


def test_pm_is_unscored_where_the_surface_does_not_hold() -> None:
    evidence = WrittenEvidence([row("surface", 0.001), row("strong_paraphrase", 0.0005)])
    result = preservation_vs_memorization.measure(evidence)
    assert (result.score, result.passed) == (None, None)
    assert "about nought" in result.explanation
    assert result.details["surface"] == pytest.approx(0.001)
