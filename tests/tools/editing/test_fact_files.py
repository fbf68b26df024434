"""Files of facts in every layout, and files that are none."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tools.editing import fact_files
from tools.editing.edit import EditError
from tools.editing.fact_files import read_facts
from tools.editing.facts import AskedPrompt

COUNTERFACT = {
    "case_id": 0,
    "requested_rewrite": {
        "prompt": "The mother tongue of {} is",
        "relation_id": "P103",
        "subject": "Danielle Darrieux",
        "target_new": {"str": "English", "id": "Q1860"},
        "target_true": {"str": "French", "id": "Q150"},
    },
    "paraphrase_prompts": ["Shayna does this. Danielle Darrieux, a native", "Danielle Darrieux spoke"],
    "neighborhood_prompts": ["The mother tongue of Léon Blum is", "Montesquieu, a native"],
    "generation_prompts": ["Danielle Darrieux's mother tongue is"],
}
EASY_EDIT = {
    "case_id": 0,
    "prompt": "The mother tongue of Danielle Darrieux is",
    "target_new": "English",
    "subject": "Danielle Darrieux",
    "ground_truth": "French",
    "rephrase_prompt": "Danielle Darrieux speaks the language",
    "locality_prompt": "Michel Rocard is a native speaker of",
    "locality_ground_truth": "French",
}
ZSRE = {
    "subject": "Watts Humphrey",
    "src": "What university did Watts Humphrey take part in?",
    "pred": "Trinity College",
    "rephrase": "What university did Watts Humphrey go to?",
    "alt": "University of Michigan",
    "answers": ["Illinois Institute of Technology", "IIT"],
    "loc": "nq question: who played desmond doss father in hacksaw ridge",
    "loc_ans": "Hugo Weaving",
    "cond": "Trinity College >> University of Michigan || What university did Watts Humphrey take part in?",
}
KNOW_EDIT = {
    "subject": "Leo Arons",
    "prompt": "The place of death of Leo Arons is",
    "target_new": "Berlin",
    "ground_truth": ["Munich"],
    "rephrase": "Where did Leo Arons die? In",
    "portability": {
        "Reasoning": [
            {"prompt": "Leo Arons died in the country of", "ground_truth": [["Germany", "DE"], ["BRD"]]}
        ],
        "Subject_Aliasing": [{"prompt": "Martin Leo Arons died in", "ground_truth": "Berlin"}],
    },
    "locality": {
        "Relation_Specificity": [
            {"prompt": "The gender of Leo Arons is", "ground_truth": [["male"]]},
            {"prompt": "The nothing of Leo Arons is", "ground_truth": [[""]]},
        ],
        "Forgetfulness": None,
    },
}


def write(folder: Path, content: Any, name: str = "facts.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_counterfact_as_published(tmp_path: Path) -> None:
    facts = read_facts(write(tmp_path, [COUNTERFACT]))
    assert (facts.layout, facts.form, facts.n_records) == ("CounterFact", "success", 1)
    (fact,) = facts.facts
    assert fact.request.text == "The mother tongue of Danielle Darrieux is"
    assert (fact.request.target, fact.request.true_target) == ("English", "French")
    assert fact.paraphrases == tuple(COUNTERFACT["paraphrase_prompts"])
    assert fact.neighbourhood == (
        AskedPrompt(prompt="The mother tongue of Léon Blum is", target="French"),
        AskedPrompt(prompt="Montesquieu, a native", target="French"),
    )


def test_counterfact_as_easyedit_has_it_in_json_lines(tmp_path: Path) -> None:
    lines = "\n".join(
        [json.dumps(EASY_EDIT), "", json.dumps(EASY_EDIT | {"rephrase_prompt": ["one", "two"]})]
    )
    facts = read_facts(write(tmp_path, lines + "\n", "facts.jsonl"))
    assert (facts.layout, facts.form) == ("CounterFact (EasyEdit)", "success")
    first, second = facts.facts
    assert first.request.prompt == "The mother tongue of {} is"
    assert first.neighbourhood == (
        AskedPrompt(prompt="Michel Rocard is a native speaker of", target="French"),
    )
    assert second.paraphrases == ("one", "two")
    assert second.number == 2


def test_zsre_takes_the_right_answer_as_the_new_target(tmp_path: Path) -> None:
    facts = read_facts(write(tmp_path, [ZSRE]))
    assert (facts.layout, facts.form) == ("zsRE", "accuracy")
    (fact,) = facts.facts
    assert (fact.request.prompt, fact.request.target) == (
        "What university did {} take part in?",
        "Illinois Institute of Technology",
    )
    assert fact.request.true_target is None
    (neighbour,) = fact.neighbourhood
    assert neighbour.prompt == "nq question: who played desmond doss father in hacksaw ridge?"
    assert neighbour.target == "Hugo Weaving"


def test_zsre_as_easyedit_has_it_is_reported_in_accuracies(tmp_path: Path) -> None:
    record = EASY_EDIT | {"locality_prompt": "nq question: who is it", "locality_ground_truth": "Ann"}
    assert read_facts(write(tmp_path, [record])).form == "accuracy"


def test_know_edit_with_its_groups(tmp_path: Path) -> None:
    facts = read_facts(write(tmp_path, [KNOW_EDIT]))
    assert (facts.layout, facts.form) == ("KnowEdit", "accuracy")
    (fact,) = facts.facts
    assert (fact.request.target, fact.request.true_target) == ("Berlin", "Munich")
    assert [(one.group, one.target) for one in fact.portability] == [
        ("Reasoning", "Germany"),
        ("Subject_Aliasing", "Berlin"),
    ]
    assert [(one.group, one.target) for one in fact.neighbourhood] == [("Relation_Specificity", "male")]


def test_a_single_record_is_a_file_of_one(tmp_path: Path) -> None:
    assert len(read_facts(write(tmp_path, json.dumps(EASY_EDIT, indent=1))).facts) == 1


def test_records_of_which_no_edit_can_be_made_are_counted_with_the_reason(tmp_path: Path) -> None:
    records = [
        EASY_EDIT,
        EASY_EDIT | {"subject": "Somebody Else"},
        EASY_EDIT | {"target_new": " "},
        EASY_EDIT | {"target_new": "French"},
        EASY_EDIT | {"prompt": "The {} of Danielle Darrieux is"},
    ]
    facts = read_facts(write(tmp_path, records))
    assert [fact.number for fact in facts.facts] == [1]
    told = {each.number: each.reason for each in facts.rejected}
    assert sorted(told) == [2, 3, 4, 5]
    assert "'Somebody Else' is not in the prompt" in told[2]
    assert "empty" in told[3]
    assert "is the true one" in told[4]
    assert "exactly once" in told[5]


def test_the_first_records_are_counted_with_the_rejected_ones(tmp_path: Path) -> None:
    records = [EASY_EDIT | {"subject": "X Y"}, EASY_EDIT, "malformed"]
    facts = read_facts(write(tmp_path, records), 2)
    assert ([fact.number for fact in facts.facts], len(facts.rejected)) == ([2], 1)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (EASY_EDIT | {"subject": 3}, "Record 2 .* `subject` is no text"),
        ({name: value for name, value in EASY_EDIT.items() if name != "subject"}, "`subject` is no text"),
        (EASY_EDIT | {"rephrase_prompt": {"a": 1}}, "`rephrase_prompt` is neither"),
        (EASY_EDIT | {"prompt": "Danielle Darrieux " * 1000}, "characters"),
        (EASY_EDIT | {"rephrase_prompt": ["x"] * 201}, "201 entries"),
        (EASY_EDIT | {"rephrase_prompt": [[[["x"]]]]}, "neither a text nor a list"),
        ("just text", "no JSON object"),
        (None, "no JSON object"),
        (ZSRE, "laid out as zsRE"),
        ({}, "no known layout"),
    ],
)
def test_a_malformed_record_is_named_by_its_number(tmp_path: Path, record: Any, told: str) -> None:
    with pytest.raises(EditError, match=told) as caught:
        read_facts(write(tmp_path, [EASY_EDIT, record]))
    assert caught.value.message.startswith("Record 2 of ")
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("[]", "has no records"),
        ("not json at all", "is no JSON"),
        ('{"prompt": "a"}\n{broken', "Line 2 of .* is no JSON"),
        ("[" * 100_000, "nested too deeply|is no JSON"),
        ("1" * 10_000, "is no JSON|no fact of a layout"),
        ("[1, 2]", "no fact of a layout"),
        ('[{"question": "?"}]', "no fact of a layout"),
        ("null", "no fact of a layout"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(EditError, match=told) as caught:
        read_facts(write(tmp_path, content))
    assert "\n" not in caught.value.message


def test_bytes_folders_pipes_and_missing_files_are_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    os.mkfifo(tmp_path / "pipe.json")
    for path, told in (
        (binary, "no UTF-8"),
        (tmp_path, "is no file"),
        (tmp_path / "pipe.json", "is no file"),
        (tmp_path / "missing.json", "does not exist"),
        (Path("a\0b.json"), "cannot be read|does not exist"),
    ):
        with pytest.raises(EditError, match=told):
            read_facts(path)


def test_a_file_or_a_number_of_records_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, [EASY_EDIT] * 3)
    monkeypatch.setattr(fact_files, "MOST_RECORDS", 2)
    with pytest.raises(EditError, match="more than 2 records"):
        read_facts(file)
    monkeypatch.setattr(fact_files, "LARGEST_FILE", 100)
    with pytest.raises(EditError, match="larger than"):
        read_facts(file)


def test_the_same_bytes_have_the_same_hash(tmp_path: Path) -> None:
    one, two = (write(tmp_path, [EASY_EDIT], name) for name in ("a.json", "b.json"))
    other = write(tmp_path, [EASY_EDIT, EASY_EDIT], "c.json")
    assert read_facts(one).hash == read_facts(two).hash != read_facts(other).hash
