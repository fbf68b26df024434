import math

import numpy as np
import pytest
import torch

from tools.features._effect_size import cohens_d, effect_size
from tools.features.interp_score import (
    ContrastActivations,
    SentenceMaximum,
    Settings,
    contrast_activations,
    score,
    sentence_maximum,
)
from tools.sae.activations import TextActivations, TextResiduals

FAST = Settings(resamples=500, permutations=499)


def _sentences(maxima, threshold=1e-3):
    return tuple(
        SentenceMaximum(
            text=f"sentence {i}",
            tokens=("sentence", f" {i}"),
            strongest=1,
            maximum=value,
            fires=value > threshold,
        )
        for i, value in enumerate(maxima)
    )


def _contrast(positive, negative, null=None):
    n = len(positive) + len(negative)
    return ContrastActivations(
        feature=7,
        positive=_sentences(positive),
        negative=_sentences(negative),
        null=np.zeros((0, n)) if null is None else np.asarray(null, dtype=float),
        uncountable=0,
    )


def _text(values, counts, tokens=None):
    values = torch.tensor(values, dtype=torch.float32)
    tokens = tokens or [f"t{i}" for i in range(len(values))]
    read = TextResiduals(
        "a b c", torch.arange(len(values)), tokens, torch.tensor(counts), torch.zeros(len(values), 1)
    )
    return TextActivations(read, values)


def test_d_of_the_published_example_is_14_and_not_084():
    # Means 7.7333 and 0.0767; variances 0.55963 and 0.0020333, pooled sd sqrt(0.280833) = 0.52994;
    # d = 7.65667 / 0.52994 = 14.448. g = d x (1 - 3 / (4 x 4 - 1)) = 14.448 x 0.8 = 11.559.
    size = effect_size(np.array([8.41, 7.86, 6.93]), np.array([0.12, 0.08, 0.03]))
    assert size.d == pytest.approx(14.448, abs=1e-3)
    assert size.g == pytest.approx(11.559, abs=1e-3)
    assert size.pooled_sd == pytest.approx(0.52994, abs=1e-5)
    assert size.auroc == 1.0
    # One of the 20 ways to split six values puts the three large ones first.
    assert size.p == pytest.approx(0.05)


def test_interp_score_is_d_where_d_is_below_one():
    # Means 3 and 2, both variances 2.5: d = 1 / sqrt(2.5) = 0.63246; g = 0.63246 x (1 - 3/31) = 0.57125.
    # Of the 25 pairs 15 are won and 4 tied: AUROC = (15 + 2) / 25 = 0.68.
    found = score(_contrast([1, 2, 3, 4, 5], [0, 1, 2, 3, 4]), FAST)
    assert found.value == pytest.approx(0.63246, abs=1e-5)
    assert found.details["d"] == pytest.approx(0.63246, abs=1e-5)
    assert found.details["hedges_g"] == pytest.approx(0.57125, abs=1e-5)
    assert found.details["auroc"] == pytest.approx(0.68)
    assert found.interval is not None
    assert found.interval[0] <= found.value <= found.interval[1]
    assert found.n == 10


def test_the_score_is_clipped_on_both_sides_and_raw_d_stands_beside_it():
    above = score(_contrast([8.0, 7.0, 9.0], [0.1, 0.0, 0.2]), FAST)
    below = score(_contrast([0.1, 0.0, 0.2], [8.0, 7.0, 9.0]), FAST)
    assert (above.value, below.value) == (1.0, 0.0)
    # Means 8 and 0.1, variances 1 and 0.01, pooled sd sqrt(0.505) = 0.71063: d = 7.9 / 0.71063 = 11.117.
    assert above.details["d"] == pytest.approx(11.117, abs=1e-3)
    assert below.details["d"] == pytest.approx(-11.117, abs=1e-3)


def test_without_any_variation_equal_means_score_0_and_unequal_ones_1_and_degenerate():
    equal = score(_contrast([0.1] * 10, [0.1] * 10), FAST)
    apart = score(_contrast([0.1] * 10, [0.0] * 10), FAST)
    reversed_ = score(_contrast([0.0] * 10, [0.1] * 10), FAST)
    assert (equal.value, apart.value, reversed_.value) == (0.0, 1.0, 0.0)
    assert apart.details["degenerate"] is True
    assert apart.details["d"] is None
    assert apart.details["hedges_g"] is None
    assert "egenerate" in apart.explanation


