"""Knowledge questions: four choices of one kind, one of them right, in balanced places."""

from collections import Counter

import pytest

from prompts.capabilities import _culture_facts as culture
from prompts.capabilities import _nature_facts as nature
from prompts.capabilities._countries import countries
from prompts.capabilities._fact_tables import gives_away
from prompts.capabilities.knowledge_mcq import DIFFICULTIES, SUBTYPES, generate

EVERYTHING = generate(10_000, 0, (), None)


def question(case):
    return case.prompt.removeprefix("Question: ").removesuffix("\nAnswer:")


def test_there_are_more_than_three_hundred_different_questions():
    assert len(EVERYTHING) == len({case.prompt for case in EVERYTHING}) > 700


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_subtype_and_difficulty_can_be_asked_for(subtype, difficulty):
    cases = generate(10, 1, (subtype,), difficulty)
    assert {(case.subtype, case.difficulty) for case in cases} == {(subtype, difficulty)}
    assert len(cases) == 10


def test_every_case_has_four_different_choices_and_the_chance_of_one_in_four():
    for case in EVERYTHING:
        assert len(set(case.choices)) == 4
        assert case.target in case.choices
        assert case.chance == 0.25
        assert all(choice == choice.strip() for choice in case.choices)


@pytest.mark.parametrize("seed", range(5))
def test_the_right_answer_stands_equally_often_in_each_place(seed):
    for n in (24, 36, 400):
        places = Counter(case.choices.index(case.target) for case in generate(n, seed, (), None))
        assert set(places.values()) == {n // 4}


def test_places_do_not_depend_on_the_subtype():
    places = Counter((c.subtype, c.choices.index(c.target)) for c in generate(420, 0, (), None))
    assert all(places[subtype, place] >= 5 for subtype in SUBTYPES for place in range(4))


def test_no_question_contains_its_answer():
    assert not [case.prompt for case in EVERYTHING if gives_away(case.prompt, case.target)]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What is the capital of New Zealand?", "Wellington"),
        ("In which country is the city of Krakow?", "Poland"),
        ("What is the chemical symbol for potassium?", "K"),
        ("Which chemical element has the symbol Sn?", "tin"),
        ("What is the official language of Suriname?", "Dutch"),
        ("What is the currency of Hungary called?", "forint"),
        ("Magna Carta was sealed. In which year was that?", "1215"),
        ("Who wrote Heart of Darkness?", "Joseph Conrad"),
        ("Where was Ludwig van Beethoven born?", "Bonn"),
    ],
)
def test_answers_checked_by_hand(asked, answer):
    assert [case.target for case in EVERYTHING if question(case) == asked] == [answer]


def test_no_wrong_choice_is_right():
    capitals = {country.name: country.capital for country in countries()}
    authors = {title: author for rows in culture.AUTHORS.values() for title, author in rows}
    symbols = {name: symbol for rows in nature.SYMBOLS.values() for name, symbol in rows}
    known = {f"What is the capital of {name}?": capital for name, capital in capitals.items()}
    known |= {f"Who wrote {title}?": author for title, author in authors.items()}
    known |= {f"What is the chemical symbol for {name}?": symbol for name, symbol in symbols.items()}
    checked = [case for case in EVERYTHING if question(case) in known]
    assert len(checked) > 250
    assert all(case.target == known[question(case)] for case in checked)


def test_medium_and_hard_questions_have_wrong_answers_from_the_same_continent():
    region = {country.capital: country.region for country in countries()}
    capitals = [c for c in EVERYTHING if "capital of" in c.prompt and region[c.target] != "Oceania"]
    for case in capitals:
        regions = {region[choice] for choice in case.choices}
        assert case.difficulty == "easy" or len(regions) == 1, case
    assert any(len({region[choice] for choice in case.choices}) > 1 for case in capitals)


def test_wrong_years_are_closer_the_harder_the_question_and_never_in_the_future():
    nearest = {"easy": 12, "medium": 6, "hard": 3}
    for case in EVERYTHING:
        if case.subtype == "history":
            wrong = [int(choice) for choice in case.choices if choice != case.target]
            distances = [abs(year - int(case.target)) for year in wrong]
            assert min(distances) >= nearest[case.difficulty]
            assert max(wrong) <= 2020


def test_a_smaller_suite_is_the_beginning_of_a_larger_one():
    assert generate(10, 2, (), None) == generate(40, 2, (), None)[:10]
