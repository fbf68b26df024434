import json

import pytest

from sessions.card import build_dimension
from tests.sessions import samples
from tools.results import Credit
from tools.run_suite import summarise


def test_scores_are_on_0_to_100_and_wilson_is_worked_out_by_hand():
    dimension = samples.dimension()
    # Two of three scored cases are right. Wilson at p = 2/3, n = 3, z = 1.96:
    # centre (2/3 + 3.8415/6) / (1 + 3.8415/3) = 1.30691/2.28049 = 0.57309,
    # half 1.96 / 2.28049 * sqrt(2/9/3 + 3.8415/36) = 0.85946 * 0.42518 = 0.36542.
    assert dimension.score == pytest.approx(66.6667, abs=1e-4)
    assert dimension.interval == pytest.approx((20.77, 93.85), abs=0.01)
    assert dimension.interval_method == "wilson"
    assert (dimension.n, dimension.n_unscored) == (3, 1)
    assert dimension.chance == 50.0


def test_unscored_cases_are_counted_with_their_reasons_and_are_no_zeros():
    dimension = samples.dimension()
    assert dimension.unscored_reasons == {"the logits are not numbers": 1}
    unscored = dimension.cases[3]
    assert unscored.credit is None
    assert unscored.unscored_reason == "the logits are not numbers"


def test_cases_stand_in_the_order_of_the_suite_with_everything_about_them():
    cases = samples.dimension().cases
    assert [case.id for case in cases] == ["q-0", "q-1", "q-2", "q-3"]
    assert (cases[0].prompt, cases[0].target, cases[0].output, cases[0].credit) == (
        "The capital of France is",
        "Paris",
        "Paris",
        1.0,
    )
    assert cases[0].choices == ("Rome", "Paris")


def test_subtypes_and_difficulties_have_their_own_scores():
    dimension = samples.dimension()
    assert [(part.name, part.score, part.n) for part in dimension.subtypes] == [
        ("geography", 100.0, 1),
        ("science", 50.0, 2),
        ("words", None, 0),
    ]
    assert [(part.name, part.score, part.n) for part in dimension.difficulties] == [
        ("easy", 100.0, 2),
        ("medium", 0.0, 1),
    ]


def test_rejected_candidates_are_counted_by_reason():
    dimension = samples.dimension()
    assert dimension.rejected == 3
    assert dimension.rejected_reasons == {"duplicate": 2, "the answer stands in the prompt": 1}


def test_numbers_that_json_lacks_stand_as_text_in_details_and_never_get_into_scores():
    text = samples.card().model_dump_json()
    cases = json.loads(text)["dimensions"][0]["cases"]
    assert cases[0]["details"] == {"log_prob": "-inf"}
    assert cases[3]["details"] == {"log_prob": "nan"}
    assert "NaN" not in text


def test_a_stopped_run_gives_a_partial_card_of_what_was_scored():
    card = samples.card("s-000000", samples.dimension(credits=samples.CREDITS[:2]))
    assert card.partial
    assert card.dimensions[0].partial
    assert card.n_prompts == 2
    assert card.overall == 50.0


def test_overall_is_the_plain_mean_of_the_scored_dimensions_and_says_so():
    half = samples.dimension(credits=samples.CREDITS[:2])  # 50
    nothing = samples.dimension(credits=samples.CREDITS[2:3])  # unscored
    whole = samples.dimension(credits=samples.CREDITS[1:2])  # 100
    card = samples.card("s-000000", half, nothing, whole)
    assert card.overall == 75.0
    assert card.overall_explanation == "Overall is the plain mean of 2 dimensions; 1 unscored left out."


def test_of_one_dimension_overall_is_its_score():
    assert samples.card().overall_explanation == "Overall is the score of the only scored dimension."


def test_a_card_on_which_nothing_is_scored_has_no_overall():
    card = samples.card("s-000000", samples.dimension(credits=samples.CREDITS[2:3]))
    assert card.overall is None
    assert card.dimensions[0].score is None
    assert card.dimensions[0].interval is None
    assert "no overall score" in card.overall_explanation


def test_29_of_100_is_29_and_not_28_999():
    score = summarise(samples.SUITE.cases, samples.CREDITS, samples.SUITE.scoring)
    changed = score.model_copy(update={"score": score.score.model_copy(update={"value": 0.29})})
    assert build_dimension(samples.SUITE, samples.CREDITS, changed, {}).score == 29.0


@pytest.mark.parametrize(
    "credits", [(*samples.CREDITS, Credit(case_id="foreign", value=1.0)), (samples.CREDITS[0],) * 2]
)
def test_credits_that_do_not_belong_to_the_suite_are_refused(credits):
    scores = summarise(samples.SUITE.cases, samples.CREDITS, samples.SUITE.scoring)
    with pytest.raises(ValueError, match="do not belong"):
        build_dimension(samples.SUITE, credits, scores, {})
