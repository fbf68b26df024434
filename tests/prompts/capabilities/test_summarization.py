"""Documents to summarise: every fact of a reference stands in its document, details stand in none."""

import json
import re
from importlib.resources import files

import pytest

from prompts.capabilities.summarization import DETAILS, DIFFICULTIES, SUBTYPES, generate
from prompts.suite import write_suite

CASES = generate(360, 0, (), None)


def document(case):
    return case.prompt.split("\n\n")[1]


def kinds():
    folder = files("prompts.documents")
    return {
        subtype: json.loads(folder.joinpath(f"{subtype}.json").read_text("utf-8")) for subtype in SUBTYPES
    }


def test_there_are_thousands_of_different_documents():
    assert len(write_suite("summarization", 5_000).cases) == 5_000


def test_there_is_one_file_for_each_subtype():
    found = {path.name for path in files("prompts.documents").iterdir() if path.name.endswith(".json")}
    assert found == {f"{subtype}.json" for subtype in SUBTYPES}


@pytest.mark.parametrize("subtype", SUBTYPES)
@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_subtype_and_difficulty_can_be_asked_for(subtype, difficulty):
    cases = generate(20, 1, (subtype,), difficulty)
    assert {(case.subtype, case.difficulty) for case in cases} == {(subtype, difficulty)}
    assert len({case.prompt for case in cases}) == 20


def test_harder_documents_hold_more_sentences_that_a_summary_leaves_out():
    for case in CASES:
        details = [s["detail"] for s in kinds()[case.subtype]["sentences"] if "detail" in s]
        held = sum(re.sub(r"\{\w+\}", "", detail)[-20:] in document(case) for detail in details)
        assert held == DETAILS[case.difficulty]


def test_references_use_no_fact_that_only_a_detail_has():
    def names(texts):
        return set(re.findall(r"\{(\w+)\}", " ".join(texts)))

    for kind in kinds().values():
        rows = {name: row for group in kind["facts"] for row in group[:1] for name in row}
        main = names(sentence["main"] for sentence in kind["sentences"] if "main" in sentence)
        groups_in_main = [row for name, row in rows.items() if name in main]
        for name in names(kind["references"]):
            assert any(name in row for row in groups_in_main), name


def test_every_number_and_name_of_a_reference_stands_in_the_document():
    for case in CASES:
        text = document(case).lower()
        for reference in case.references:
            for word in re.findall(r"\b(?:[A-Z][\w-]+|\d[\d,.:]*\d|\d)", reference):
                if word not in {"In", "It", "The", "Owners", "About", "Over", "Meanwhile", "Up"}:
                    assert word.lower() in text or word.split("-")[0] in text, (word, text)


def test_rows_of_a_group_hold_the_same_facts_and_no_slot_is_left_open():
    for kind in kinds().values():
        for group in kind["facts"]:
            assert len({frozenset(row) for row in group}) == 1
    for case in CASES:
        assert "{" not in case.prompt + "".join(case.references)


def test_the_lead_sentence_is_the_baseline_and_references_are_shorter_than_the_document():
    for case in CASES:
        assert document(case).startswith(case.check_arguments["baseline"])
        assert len(case.references) == 2
        assert all(len(reference) < len(document(case)) for reference in case.references)
        assert case.prompt == case.prompt.strip()
        assert case.chance is None


def test_the_same_seed_gives_the_same_documents():
    assert generate(12, 3, (), None) == generate(24, 3, (), None)[:12]
    assert generate(12, 3, (), None) != generate(12, 4, (), None)
