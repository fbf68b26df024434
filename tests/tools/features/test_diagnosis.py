import pytest

from tools.features import FeatureScore
from tools.features.diagnosis import READINGS, Thresholds, diagnose


def _score(value, interval="tight", n=20, **details):
    if value is None:
        return FeatureScore(value=None, interval=None, n=n, explanation="It never fires.", details=details)
    bounds = (max(0.0, value - 0.05), min(1.0, value + 0.05)) if interval == "tight" else interval
    return FeatureScore(value=value, interval=bounds, n=n, explanation="measured", details=details)


@pytest.mark.parametrize(
    ("levels", "reading"),
    [
        ("HHH", "ideal"),
        ("HHL", "decorative"),
        ("HLH", "too coarse"),
        ("HLL", "scattered and unused"),
        ("LHH", "mislabelled"),
        ("LHL", "unused and mislabelled"),
        ("LLH", "polysemantic"),
        ("LLL", "dead or noise"),
    ],
)
def test_each_of_the_eight_combinations_has_its_reading_and_advice(levels, reading):
    found = diagnose(*(_score(0.9 if level == "H" else 0.3) for level in levels), firings=100)
    assert found.reading == reading
    assert found.possible == (reading,)
    assert found.reasons == ()
    assert found.advice
    assert [found.levels.interp, found.levels.purity, found.levels.mui] == [
        "high" if level == "H" else "low" for level in levels
    ]


def test_the_threshold_itself_is_high_and_can_be_set():
    exact = _score(0.6, (0.6, 0.7))
    assert diagnose(exact, exact, exact).reading == "ideal"
    strict = Thresholds(interp=0.8)
    assert diagnose(_score(0.7), _score(0.9), _score(0.9), thresholds=strict).reading == "mislabelled"


def test_an_interval_that_spans_the_threshold_gives_no_verdict_but_what_remains_possible():
    found = diagnose(_score(0.9), _score(0.9), _score(0.65, (0.55, 0.8)))
    assert found.levels.mui == "uncertain"
    assert found.reading == "uncertain"
    assert found.possible == ("ideal", "decorative")
    assert found.reasons == ("MUI's 95 % interval, 0.55 to 0.80, spans 0.6.",)
    assert found.advice == "No verdict: it may be ideal or decorative."


def test_too_few_firings_give_no_verdict():
    found = diagnose(_score(0.9), _score(0.9, n=4), _score(0.9, n=9))
    assert (found.levels.purity, found.levels.mui) == ("uncertain", "uncertain")
    assert found.reasons == (
        "Purity rests on 4 firing sentences, fewer than 5.",
        "MUI rests on 9 firing positions, fewer than 10.",
    )
    assert set(found.possible) == {"ideal", "decorative", "too coarse", "scattered and unused"}


def test_a_score_without_an_interval_is_uncertain():
    assert diagnose(_score(0.9), _score(0.9, None), _score(0.9)).levels.purity == "uncertain"


def test_an_unscored_or_missing_score_leaves_both_sides_open():
    found = diagnose(None, _score(None), _score(0.9))
    assert (found.levels.interp, found.levels.purity) == ("unscored", "unscored")
    assert found.reading == "uncertain"
    assert found.reasons == ("InterpScore was not measured.", "Purity is unscored: It never fires.")
    assert set(found.possible) == {"ideal", "too coarse", "mislabelled", "polysemantic"}


def test_nothing_known_is_no_verdict():
    found = diagnose(None, None, None)
    assert found.reading == "uncertain"
    assert len(found.possible) == 8


def test_a_feature_that_never_fires_reads_as_dead_and_keeps_its_reasons():
    found = diagnose(_score(None), _score(None, n=0), _score(None, n=0), firings=0)
    assert found.reading == "dead or noise"
    assert "never fires" in found.advice
    assert len(found.reasons) == 3


def test_whether_purity_beats_random_sentences_is_told():
    high = _score(0.9)
    assert diagnose(high, _score(0.9, beats_random=True), high).beats_random is True
    assert diagnose(high, _score(0.9, beats_random=False), high).beats_random is False
    assert diagnose(high, high, high).beats_random is None


def test_all_eight_readings_differ():
    assert len(set(READINGS.values())) == 8
