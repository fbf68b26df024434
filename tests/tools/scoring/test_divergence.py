"""Divergence scores against numbers worked out by hand, and what is observed of a case."""

import math

import numpy as np
import pytest

from tests.scripted_subject import ScriptedSubject
from tools.cases import Case
from tools.errors import UserError
from tools.models import embeddings
from tools.progress import silent
from tools.results import Credit
from tools.scoring.divergence import Settings, divergence_score, score, summarise

EVEN = {"yes": 0.5, "no": 0.5}


def test_three_to_one_against_even():
    # KL = 0.75 ln 1.5 + 0.25 ln 0.5 = 0.304099 - 0.173287 = 0.130812; max = ln 2 = 0.693147; 1 - 0.188722 = 0.811278
    # Miller-Madow: KL - (2 - 1) / 8 = 0.005812, so 1 - 0.005812 / 0.693147 = 0.991615
    result = divergence_score({"yes": 3, "no": 1}, EVEN)
    assert result.value == pytest.approx(0.811278, abs=1e-6)
    assert result.details["kl"] == pytest.approx(0.130812, abs=1e-6)
    assert result.details["max_kl"] == pytest.approx(math.log(2))
    assert result.details["bias_corrected"] == pytest.approx(0.991615, abs=1e-6)
    assert result.details["observed"] == {"yes": 0.75, "no": 0.25}
    assert result.n == 4


def test_an_uneven_reference_is_normalised_and_its_rarest_category_bounds_the_divergence():
    # q = (0.8, 0.2): all mass on the rarer one gives ln 5 = max KL, so 0; on the commoner one ln 1.25, so
    # 1 - 0.223144 / 1.609438 = 0.861353
    assert divergence_score({"a": 0, "b": 9}, {"a": 8, "b": 2}).value == pytest.approx(0.0)
    assert divergence_score({"a": 9, "b": 0}, {"a": 8, "b": 2}).value == pytest.approx(0.861353, abs=1e-6)


def test_balance_is_one_and_its_interval_is_no_point():
    result = divergence_score({"yes": 6, "no": 6}, EVEN)
    assert result.value == 1.0
    assert result.interval is not None
    assert result.interval[0] < 0.9
    assert result.interval[1] == 1.0


def test_one_category_is_nought_and_does_not_claim_certainty():
    result = divergence_score({"yes": 12, "no": 0}, EVEN)
    assert result.value == pytest.approx(0.0)
    assert result.interval is not None
    assert result.interval[1] > 0.2


@pytest.mark.parametrize("counts", [(3, 1), (20, 4), (90, 10), (1, 30), (7, 7)])
def test_the_interval_contains_the_value_and_is_the_same_for_a_seed(counts):
    observed = dict(zip(EVEN, counts, strict=True))
    result = divergence_score(observed, EVEN)
    assert result == divergence_score(observed, EVEN)
    assert result.interval is not None
    assert 0 <= result.interval[0] <= result.value <= result.interval[1] <= 1


def test_the_interval_covers_the_truth():
    # 95 % is aimed at; 60 samples of 30 from (0.7, 0.3), whose score is 0.8813 (entropy 0.610864 / 0.693147).
    draws = np.random.default_rng(3).binomial(30, 0.7, size=60)
    intervals = [divergence_score({"yes": int(k), "no": 30 - int(k)}, EVEN).interval for k in draws]
    assert sum(low <= 0.8813 <= high for low, high in intervals) >= 54


@pytest.mark.parametrize(
    ("observed", "reference", "reason"),
    [
        ({"yes": 3, "maybe": 1}, EVEN, "infinite"),
        ({"yes": 3, "no": 1}, {"yes": 1.0, "no": 0.0}, "infinite"),
        ({"yes": 3}, {"yes": 1.0}, "one category"),
        ({"yes": 1}, EVEN, "too few"),
        ({}, EVEN, "too few"),
    ],
)
def test_what_has_no_score_says_why(observed, reference, reason):
    result = divergence_score(observed, reference)
    assert (result.value, result.interval) == (None, None)
    assert reason in result.explanation


def test_a_category_that_neither_side_has_changes_nothing():
    with_nothing = divergence_score({"yes": 3, "no": 1, "other": 0}, EVEN | {"other": 0.0})
    assert with_nothing == divergence_score({"yes": 3, "no": 1}, EVEN)


@pytest.mark.parametrize(
    "reference", [{"a": -1.0, "b": 2.0}, {"a": 0.0, "b": 0.0}, {"a": math.nan, "b": 1.0}, {}]
)
def test_weights_that_are_no_distribution_are_told_to_the_user(reference):
    with pytest.raises(UserError):
        divergence_score({"a": 1}, reference)


