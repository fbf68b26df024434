"""Clauses that only add to the one before them."""

import pytest

from agent.planner.joining import only_adds, repeats_a_score
from agent.planner.plan import CardDimension, LastCard, SessionView

CARD = SessionView(
    last_card=LastCard(
        dimensions=[
            CardDimension(capability="instruction_following", score=51.2, subtypes=["json", "length"])
        ]
    )
)


@pytest.mark.parametrize(
    ("before", "clause"),
    [
        ("Test long multiplication", "Ten will do!"),
        ("How well does it translate?", "Of these, seventeen."),
        ("I need pass@1 for list functions", "Count: 31"),
        ("Test knowledge with multiple choice", "Only history and literature."),
        ("Assess translation into German", "rouge-l is the metric I need to report"),
        ("Test arithmetic", "hard ones please"),
        ("Score feature 5", "no mui"),
        ("sweep the sae", "show the top 20"),
    ],
)
def test_numbers_slices_methods_and_small_words_add_to_the_order_before(before: str, clause: str) -> None:
    assert only_adds(clause, before, SessionView())


@pytest.mark.parametrize(
    ("before", "clause"),
    [
        ("Test arithmetic", "test translation with 20"),
        ("Is it any good in ordering puzzles?", "the logic ones I mean"),
        ("Test arithmetic", "export it as html"),
        ("Test arithmetic", "undo the edit"),
        ("Test arithmetic", "score feature 12"),
        ("Test arithmetic", "run gsm8k with 20"),
        ("Test arithmetic", "load gpt2"),
        ("Test arithmetic", "compare it with step 200"),
    ],
)
def test_an_order_of_its_own_adds_to_nothing(before: str, clause: str) -> None:
    assert not only_adds(clause, before, SessionView())


def test_a_slice_of_the_last_card_adds_to_a_question_about_the_card() -> None:
    assert only_adds("only look at the json ones", "Where does it fail?", CARD)
    assert not only_adds("only look at the json ones", "Where does it fail?", SessionView())


def test_a_score_said_again_is_told_and_asks_for_nothing() -> None:
    assert repeats_a_score("Hm, 51 only?", CARD)
    assert not repeats_a_score("Hm, 52 only?", CARD)
    assert not repeats_a_score("again with 51", CARD)
