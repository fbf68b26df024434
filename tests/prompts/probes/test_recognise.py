"""Which relation an edit's wording is read as."""

import pytest

from prompts.probes.recognise import find_relation, normalised
from tools.editing.request import EditRequest


@pytest.mark.parametrize(
    ("subject", "prompt", "target", "true", "name"),
    [
        ("The Eiffel Tower", "{} is located in", "Berlin", "Paris", "located in"),
        ("The Eiffel Tower", "{} is located in", "Germany", "France", "located in the country"),
        ("Mount Markham", "{} is located in", "Europe", "Antarctica", "part of the continent"),
        ("Eiffel Tower", "The {} is in the city of", "Berlin", None, "located in"),
        ("Eiffel Tower", "What city is {} in?", "Berlin", None, "located in"),
        ("Eiffel Tower", "Q: Where is the {}? A:", "Berlin", None, "located in"),
        ("Anna Berg", "The mother tongue of {} is", "English", "French", "mother tongue"),
        ("Carlos Berg", "{} professionally plays the sport", "tennis", "soccer", "sport"),
        ("Carlos Berg", "{}, the", "goaltender", "midfielder", "position played"),
        ("Carlos Berg", "{}, the", "piano", "trumpet", "instrument"),
        ("Carlos Berg", "{} plays", "opera", "jazz", "genre"),
        ("Carlos Berg", "{} plays", "chess", None, "sport"),
        ("Ferrari F40", "{}, developed by", "Microsoft", "Ferrari", "developed by"),
        ("Elsevier", "The headquarter of {} is in", "Seattle", "Philadelphia", "headquartered in"),
        ("El Correo", "The language of {} is", "English", "Spanish", "original language"),
        ("Brazil", "The language of {} is", "English", "Portuguese", "official language"),
        ("Nick Berg", "{} originates from", "Chicago", "London", "born in"),
        ("La Bouche", "{} originated in", "California", "Frankfurt", "founded in"),
        ("Sauna", "{} originated in", "Poland", "Finland", "country of origin"),
        ("Acme", "The CEO of {} is", "Alice", None, "led by"),
        ("Hamlet", "{} was written by", "Mark Twain", None, "author"),
        ("Hamlet", "{} was written in", "Spanish", "English", "original language"),
    ],
)
def test_wording_and_target_tell_the_relation(
    subject: str, prompt: str, target: str, true: str | None, name: str
):
    found = find_relation(EditRequest(subject=subject, prompt=prompt, target=target, true_target=true))
    assert found is not None and found.name == name


@pytest.mark.parametrize("prompt", ["{} likes to eat", "The colour of {} is", "{} is", "{} plays the", "{}"])
def test_a_wording_that_nothing_decides_is_no_relation(prompt: str):
    assert find_relation(EditRequest(subject="Otto", prompt=prompt, target="something odd")) is None


def test_prompts_are_compared_without_marks_and_articles_around_them():
    assert normalised("Q: Where is the {}? A:") == "where is §"
    assert normalised("{}  works as an") == "§ works as"
    assert normalised("The  capital of {} is:") == "the capital of § is"
