"""What columns hold, and which one a question means."""

import json
from pathlib import Path

import pytest

from tools.data.columns import category, describe, find_column, is_missing, mentioned, named_in, obvious
from tools.data.data_set import DataError, DataSet
from tools.data.load import load_data


@pytest.fixture
def data(tmp_path: Path) -> DataSet:
    rows = [
        {
            "id": number,
            "review": f"this is what somebody wrote about item number {number}",
            "label": ["good", "bad", "mixed"][number % 3],
            "stars": number % 5,
            "price": number / 7,
            "messages": [{"role": "user", "content": "hi"}],
            "nothing": None,
        }
        for number in range(30)
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return load_data(str(path))


def test_columns_are_told_apart_by_their_values(data: DataSet) -> None:
    assert {name: column.kind for name, column in describe(data).items()} == {
        "id": "number",
        "review": "text",
        "label": "label",
        "stars": "label",
        "price": "number",
        "messages": "nested",
        "nothing": "empty",
    }


def test_the_obvious_column_has_a_telling_name(data: DataSet) -> None:
    assert obvious(describe(data).values(), "text") == ["review"]
    assert obvious(describe(data).values(), "label") == ["label", "stars"]


@pytest.mark.parametrize("name", ["label", "Label", "the label column", "'label'", "labels"])
def test_a_column_is_found_in_other_words(data: DataSet, name: str) -> None:
    assert find_column(data, name) == "label"


def test_a_column_that_does_not_exist_is_told_with_the_nearest(data: DataSet) -> None:
    with pytest.raises(DataError) as caught:
        find_column(data, "reviw")

    assert caught.value.message == "rows.jsonl has no column 'reviw'."
    assert caught.value.next_step == "The nearest: review."


def test_a_request_mentions_columns_in_the_plural_too(data: DataSet) -> None:
    assert mentioned(data, "how diverse are the reviews?") == ["review"]
    assert mentioned(data, "are the labels balanced?") == ["label"]
    assert mentioned(data, "is it balanced?") == []


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("is the column sentimant balanced?", "sentimant"),
        ("is the sentimant column balanced?", "sentimant"),
        ("label balance of sentimant", "sentimant"),
        ("label balance of the data set", None),
        ("are the labels balanced?", None),
        ("is the label column balanced?", None),
    ],
)
def test_a_name_that_is_no_column_is_seen(request_text: str, name: str | None) -> None:
    assert named_in(request_text) == name


def test_missing_values_and_equal_categories() -> None:
    assert all(is_missing(value) for value in (None, float("nan"), "", "  "))
    assert not any(is_missing(value) for value in (0, False, "NA", "None"))
    assert [category(value) for value in (True, 1.0, 1, " 1 ", "NA")] == ["true", "1", "1", "1", "NA"]
