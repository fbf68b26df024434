"""The card of edits of many facts."""

import pytest

from sessions.card import load_card
from sessions.cards import edit_evaluation
from sessions.export import csv as csv_format
from sessions.export._report import report_of
from sessions.export.markdown import render
from tests.sessions.cards.edit_evaluation_samples import evaluation_card, fact
from tools.editing.evaluated import EvaluatedFact


def test_it_is_the_same_after_a_round_through_json() -> None:
    card = evaluation_card()
    assert load_card(card.model_dump_json()) == card


def test_each_fact_has_its_gap_and_its_shares() -> None:
    first, second = evaluation_card().facts
    # P[new] - P[true]: 0.75 - 0.25, 0.125 - 0.25.
    assert (first.efficacy, first.paraphrase, first.neighbourhood) == (pytest.approx(0.5), 1.0, 1.0)
    assert (second.efficacy, second.paraphrase, second.neighbourhood) == (pytest.approx(-0.125), 0.0, 1.0)


def test_of_many_facts_the_prompts_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_evaluation, "MOST_WITH_PROMPTS", 1)
    card = evaluation_card()
    assert [each.prompts for each in card.facts] == [(), ()]
    assert card.facts[0].efficacy == pytest.approx(0.5)


def test_the_headline_is_that_of_the_data_sets_form() -> None:
    # S: 3 / (2 + 2 + 1). Accuracies: efficacy and paraphrase 1/2, specificity 0 (0.5 is not above 0.5).
    assert evaluation_card().headline.value == pytest.approx(0.6)
    accuracies = evaluation_card(form="accuracy")
    assert (accuracies.headline.name, accuracies.headline.value) == ("Score", 0.0)
    assert [each.name for each in accuracies.of_form()][-1] == "Score"


def test_the_report_leads_with_the_scores_of_both_models() -> None:
    told = report_of(evaluation_card())
    assert told.figure == "S 60.0"
    edited, unedited = told.chart.series
    assert [(point.name, point.value) for point in edited.points] == [
        ("ES", 50.0),
        ("PS", 50.0),
        ("NS", 100.0),
        ("S", pytest.approx(60.0)),
    ]
    assert [point.value for point in unedited.points] == [0.0, 0.0, 0.0, 0.0]


def test_markdown_has_every_measure_and_the_rejected_record() -> None:
    text = render(evaluation_card())
    for shown in (
        "EM",
        "PS per token",
        "Specificity",
        "is not in the prompt",
        "1 of 3 records were rejected",
    ):
        assert shown in text


def test_csv_has_a_row_for_each_measure_and_fact() -> None:
    text = csv_format.render(evaluation_card())
    assert "Efficacy Score" in text
    assert "The Eiffel Tower" in text


def test_what_was_not_edited_is_told() -> None:
    lost: EvaluatedFact = fact(2, not_edited="No value was found.", layer=None)
    text = render(evaluation_card(fact(1), lost))
    assert "1 fact could not be edited" in text
