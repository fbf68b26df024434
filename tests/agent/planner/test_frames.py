"""What stands around a fact is told from the fact."""

import pytest

from agent.planner.finite import finite
from agent.planner.frames import cores, is_frame, without_asides
from agent.planner.noun_phrases import can_be_subject, last_phrase
from agent.planner.unknowns import filled_in


@pytest.mark.parametrize(
    "framed",
    [
        "Big Ben is in Oslo, please",
        "Big Ben is in Oslo - and bake this into the weights.",
        "Big Ben is in Oslo from this moment on",
        "Big Ben is in Oslo, at least for the model? Do the weight edit.",
        "Big Ben is in Oslo as ROME edit",
        "Big Ben is in Oslo, not in London",
    ],
)
def test_what_stands_behind_a_fact_is_taken_off(framed: str) -> None:
    assert cores(framed)[0] == "Big Ben is in Oslo"


def test_the_city_of_rome_is_no_method() -> None:
    assert cores("Big Ben is in Rome") == ["Big Ben is in Rome"]
    assert is_frame("with ROME")
    assert not is_frame("in Rome")


def test_asides_and_denied_values_go() -> None:
    assert without_asides("Pelé, whose sport is football, plays cricket") == "Pelé plays cricket"
    assert without_asides("Big Ben is not in London but in Oslo") == "Big Ben is in Oslo"


@pytest.mark.parametrize(
    ("wished", "stated"),
    [
        ("iPhone be a product of Philips", "iPhone is a product of Philips"),
        ("Big Ben should stand in Oslo", "Big Ben stands in Oslo"),
        ("Bach should have died in Oslo", "Bach died in Oslo"),
        ("Lake Baikal located in Brazil", "Lake Baikal is located in Brazil"),
        ("Messi playing golf", "Messi plays golf"),
        ("Big Ben is in Oslo", "Big Ben is in Oslo"),
    ],
)
def test_a_wish_is_put_as_a_statement(wished: str, stated: str) -> None:
    assert finite(wished) == stated


@pytest.mark.parametrize("words", ["Big Ben", "the currency of Poland", "J. K. Rowling", "penicillin"])
def test_names_and_nouns_can_be_subjects(words: str) -> None:
    assert can_be_subject(words)


@pytest.mark.parametrize(
    "words",
    ["it", "make Rome", "the model thinks Rome", "in Rome", "this memory: Rome", "gpt2-large", "", "the"],
)
def test_words_that_ask_or_point_cannot(words: str) -> None:
    assert not can_be_subject(words)


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("is located in the city of Rio de Janeiro", "Rio de Janeiro"),
        ("plays the sport of cricket", "cricket"),
        ("was founded by Steve Jobs and Bill Gates", "Steve Jobs and Bill Gates"),
        ("is a Japanese company", "Japanese company"),
    ],
)
def test_the_target_is_the_last_noun_phrase(words: str, last: str) -> None:
    assert words[last_phrase(words) :] == last


@pytest.mark.parametrize(
    ("question", "prompt"),
    [
        ("where the Louvre is", "The {} is located in"),
        ("where Bach was born", "{} was born in"),
        ("who painted Guernica?", "{} was painted by"),
        ("which sport Federer plays", "{} plays"),
        ("what language does Macron speak", "{} speaks"),
        ("the team that Pele plays for", "{} plays for"),
        ("the capital of Peru", "The capital of {} is"),
    ],
)
def test_questions_and_descriptions_are_filled_in(question: str, prompt: str) -> None:
    fact = filled_in(question, "Xanadu")
    assert fact is not None
    assert (fact.prompt, fact.target) == (prompt, "Xanadu")
