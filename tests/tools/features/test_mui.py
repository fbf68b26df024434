import json
import math

import pytest
import torch

from tests.planted_sae import (
    DEAD,
    DECISIVE,
    MISLABELLED,
    NOISE,
    SENTENCES,
    TWO_TOPICS,
    UNREAD,
    planted_model,
    planted_sae,
    sentences_about,
    strength,
)
from tests.tools.sae.test_ablation import kl_and_entropy
from tests.tools.sae.tiny_saes import tiny_sae
from tools.errors import ModelError
from tools.features import feature_scores, mui
from tools.models import layer_masks
from tools.models.language_model import LanguageModel
from tools.progress import Progress

EVERYTHING = sentences_about(*SENTENCES)


def test_mui_is_mean_kl_over_mean_entropy_worked_out_by_hand() -> None:
    words = [word for sentence in SENTENCES[DECISIVE] for word in sentence.split() if strength(word)]
    expected = [kl_and_entropy(strength(word)) for word in words]
    mean_kl = sum(kl for kl, _ in expected) / len(words)
    mean_entropy = sum(entropy for _, entropy in expected) / len(words)
    found = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING)
    assert found.n == found.details["n_firing"] == len(words)
    assert found.details["mean_kl"] == pytest.approx(mean_kl, abs=1e-4)
    assert found.details["mean_entropy"] == pytest.approx(mean_entropy, abs=1e-4)
    assert found.value == pytest.approx(mean_kl / mean_entropy, abs=1e-4)
    assert 0.8 < found.value < 0.95  # not clipped, so the division is seen
    assert found.interval is not None and found.interval[0] > 0.6
    assert found.explanation.startswith("Mean KL 1.97") and "bootstrap over 10 sentences" in found.explanation


def test_the_mean_of_ratios_is_another_number() -> None:
    # Mean KL (0.1 + 0.9) / 2 over mean entropy (0.1 + 4.9) / 2 is 0.2; the mean of 1 and 0.18 would be 0.59.
    found = mui.score_of([0.1, 0.9] * 5, [0.1, 4.9] * 5)
    assert found.value == pytest.approx(0.2)


def test_the_planted_features_read_as_they_were_planted() -> None:
    values = {
        feature: mui.score(planted_model(), planted_sae(), feature, EVERYTHING).value
        for feature in (DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED, DEAD, NOISE)
    }
    assert values[DEAD] is None
    assert values[UNREAD] == pytest.approx(0.0, abs=1e-6)
    assert values[NOISE] is not None and values[NOISE] < 0.01
    for feature in (DECISIVE, TWO_TOPICS, MISLABELLED):
        value = values[feature]
        assert value is not None and value > 0.8


def test_a_random_direction_of_the_same_length_does_not_look_used() -> None:
    details = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING).details
    random_value = details["random_value"]
    assert isinstance(random_value, float) and random_value < 0.1


def test_every_position_is_shown_with_its_token() -> None:
    sentence = SENTENCES[DECISIVE][-1]
    settings = mui.Settings(min_positions=1)
    found = mui.score(planted_model(), planted_sae(), DECISIVE, ["the road .", sentence], settings)
    rows = found.details["positions"]
    assert isinstance(rows, list)
    horse, dog = rows
    assert isinstance(horse, dict) and isinstance(dog, dict)
    assert (horse["text"], horse["position"], horse["token"]) == (1, 3, "horse")
    assert (dog["text"], dog["position"], dog["token"]) == (1, 6, "dog")
    assert "horse and a dog" in str(dog["context"])
    assert dog["activation"] == pytest.approx(strength("dog"), abs=1e-5)
    kl, entropy = kl_and_entropy(strength("dog"))
    assert dog["kl"] == pytest.approx(kl, abs=1e-4)
    assert dog["entropy"] == pytest.approx(entropy, abs=1e-4)
    assert isinstance(dog["random_kl"], float)
    assert found.interval is None and "all positions are of one sentence" in found.explanation


def test_a_feature_that_never_fires_is_unscored_with_the_reason() -> None:
    found = mui.score(planted_model(), planted_sae(), DEAD, EVERYTHING)
    assert found.value is None and found.interval is None and found.n == 0
    assert found.explanation == "It fires above 0.001 at no position of 40 texts, and 5 are needed."
    assert found.details["largest_activation"] == 0.0


def test_too_few_firings_are_unscored_with_the_reason() -> None:
    found = mui.score(planted_model(), planted_sae(), DECISIVE, ["a cat .", "the dog ."])
    assert found.value is None
    assert found.explanation == "It fires above 0.001 at only 2 positions of 2 texts, and 5 are needed."
    alone = mui.score(planted_model(), planted_sae(), DECISIVE, ["a cat ."])
    assert "only 1 position of" in alone.explanation


def test_no_texts_are_unscored() -> None:
    found = mui.score(planted_model(), planted_sae(), DECISIVE, [])
    assert found.value is None and found.details["largest_activation"] is None


def test_the_threshold_decides_what_fires_and_is_recorded() -> None:
    found = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING, mui.Settings(threshold=1.01))
    fires = [w for sentence in SENTENCES[DECISIVE] for w in sentence.split() if strength(w) > 1.01]
    assert found.details["n_firing"] == len(fires)
    assert found.details["threshold"] == 1.01


