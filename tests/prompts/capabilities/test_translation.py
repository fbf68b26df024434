"""Sentences to translate: references checked by hand, patterns filled in the grammar of each language."""

import json
import re
from importlib.resources import files

import pytest

from prompts.capabilities.translation import CODES, DIFFICULTIES, SUBTYPES, generate
from prompts.suite import write_suite

CASES = generate(2_700, 0, (), None)


def source(case):
    return case.prompt.split("English: ")[1].split("\n")[0]


def references_of(english, language):
    return {
        text for c in CASES if source(c) == english and CODES[c.subtype] == language for text in c.references
    }


@pytest.mark.parametrize("subtype", SUBTYPES)
def test_each_language_gives_more_than_three_hundred_prompts(subtype):
    assert len(write_suite("translation", 1_500, subtypes=(subtype,)).cases) == 1_500


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_subtype_and_difficulty_can_be_asked_for(subtype, difficulty):
    cases = generate(20, 1, (subtype,), difficulty)
    assert {(case.subtype, case.difficulty) for case in cases} == {(subtype, difficulty)}


def test_there_are_more_than_eighty_plain_phrases_each_once():
    sources = [
        row["en"]
        for difficulty in DIFFICULTIES
        for row in json.loads(files("prompts.phrases").joinpath(f"{difficulty}.json").read_text("utf-8"))
    ]
    assert len(sources) == len(set(sources)) >= 80
    assert set(sources) <= {source(case) for case in CASES}


@pytest.mark.parametrize(
    ("english", "language", "translation"),
    [
        ("I am hungry.", "fr", "J'ai faim."),
        ("I am hungry.", "de", "Ich habe Hunger."),
        ("I am hungry.", "es", "Tengo hambre."),
        ("Could you help me, please?", "fr", "Peux-tu m'aider, s'il te plaît ?"),
        ("Could you help me, please?", "de", "Könnten Sie mir bitte helfen?"),
        ("The train is late.", "es", "El tren llega tarde."),
    ],
)
def test_translations_checked_by_hand(english, language, translation):
    assert translation in references_of(english, language)


def test_patterns_follow_the_grammar_of_each_language():
    texts = {c.references for c in CASES}
    every = {text for references in texts for text in references}
    assert "Ma sœur habite au Japon." in every
    assert "Ma sœur habite en Italie." in every
    assert any(re.fullmatch(r"Das Konzert ist am Dienstag, dem \d+\. \w+\.", text) for text in every)
    assert any(re.fullmatch(r"El concierto es el martes \d+ de \w+\.", text) for text in every)
    assert any(re.fullmatch(r"La chambre coûte \d+ couronnes suédoises par nuit\.", text) for text in every)


def test_figures_of_the_source_stand_in_every_reference():
    for case in CASES:
        figures = re.findall(r"\d+", source(case))
        for reference in case.references:
            assert sorted(re.findall(r"\d+", reference)) == sorted(figures) or not figures


def test_no_slot_is_left_open_and_no_reference_comes_twice():
    for case in CASES:
        assert "{" not in case.prompt + "".join(case.references)
        assert len(case.references) == len(set(case.references)) >= 1
        assert case.prompt == case.prompt.strip()


def test_the_source_is_the_baseline_and_never_a_reference():
    for case in CASES:
        assert case.check_arguments["baseline"] == source(case)
        assert case.check_arguments["language"] == CODES[case.subtype]
        assert source(case) not in case.references


def test_a_short_suite_has_plain_phrases_and_patterns():
    sources = {source(case) for case in generate(36, 0, ("to_german",), "easy")}
    patterned = {text for text in sources if re.search(r"\d|Do you speak|My sister lives", text)}
    assert 6 <= len(patterned) <= 18


def test_the_same_seed_gives_the_same_sentences():
    assert generate(12, 3, (), None) == generate(24, 3, (), None)[:12]
