"""Open requests that say nothing about a topic, and the topics that their answers are counted for."""

import re
from collections import Counter

import pytest

from prompts.capabilities import data_diversity
from prompts.suite import write_suite


def test_prompts_name_no_topic():
    words = {
        word
        for phrases in data_diversity.ANCHORS.values()
        for p in phrases
        for word in re.findall(r"\w{4,}", p)
    }
    words -= {"people", "their"}
    for case in write_suite("data_diversity", 900).cases:
        assert not words & set(case.prompt.lower().split()), case.prompt


@pytest.mark.parametrize("difficulty", data_diversity.DIFFICULTIES)
def test_there_are_hundreds_of_different_prompts(difficulty):
    cases = write_suite("data_diversity", 400, difficulty=difficulty).cases
    assert set(Counter(case.subtype for case in cases).values()) == {100}
    assert all(case.prompt == case.prompt.strip() for case in cases)


def test_every_topic_has_as_many_anchors():
    assert {len(phrases) for phrases in data_diversity.ANCHORS.values()} == {4}
    (case,) = write_suite("data_diversity", 1).cases
    assert list(case.choices) == list(case.check_arguments["anchors"])


def test_the_same_seed_gives_the_same_suite_and_another_seed_another():
    assert write_suite("data_diversity", 60, seed=4).hash == write_suite("data_diversity", 60, seed=4).hash
    assert write_suite("data_diversity", 60, seed=4).hash != write_suite("data_diversity", 60, seed=5).hash


@pytest.mark.embedded
def test_texts_on_a_topic_are_assigned_to_it():
    from tests.scripted_subject import ScriptedSubject
    from tools.progress import silent
    from tools.scoring.divergence import Settings, score

    texts = {
        "nature": "A fox slept under the old oak while rain fell on the ferns.",
        "science_and_technology": "The speed of light in a vacuum is constant for every observer.",
        "people_and_feelings": "She forgave her brother, and for the first time in years they both cried.",
        "history_and_society": "The Roman senate declared war on Carthage for the third time.",
        "arts_and_sports": "The pianist practised the sonata until the concert hall fell silent.",
        "everyday_life_and_work": "He bought bread and milk, paid the rent, and took the bus to the office.",
    }
    cases = write_suite("data_diversity", len(texts)).cases
    answers = {case.prompt: text for case, text in zip(cases, texts.values(), strict=True)}
    credits = score(ScriptedSubject(answers), cases, Settings(), silent)
    assert [credit.category for credit in credits] == list(texts)
