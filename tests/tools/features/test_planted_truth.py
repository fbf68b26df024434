"""The triple on features whose nature is known: each gets the reading that it was planted with.

The sentences are written for the purpose: those of one topic are close in meaning, so that purity can be told from
0.6 with ten of them. Thresholds and intervals are the ones that users get.
"""

import pytest

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
)
from tools.features import interp_score, mui, purity
from tools.features.diagnosis import Diagnosis, diagnose
from tools.sae.activations import activations

NEUTRAL = (
    "he was on the road .",
    "they left in the evening .",
    "she took the old road .",
    "a road was near by .",
    "he was at her side .",
    "they took a left on the road .",
    "her evening was old .",
    "the old and the left .",
    "she was with them in the evening .",
    "he left by the old road .",
)
STORMS = (
    "lightning and thunder crossed the valley .",
    "strong winds tore at the roofs .",
    "the hurricane reached the coast .",
    "hail fell on the fields .",
    "dark clouds brought heavy rain .",
    "the gale bent every tree .",
    "a blizzard closed the pass .",
    "the tornado passed at noon .",
    "waves broke over the pier in the storm .",
    "thunder woke the whole village .",
)
POSITIVES = {
    DECISIVE: SENTENCES[DECISIVE],
    UNREAD: SENTENCES[UNREAD],
    TWO_TOPICS: SENTENCES[TWO_TOPICS],
    MISLABELLED: STORMS,
    DEAD: NEUTRAL[:5] * 2,
}
CORPUS = [*sentences_about(DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED), *NEUTRAL, *STORMS]


def _diagnosed(feature: int, positives: tuple[str, ...]) -> Diagnosis:
    """What the product does: label's sentences for InterpScore, the corpus' firing ones for purity and MUI."""
    model, sae = planted_model(), planted_sae()
    found = [interp_score.sentence_maximum(each) for each in activations(model, sae, CORPUS, [feature])]
    firing = [each for each in found if each is not None and each.fires]
    contrast = interp_score.contrast_activations(model, sae, feature, positives, NEUTRAL)
    return diagnose(
        interp_score.score(contrast, fires_elsewhere=bool(firing)),
        purity.score(firing, source="corpus sentences"),
        mui.score(model, sae, feature, [each.text for each in firing]),
        firings=len(firing),
    )


@pytest.mark.parametrize(
    ("feature", "reading"),
    [
        (DECISIVE, "ideal"),
        (UNREAD, "decorative"),
        (TWO_TOPICS, "too coarse"),
        (MISLABELLED, "mislabelled"),
        (DEAD, "dead or noise"),
    ],
)
def test_a_planted_feature_gets_the_reading_that_it_was_planted_with(feature: int, reading: str) -> None:
    diagnosis = _diagnosed(feature, POSITIVES[feature])
    assert diagnosis.reading == reading, diagnosis


def test_a_random_direction_does_not_look_real() -> None:
    diagnosis = _diagnosed(NOISE, SENTENCES[DECISIVE])
    assert diagnosis.levels.mui == "low"
    assert diagnosis.reading not in ("ideal", "decorative", "too coarse", "mislabelled")