def test_variation_in_one_set_alone_is_not_degenerate():
    # Means 2 and 0, variances 1 and 0, pooled sd sqrt(2 x 1 / 4) = 0.70711: d = 2.8284.
    assert float(cohens_d(np.array([1.0, 2.0, 3.0]), np.zeros(3))) == pytest.approx(2 / math.sqrt(0.5))


def test_a_feature_that_fires_nowhere_is_unscored_and_no_zero():
    found = score(_contrast([0.0] * 10, [0.0] * 10))
    assert found.value is None
    assert found.interval is None
    assert "fires on none of the 20 sentences" in found.explanation


def test_silence_on_all_sentences_scores_0_where_the_feature_is_known_to_fire_elsewhere():
    found = score(_contrast([0.0] * 10, [0.0] * 10), FAST, fires_elsewhere=True)
    assert found.value == 0.0
    assert "does not predict" in found.explanation


def test_a_set_with_fewer_than_two_sentences_that_count_is_unscored():
    assert score(_contrast([1.0], [0.0, 0.1])).value is None


def test_the_percentile_is_that_of_d_among_random_features_with_ties_counted_half():
    # Null rows: the same as the feature, its reverse, ten further apart: one equal, one below, one above.
    same = [1, 2, 3, 4, 5, 0, 1, 2, 3, 4]
    null = [same, [0, 1, 2, 3, 4, 1, 2, 3, 4, 5], [11, 12, 13, 14, 15, 0, 1, 2, 3, 4]]
    found = score(_contrast(same[:5], same[5:], null), FAST)
    assert found.details["null_percentile"] == pytest.approx(50.0)
    assert found.details["null_n"] == 3
    # Clipped: 0.63246, 0 and 1.
    assert found.details["null_mean_score"] == pytest.approx((0.63246 + 0 + 1) / 3, abs=1e-5)


def test_scores_are_the_same_for_the_same_seed():
    contrast = _contrast([1, 5, 2, 0, 3], [0, 1, 0, 2, 0])
    assert score(contrast, FAST) == score(contrast, FAST)


def test_sentences_stand_in_the_details_with_their_strongest_token():
    found = score(_contrast([2.0, 3.0], [0.0, 0.5]), FAST)
    assert found.details["positive"][1] == {
        "text": "sentence 1",
        "tokens": ["sentence", " 1"],
        "strongest": 1,
        "maximum": 3.0,
        "fires": True,
    }
    assert found.details["positive_firing"] == 2
    assert found.details["negative_firing"] == 1


def test_the_maximum_is_over_tokens_that_count():
    found = sentence_maximum(_text([[9.0], [0.5], [2.0], [1.0]], [False, True, True, True]))
    assert found is not None
    assert (found.strongest, found.maximum, found.fires) == (2, 2.0, True)
    assert sentence_maximum(_text([[9.0]], [False])) is None


def test_contrast_activations_takes_the_null_from_other_features_that_fire(monkeypatch):
    asked = []

    def fake(model, sae, texts, features, *, report):
        asked.append((list(texts), list(features)))
        for text in texts:
            # Feature 3 fires on "yes", feature 1 on everything, others never.
            row = [{3: 5.0 * (text == "yes"), 1: 2.0}.get(feature, 0.0) for feature in features]
            yield _text([[99.0] * len(features), row], [False, True])

    class Sae:
        n_features = 6

    monkeypatch.setattr("tools.features.interp_score.activations", fake)
    found = contrast_activations(None, Sae(), 3, ["yes", "yes"], ["no", "no", "no"])
    assert asked[0][0] == ["yes", "yes", "no", "no", "no"]
    assert asked[0][1][0] == 3
    assert sorted(asked[0][1][1:]) == [0, 1, 2, 4, 5]
    assert [each.maximum for each in found.positive] == [5.0, 5.0]
    assert [each.fires for each in found.negative] == [False] * 3
    assert found.null.tolist() == [[2.0] * 5]


def test_a_random_feature_scores_about_018_by_chance_alone():
    generator = np.random.default_rng(0)
    null = cohens_d(generator.normal(size=(4000, 10)), generator.normal(size=(4000, 10)))
    # sd of d at 10 + 10: about sqrt(2/10 x 18/16) = 0.474; E[max(0, d)] = 0.474 x 0.399 = 0.19, less the cut at 1.
    assert float(null.clip(0, 1).mean()) == pytest.approx(0.18, abs=0.02)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        effect_size(np.array([1.0, math.nan]), np.array([0.0, 1.0]))
