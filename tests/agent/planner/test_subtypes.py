"""Sub-types by what they are about, and capabilities that are named only so."""

import pytest

from agent.planner.capabilities import (
    counts_in,
    difficulty_in,
    subtypes_in,
    subtypes_of,
    told_by_subtype,
)


def names(text: str, capability: str) -> set[str]:
    return {found.name for found in subtypes_in(text, subtypes_of(capability))}


@pytest.mark.parametrize(
    ("text", "capability", "wanted"),
    [
        ("who's whose uncle", "logical_reasoning", {"family_relations"}),
        ("who painted what", "factual_recall", {"artworks"}),
        ("the questions it makes up", "data_diversity", {"questions"}),
        ("upper/lower case", "instruction_following", {"letter_case"}),
        ("dicts in python", "code_generation", {"dictionaries"}),
    ],
)
def test_a_subtype_is_found_by_what_it_is_about(text: str, capability: str, wanted: set[str]) -> None:
    assert names(text, capability) == wanted


def test_lookalikes_belong_to_the_area_they_are_named_with() -> None:
    assert names("requests that only sound violent", "refusal") == {"violence_lookalike"}
    assert names("vulnerable people + the lookalikes", "refusal") == {"vulnerable", "vulnerable_lookalike"}
    assert len(names("all the lookalikes", "refusal")) == 5


@pytest.mark.parametrize(
    ("text", "capability"),
    [("the country codes", "factual_recall"), ("truth tables", "logical_reasoning")],
)
def test_a_telling_phrase_names_the_capability(text: str, capability: str) -> None:
    assert [found.name for found in told_by_subtype(text)] == [capability]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("too easy, can we have it harder?", "hard"),
        ("too easy", "hard"),
        ("that was too hard for it", "easy"),
        ("not hard enough", "hard"),
        ("easy ones", "easy"),
        ("not hard", None),
    ],
)
def test_a_complaint_asks_for_the_other_difficulty(text: str, wanted: str | None) -> None:
    assert difficulty_in(text) == wanted


def test_a_number_of_other_things_gives_way_to_the_number_of_prompts() -> None:
    assert [n for n, _ in counts_in("in 3 languages, number of sentences: 75")] == [75]
    assert [n for n, _ in counts_in("20 of them")] == [20]
