"""Templates are filled so that the target goes on with the sentence."""

import pytest

from prompts.probes.wording import Wording, indefinite, lower
from tools.editing.request import EditRequest


def wording(
    target: str, subject: str = "The Eiffel Tower", prompt: str = "{} is in", kind: str = "place"
) -> Wording:
    return Wording(EditRequest(subject=subject, prompt=prompt, target=target), kind)


@pytest.mark.parametrize(
    ("target", "article"),
    [
        ("actor", "an"), ("pilot", "a"), ("hour", "an"), ("university teacher", "a"), ("European", "a"),
        ("unimportant man", "an"), ("a plumber", ""), ("the president", ""),
    ],
)  # fmt: skip
def test_the_indefinite_article_follows_the_sound(target: str, article: str):
    assert indefinite(target) == article


def test_a_country_with_an_article_gets_it_and_a_target_with_its_own_does_not():
    assert wording("Netherlands").fill("{} lies in") == "The Eiffel Tower lies in the"
    assert wording("the Netherlands").fill("{} lies in the") == "The Eiffel Tower lies in"
    assert wording("Berlin").fill("{} lies in") == "The Eiffel Tower lies in"
    assert wording("Netherlands").fill("Where is {}?") == "Where is the Eiffel Tower?"


def test_the_article_of_a_subject_is_small_within_a_sentence_and_large_at_its_beginning():
    here = wording("Berlin")
    assert here.fill("We saw {}. {} is in") == "We saw the Eiffel Tower. The Eiffel Tower is in"
    film = wording("HBO", subject="The Wire", prompt="{} premiered on", kind="work")
    assert film.fill("Everybody watched {} on") == "Everybody watched The Wire on"
    brand = wording("Sony", subject="iPhone", prompt="{} was made by", kind="product")
    assert brand.fill("{} was made by") == "iPhone was made by"


def test_the_article_before_the_subject_in_the_edits_prompt_goes_with_it():
    here = wording("Berlin", subject="Eiffel Tower", prompt="The {} is located in")
    assert here.fill("To see {} you go to") == "To see the Eiffel Tower you go to"


def test_braces_in_a_subject_are_not_filled():
    here = wording("Berlin", subject="Foo {name} {} {a}", prompt="{} is in")
    assert here.fill("{name} saw {} in", name="Tom") == "Tom saw Foo {name} {} {a} in"


def test_a_sentence_goes_on_in_small_letters_but_for_names_and_i():
    assert lower("The capital of {} is") == "the capital of {} is"
    assert lower("{name} lives in") == "{name} lives in"
    assert lower("I live in") == "I live in"