def label_case(number: int, choices: tuple[str, ...]) -> Case:
    return Case(
        id=f"c{number}",
        prompt=f"p{number}",
        subtype="s",
        difficulty="easy",
        target=choices[0],
        choices=choices,
    )


def test_label_sets_are_weighed_by_their_cases():
    # yes/no: 3:1 as above, KL 0.130812, n = 4. a/b/c/d: 2:1:1:0 has KL = ln 4 - 1.039721 = 0.346574, n = 4.
    # (0.130812 + 0.346574) / (0.693147 + 1.386294) = 0.229574, so 0.770426
    cases = [label_case(i, ("yes", "no")) for i in range(4)]
    cases += [label_case(i, ("a", "b", "c", "d")) for i in range(4, 8)]
    seen = ["yes", "yes", "yes", "no", "a", "a", "b", "c"]
    credits = [Credit(case_id=case.id, category=label) for case, label in zip(cases, seen, strict=True)]
    result = summarise(cases, credits, Settings())
    assert result.value == pytest.approx(0.770426, abs=1e-6)
    assert result.n == 8
    assert set(result.details["groups"]) == {"no / yes", "a / b / c / d"}


def test_a_label_set_with_fewer_cases_than_labels_is_left_out_and_named():
    cases = [label_case(0, ("yes", "no")), label_case(1, ("yes", "no")), label_case(2, ("a", "b"))]
    credits = [
        Credit(case_id="c0", category="yes"),
        Credit(case_id="c1", category="no"),
        Credit(case_id="c2", category="a"),
    ]
    result = summarise(cases, credits, Settings())
    assert (result.value, result.n) == (1.0, 2)
    assert "a / b" in result.explanation


def test_unscored_credits_are_not_observed():
    cases = [label_case(i, ("yes", "no")) for i in range(3)]
    credits = [
        Credit(case_id="c0", category="yes"),
        Credit(case_id="c1", category="no"),
        Credit(case_id="c2", unscored_reason="empty output"),
    ]
    assert summarise(cases, credits, Settings()).n == 2
    assert summarise(cases, credits[2:], Settings()).value is None


def test_a_label_is_observed_by_ranking_without_generation():
    case = label_case(0, ("yes", "no"))
    subject = ScriptedSubject(probabilities={("p0", " yes"): [0.2, 0.9], ("p0", " no"): [0.5]})
    (credit,) = score(subject, [case], Settings(), silent)
    assert credit.category == "no"  # 0.5 against 0.2 x 0.9 = 0.18
    assert credit.details["true_label"] == "yes"
    assert credit.details["log_probs"]["yes"] == pytest.approx(math.log(0.18))
    assert subject.prompts_seen == []


def test_log_probabilities_that_are_not_numbers_leave_a_case_unscored():
    subject = ScriptedSubject(probabilities={("p0", " yes"): [math.nan], ("p0", " no"): [0.5]})
    (credit,) = score(subject, [label_case(0, ("yes", "no"))], Settings(), silent)
    assert "not numbers" in credit.unscored_reason


@pytest.fixture
def fake_embeddings(monkeypatch):
    """Texts that speak of the sea point one way, all others the other way."""

    def embed(texts):
        return np.array([[1.0, 0.0] if "sea" in text else [0.0, 1.0] for text in texts], dtype=np.float32)

    monkeypatch.setattr(embeddings, "embed", embed)


def writing_case(number: int, anchors=None) -> Case:
    topics = {"water": ["the sea", "sea and shore"], "land": ["a hill"]} if anchors is None else anchors
    return label_case(number, ("water", "land")).model_copy(update={"check_arguments": {"anchors": topics}})


def test_a_written_text_counts_for_the_nearest_topic(fake_embeddings):
    cases = [writing_case(0), writing_case(1), writing_case(2)]
    subject = ScriptedSubject({"p0": "Out on the sea.", "p1": "Up on the moor.", "p2": " "})
    credits = {credit.case_id: credit for credit in score(subject, cases, Settings(), silent)}
    assert [credits["c0"].category, credits["c1"].category] == ["water", "land"]
    assert credits["c0"].details["similarities"] == {"water": 1.0, "land": 0.0}
    assert credits["c0"].output == "Out on the sea."
    assert "wrote nothing" in credits["c2"].unscored_reason


def test_cases_that_cannot_be_observed_are_unscored(fake_embeddings):
    cases = [writing_case(0, {"water": ["the sea"]}), label_case(1, ("yes",)), label_case(2, ("yes", "yes"))]
    credits = {c.case_id: c for c in score(ScriptedSubject({"p0": "The sea."}), cases, Settings(), silent)}
    assert "no anchor phrases for 'land'" in credits["c0"].unscored_reason
    assert "two or more" in credits["c1"].unscored_reason
    assert "two or more" in credits["c2"].unscored_reason
