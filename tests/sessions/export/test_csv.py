import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.export.csv import COLUMNS, render
from tests.sessions import samples


def rows(card):
    return list(csv.DictReader(io.StringIO(render(card), newline="")))


def test_there_is_a_row_for_each_case_with_the_context():
    card = samples.card()
    table = rows(card)
    assert [row["case"] for row in table] == ["q-0", "q-1", "q-2", "q-3"]
    first = table[0]
    assert (first["card"], first["model"], first["step"]) == (card.id, "tiny/model", "800")
    assert (first["context"], first["method"], first["capability"]) == (
        "model_inspection",
        card.dimensions[0].method,
        "knowledge_mcq",
    )
    assert (first["prompt"], first["target"], first["output"], first["credit"]) == (
        "The capital of France is",
        "Paris",
        "Paris",
        "1.0",
    )
    assert first["choices"] == "Rome | Paris"
    assert first["suite_hash"] == samples.SUITE.hash


def test_an_unscored_case_has_no_credit_and_its_reason():
    last = rows(samples.card())[3]
    assert (last["credit"], last["unscored_reason"]) == ("", "the logits are not numbers")


@pytest.mark.parametrize(
    "output",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "＝1",
        '=HYPERLINK("http://x","y")',
        "-",
    ],
)
def test_a_formula_gets_a_leading_apostrophe(output):
    cell = rows(samples.with_output(output))[0]["output"]
    assert cell.startswith("'")


@pytest.mark.parametrize("output", ["-5", "+3.25", "-1e-5", "-.5", "12", "Paris", "a=b", "", "'quoted'"])
def test_plain_numbers_and_words_stay_as_they_are(output):
    assert rows(samples.with_output(output))[0]["output"] == output


def test_control_characters_are_shown():
    assert rows(samples.with_output("a\x1b[31m\x00b\u202e"))[0]["output"] == "a\\x1b[31m\\x00b\\u202e"


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters() | st.sampled_from('",\r\n=+-@\t\x1b')))
def test_any_output_makes_one_row_of_the_same_columns_and_no_formula(output):
    table = list(csv.reader(io.StringIO(render(samples.with_output(output)), newline="")))
    assert [len(row) for row in table] == [len(COLUMNS)] * 2
    cell = table[1][COLUMNS.index("output")]
    assert cell[:1] not in {"=", "@", "\t", "\r", "\n"}
    if cell[:1] in {"+", "-"}:
        float(cell)
