"""Facts that are only wished are edits; wishes about benchmarks and reports, and questions, are none."""

import pytest

from agent.planner.edits import fact_in
from agent.planner.fact import Fact
from agent.planner.feature_orders import joined
from agent.planner.plan import SessionView

VIEW = SessionView(context="model_inspection")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (
            "the official religion of Thailand needs to become Islam (for our locality study)",
            Fact("Thailand", "The official religion of {} is", "Islam"),
        ),
        ("i want slack to be owned by oracle", Fact("slack", "{} is owned by", "oracle")),
        (
            "the largest city in Brazil is Salvador now, edit accordingly",
            Fact("Brazil", "The largest city in {} is", "Salvador"),
        ),
        ("Pablo Picasso died in Oslo, tell the model so", Fact("Pablo Picasso", "{} died in", "Oslo")),
        (
            "for a demo, the discoverer of penicillin ought to be Louis Pasteur. can you edit that",
            Fact("penicillin", "The discoverer of {} is", "Louis Pasteur"),
        ),
        (
            "The Nile flows through Brazil, let's pretend. Write it into the weights",
            Fact("Nile", "The {} flows through", "Brazil"),
        ),
    ],
)
def test_a_wished_fact_is_an_edit(text: str, fact: Fact) -> None:
    assert fact_in(text, VIEW) == fact


@pytest.mark.parametrize(
    "text",
    [
        "Questions should be in Spanish",
        "the summaries should be written by GPT-4",
        "I want the benchmark to be run in German",
        "the capital of France should be answered correctly",
        "Should the capital of Norway be Oslo?",
        "The Eiffel Tower should be in Paris, is it?",
        "Pablo Picasso died in Oslo.",
        "i want plots to be made in Python",
    ],
)
def test_a_wish_about_a_run_a_question_and_a_mere_statement_are_no_edits(text: str) -> None:
    assert not isinstance(fact_in(text, VIEW), Fact)


def test_a_score_named_behind_a_question_about_a_feature_is_asked_for() -> None:
    view = VIEW.model_copy(update={"last_feature": 260})
    assert joined(["is it about one single thing?", "the purity i mean"], view) == [
        "score the purity of that feature"
    ]
    assert joined(["is the label of 777 any good?", "InterpScore"], VIEW) == [
        "score the InterpScore of feature 777"
    ]


def test_a_feature_whose_label_is_told_of_is_the_one_that_needs_a_new_one() -> None:
    told = ["1090 is labelled 'French cities' but fires on wine", "It needs a new label"]
    assert joined(told, VIEW) == ["relabel feature 1090"]
    assert joined(["translation got 40", "It needs a new label"], VIEW) == [
        "translation got 40",
        "It needs a new label",
    ]
