"""Edit cards as they are kept: what a file cannot hold, what a rejection says, and that they load back."""

import math

import pytest
from pydantic import ValidationError

from sessions.card import load_card, rejection
from tests.sessions.cards.edit_samples import benchmarks_card, check, edit_card, rejected_card, result


@pytest.mark.parametrize(
    "card", [edit_card(), rejected_card(), benchmarks_card()], ids=lambda card: card.kind
)
def test_a_card_loads_back_as_it_was(card):
    assert load_card(card.model_dump_json()) == card


def test_hostile_text_and_numbers_that_are_none_are_kept_in_a_form_that_files_hold():
    card = edit_card(continuation_after="\ud800 \x1b[2J", details={"losses": [math.nan]})
    assert load_card(card.model_dump_json()).continuation_after == "\\ud800 \x1b[2J"
    assert card.details == {"losses": ["nan"]}
    assert result("EditBench", 0.5, details={"x": math.inf}).details == {"x": "inf"}


@pytest.mark.parametrize("value", [math.nan, 1.5, -0.1])
def test_a_probability_is_one(value):
    with pytest.raises(ValidationError):
        edit_card(p_after=value)


def test_a_rejection_says_which_checks_failed_and_by_how_much():
    passed = check("behaviour stable", 0.01, True)
    unmeasured = check("representation intact", None, None)
    failed = check("holds over paraphrases", 0.2, False, "0.20 of 0.50: failed by 0.300.")
    told = rejection(rejected_card(validation=(failed, passed, unmeasured)))
    assert told == (
        "Rolled back at once, the weights are as before. Not passed: holds over paraphrases: 0.20 of 0.50: failed by "
        "0.300."
    )
