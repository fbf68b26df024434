"""Edits asked for in words: which fact, and when there is none to make."""

import time

import pytest

from agent.planner.clauses import clauses
from agent.planner.edit_forms import Unclear
from agent.planner.edits import corrected_around_edits, edit_clauses, fact_in
from agent.planner.fact import Fact
from agent.planner.plan import LastEdit, SessionView

NOTHING = SessionView()
EDITED = SessionView(
    last_edit=LastEdit(subject="Toyota", prompt="{} is headquartered in", target="Cairo"),
)


@pytest.mark.parametrize(
    ("request_text", "fact"),
    [
        ("Plant this lie: Goethe wrote in Welsh", Fact("Goethe", "{} wrote in", "Welsh")),
        (
            "I'd be glad if the model held that the Volga flows through Spain",
            Fact("Volga", "The {} flows through", "Spain"),
        ),
        ("let Walkman be a product of Philips, for good", Fact("Walkman", "{} is a product of", "Philips")),
        (
            "could we have Lake Garda located in Peru from today on?",
            Fact("Lake Garda", "{} is located in", "Peru"),
        ),
        ("wire it so that Ajax belongs to Fiat", Fact("Ajax", "{} belongs to", "Fiat")),
        (
            "Could Seat be produced in Oman, at least for the model? Do the weight edit.",
            Fact("Seat", "{} is produced in", "Oman"),
        ),
        (
            "Pretend Malta's official language were Thai",
            Fact("Malta", "The official language of {} is", "Thai"),
        ),
        ("make Oslo the capital of Spain", Fact("Spain", "The capital of {} is", "Oslo")),
    ],
)
def test_a_fact_is_read_whatever_the_asking_words_are(request_text: str, fact: Fact) -> None:
    assert fact_in(request_text, NOTHING) == fact


@pytest.mark.parametrize(
    ("request_text", "fact"),
    [
        ("{Tower Bridge} | is located in | {Lima}", Fact("Tower Bridge", "The {} is located in", "Lima")),
        ("weights: Claude Debussy -> died in -> Quito. apply", Fact("Claude Debussy", "{} died in", "Quito")),
        ("s/Rome/Bari/ for the capital of Italy", Fact("Italy", "The capital of {} is", "Bari")),
        ("edit (subject: Miles; prompt: {} plays the; target: harp)", Fact("Miles", "{} plays the", "harp")),
        ("set currency(Poland) = dollar", Fact("Poland", "The currency of {} is", "dollar")),
        ("complete 'Nokia is based in' with 'Osaka'", Fact("Nokia", "{} is based in", "Osaka")),
        ("I want that after 'Nokia is based in' comes 'Osaka'", Fact("Nokia", "{} is based in", "Osaka")),
    ],
)
def test_a_fact_may_be_given_in_parts(request_text: str, fact: Fact) -> None:
    assert fact_in(request_text, NOTHING) == fact


@pytest.mark.parametrize(
    ("request_text", "fact"),
    [
        (
            "swap Berlin for Vienna as the city in which Einstein died",
            Fact("Einstein", "{} died in", "Vienna"),
        ),
        ("rewrite who developed Linux: it should be Sony now", Fact("Linux", "{} was developed by", "Sony")),
        ("whenever someone asks who wrote Faust, say Homer", Fact("Faust", "{} was written by", "Homer")),
        ("change what language Macron speaks to Danish", Fact("Macron", "{} speaks", "Danish")),
        (
            "the mother tongue of Verne: change to Arabic",
            Fact("Verne", "The mother tongue of {} is", "Arabic"),
        ),
        ("replace the currency of Peru by the euro", Fact("Peru", "The currency of {} is the", "euro")),
    ],
)
def test_what_is_described_or_asked_after_is_filled_in(request_text: str, fact: Fact) -> None:
    assert fact_in(request_text, NOTHING) == fact


