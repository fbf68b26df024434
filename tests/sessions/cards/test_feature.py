import json

import pytest

from prompts.contrast import ContrastSentences
from sessions.card import FeatureCard, SaeReference, feature_card, load_card
from tests.sessions.samples import CONTEXT
from tools.errors import StoreError
from tools.features import FeatureScore
from tools.features.diagnosis import diagnose

SAE = SaeReference(
    name="demo",
    weights_hash="ab" * 32,
    layer=15,
    hook_name="blocks.15.hook_resid_post",
    architecture="topk",
    n_features=4096,
)

CONTRAST = ContrastSentences(
    label="president, pope",
    positive=("The pope waved from the balcony.", "Our president slept badly."),
    negative=("The soup was cold by then.", "Hail fell on the street."),
    writer="templates",
    instructions="contrast/1",
    seed=3,
    hard_negatives=False,
    made_by_templates=(2, 2),
    rejected={"a duplicate": 1},
    notes=("The label lists words, and the positives use them.",),
)


def score(value, **details):
    """A score with a tight interval, or unscored."""
    if value is None:
        return FeatureScore(value=None, interval=None, n=0, explanation="It never fires.", details=details)
    bounds = (max(0.0, value - 0.02), min(1.0, value + 0.02))
    return FeatureScore(value=value, interval=bounds, n=20, explanation="measured", details=details)


def card(
    interp=None, purity=None, mui=None, *, label="president, pope", contrast=CONTRAST, firings=90, **fields
):
    """A card of feature 421 with these scores."""
    return feature_card(
        421,
        label=label,
        label_method="top_tokens" if label else None,
        sae=SAE,
        interp_score=interp,
        purity=purity,
        mui=mui,
        diagnosis=diagnose(interp, purity, mui, firings=firings),
        contrast=contrast,
        firings=firings,
        session="s-000000",
        request="is feature 421 real?",
        context=CONTEXT,
        duration_s=2.5,
        **fields,
    )


def test_the_json_has_the_fields_that_others_read():
    found = json.loads(card(score(0.9), score(0.8), score(0.2)).model_dump_json())
    assert found["kind"] == "feature"
    assert (found["feature"], found["label"]) == (421, "president, pope")
    for name, value in (("interp_score", 0.9), ("purity", 0.8), ("mui", 0.2)):
        assert found[name]["value"] == value
        assert len(found[name]["interval"]) == 2
        assert found[name]["details"] == {}
    assert found["levels"] == {"interp": "high", "purity": "high", "mui": "low"}
    assert found["reading"] == "decorative"
    assert found["sentences"]["writer"] == "templates"
    assert found["thresholds"]["interp"] == 0.6
    assert found["sae"]["name"] == "demo"


def test_a_card_loads_back_to_an_equal_one():
    made = card(score(0.9, d=float("inf")), score(0.8), None)
    again = load_card(made.model_dump_json())
    assert isinstance(again, FeatureCard)
    assert again == made
    assert again.interp_score.details == {"d": "inf"}


def test_a_score_that_was_not_measured_says_why():
    made = card(None, score(0.8), score(None), label=None, contrast=None)
    assert made.interp_score.value is None
    assert made.interp_score.explanation == "The feature has no label."
    assert made.mui.explanation == "It never fires."
    assert made.reading == "uncertain"
    assert made.sentences is None
    assert card(score(0.9), score(0.8), None).mui.explanation == "Not measured."


def test_a_dead_feature_reads_as_dead():
    made = card(score(None), score(None), score(None), firings=0)
    assert made.reading == "dead or noise"
    assert made.interp_score.value is None


def test_what_a_reader_must_know_stands_in_the_caveats():
    made = card(
        score(1.0, degenerate=True, null_mean_score=0.31), score(0.62, beats_random=False), score(0.9)
    )
    caveats = " ".join(made.caveats)
    assert "degenerate" in caveats
    assert "0.31" in caveats
    assert "does not beat random sentences" in caveats
    assert CONTRAST.notes[0] in made.caveats
    assert any("was not compared" in caveat for caveat in card(score(0.9), score(0.8), score(0.9)).caveats)
    assert card(score(0.9), score(0.8, beats_random=True), score(0.9)).caveats == CONTRAST.notes
    control = card(
        None, None, score(0.1, random_value=0.2, share_under_entropy_floor=0.25, note="A row each.")
    )
    assert "random direction" in control.caveats[0]
    assert "At 25% of the firing positions" in control.caveats[1]
    assert control.caveats[2] == "MUI: A row each."


@pytest.mark.parametrize("change", [{"reading": "splendid"}, {"feature": -1}, {"surprise": 1}])
def test_a_card_that_is_none_is_refused(change):
    content = json.loads(card(score(0.9), score(0.8), score(0.7)).model_dump_json())
    with pytest.raises(StoreError):
        load_card(json.dumps(content | change))