def test_of_many_firings_some_are_drawn_the_same_for_the_same_seed() -> None:
    settings = mui.Settings(max_positions=6)
    found = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING, settings)
    assert found.n == 6 and found.details["n_firing"] == 12
    assert "at 6 of 12 firing positions" in found.explanation
    assert mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING, settings) == found


def test_streams_that_were_not_kept_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING)
    monkeypatch.setattr(mui, "WINDOW", 30)
    again = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING)
    assert again.value == pytest.approx(kept.value, abs=1e-6)


def test_a_value_above_one_is_clipped_and_said_so() -> None:
    found = mui.score_of([3.0] * 12, [1.5] * 12)
    assert found.value == 1.0 and found.interval == (1.0, 1.0)
    assert found.details["unclipped"] == pytest.approx(2.0)
    assert "clipped to 1" in found.explanation


def test_positions_of_a_sentence_are_not_taken_for_independent() -> None:
    kl = [0.1] * 20 + [0.9] * 20
    apart = mui.score_of(kl, [1.0] * 40).interval
    together = mui.score_of(kl, [1.0] * 40, sentences=[index // 4 for index in range(40)]).interval
    assert apart is not None and together is not None
    assert together[1] - together[0] > 1.5 * (apart[1] - apart[0])


def test_the_share_of_positions_under_the_entropy_floor_is_shown() -> None:
    found = mui.score_of([0.1] * 8, [0.05] * 2 + [1.0] * 6)
    assert found.details["share_under_entropy_floor"] == 0.25


def test_a_model_that_is_certain_of_everything_is_unscored() -> None:
    found = mui.score_of([0.0] * 8, [0.0] * 8)
    assert found.value is None and "no entropy to divide by" in found.explanation


def test_positions_that_are_no_numbers_are_left_out_and_counted() -> None:
    found = mui.score_of([0.5] * 6 + [math.nan, math.inf], [1.0] * 8, random_kl=[0.1] * 8)
    assert found.value == pytest.approx(0.5) and found.n == 6
    assert found.details["n_not_numbers"] == 2
    assert found.details["random_mean_kl"] == pytest.approx(0.1)
    hopeless = mui.score_of([math.nan] * 8, [math.nan] * 8)
    assert hopeless.value is None
    assert (
        hopeless.explanation == "The model's logits are numbers at only 0 of 8 positions, and 5 are needed."
    )


def test_a_model_without_sound_logits_is_unscored_and_can_be_stored(own_tiny: LanguageModel) -> None:
    sae = tiny_sae()
    with torch.no_grad():
        own_tiny.model.lm_head.weight[5] = torch.nan
    texts = ["the quick brown fox jumps over the lazy dog", "the river runs to the sea"]
    feature = max(range(48), key=lambda f: int(mui.score(own_tiny, sae, f, texts).details["n_firing"]))  # type: ignore[arg-type]
    found = mui.score(own_tiny, sae, feature, texts)
    assert found.value is None and found.details["n_firing"] >= 5  # type: ignore[operator]
    json.dumps(found.model_dump(), allow_nan=False)


def test_how_it_was_measured_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    details = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING).details
    assert (details["method"], details["note"], details["dtype"]) == ("shadow_tokens", "", "float32")
    noise_floor = details["noise_floor"]
    assert isinstance(noise_floor, float) and noise_floor < 1e-6
    monkeypatch.setattr(layer_masks, "TAKES_MASKS", ())
    details = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING).details
    assert details["method"] == "one_row_each" and "takes no mask" in str(details["note"])


def test_the_control_can_be_left_out() -> None:
    settings = mui.Settings(random_direction=False)
    found = mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING, settings)
    assert "random_value" not in found.details


def test_a_feature_out_of_range_is_told() -> None:
    with pytest.raises(ModelError, match="has no feature 8"):
        mui.score(planted_model(), planted_sae(), 8, EVERYTHING)


def test_progress_is_told() -> None:
    seen: list[Progress] = []
    mui.score(planted_model(), planted_sae(), DECISIVE, EVERYTHING, report=seen.append)
    assert {progress.task for progress in seen} == {"reading texts", "ablating"}


def test_mui_is_a_feature_score_by_contract() -> None:
    assert feature_scores()["mui"].summary.startswith("Model Utilization Index (MUI)")


def test_activations_that_are_known_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.sae import activations

    model, sae = planted_model(), planted_sae()
    expected = mui.score(model, sae, DECISIVE, EVERYTHING)
    known = {text.text: text for text in activations.activations(model, sae, EVERYTHING, [DECISIVE])}
    some = dict(list(known.items())[:2])
    assert mui.score(model, sae, DECISIVE, EVERYTHING, read=some).value == pytest.approx(expected.value)

    def streams(model: object, decoder: object, sae: object, all_ids: list[object]) -> list[object]:
        assert not all_ids
        return []

    monkeypatch.setattr(activations, "_streams", streams)
    assert mui.score(model, sae, DECISIVE, EVERYTHING, read=known).value == pytest.approx(expected.value)