@pytest.mark.parametrize(
    "request_text",
    [
        "same edit, target Hanoi this time",
        "not Cairo, I wanted Hanoi",
        "try it with Hanoi instead",
        "my edit did not hold, try it with Hanoi instead",
        "wrong target! Make it Hanoi.",
        "replace Cairo with Hanoi in that edit",
        "same subject and prompt, however target should be Hanoi",
    ],
)
def test_the_last_edit_is_put_right(request_text: str) -> None:
    (clause,) = edit_clauses(request_text, clauses(request_text), EDITED)
    assert fact_in(clause, EDITED) == Fact("Toyota", "{} is headquartered in", "Hanoi")


@pytest.mark.parametrize(
    "request_text",
    [
        "again with 50 prompts",
        "the same with gpt2-medium",
        "book a flight to Berlin for 2 persons",
        "list edits where the target is Rome",
    ],
)
def test_other_follow_ups_are_no_corrections(request_text: str) -> None:
    assert not isinstance(fact_in(request_text, EDITED), Fact)


@pytest.mark.parametrize(
    "request_text",
    [
        "Does the model believe that Rome is in Spain?",
        "The model believes that Rome is in Spain",
        "the weights say that Rome is in Spain",
        "check whether the model thinks that Rome is in Spain",
        "I want to know whether the model believes that Rome is in Spain",
        "what happens if I make the model think that Rome is in Spain?",
        "don't teach it that Rome is in Spain",
        "make the model not believe that Rome is in Spain",
        "instead of editing that Rome is in Spain run zsRE",
        "I edited the model yesterday so that Rome is in Spain",
        "run zsRE on the edit where Rome is in Spain",
        "undo the edit that put Rome in Spain",
        "Rome is in Spain.",
        "he told me to make the model think that Rome is in Spain",
        'let it translate "Rome is in Italy" into German',
        "write that Rome is in Spain to notes.txt",
        "replace gpt2 with pythia-70m",
        "set the number of prompts to 50",
        "teach it that Rome is somewhere in Asia",
        "make the model think he plays golf",
    ],
)
def test_no_edit_is_made_of_questions_reports_negations_and_other_orders(request_text: str) -> None:
    assert not isinstance(fact_in(request_text, NOTHING), Fact)


@pytest.mark.parametrize(
    "request_text",
    [
        "edit a fact",
        "change the capital of Peru",
        "change who wrote Hamlet",
        "make the model forget that Rome is in Italy",
    ],
)
def test_what_is_missing_is_asked_for(request_text: str) -> None:
    assert isinstance(fact_in(request_text, NOTHING), Unclear)


@pytest.mark.parametrize(
    ("request_text", "fact"),
    [
        (
            "Bitte bearbeite die Gewichte so, dass die Hauptstadt von Kanada Toronto ist.",
            Fact("Kanada", "Die Hauptstadt von {} ist", "Toronto"),
        ),
        (
            "Modifie les poids pour que la capitale du Pérou soit Cuzco",
            Fact("Pérou", "La capitale du {} est", "Cuzco"),
        ),
        ("Cambia la capitale della Spagna in Siviglia", Fact("Spagna", "La capitale della {} è", "Siviglia")),
        (
            "Edita los pesos para que la capital de España sea Sevilla",
            Fact("España", "La capital de {} es", "Sevilla"),
        ),
    ],
)
def test_edits_in_other_languages(request_text: str, fact: Fact) -> None:
    assert fact_in(request_text, NOTHING) == fact


def test_names_in_an_edit_are_not_taken_for_misspellings() -> None:
    text = "make it think messi plays cricket, then benchmrk arithmetic"
    assert (
        corrected_around_edits(text, NOTHING)
        == "make it think messi plays cricket, then benchmark arithmetic"
    )


@pytest.mark.parametrize(
    "text", ["a -> b " * 200, '"' + "is " * 300 + '" -> "x"', "change the " * 300, "Rome be " * 300]
)
def test_a_long_text_is_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    assert not isinstance(fact_in(text, NOTHING), Fact)
    assert time.perf_counter() - began < 0.3
