"""Counting categories of a column."""

from pathlib import Path

import pytest

from tools.data.data_set import DataError
from tools.data.label_counts import SHOWN_ROWS, count_labels
from tools.data.load import load_data


def rows(folder: Path, name: str, lines: list[str]) -> str:
    (folder / name).write_text("\n".join(lines) + "\n")
    return str(folder / name)


def test_categories_missing_values_and_rows_are_counted(tmp_path: Path) -> None:
    data = load_data(rows(tmp_path, "r.csv", ["text,label", "one,a", "two,b", "three,", "four,a"]))

    counted = count_labels(data, "label", beside="text")

    assert counted.counts == {"a": 2, "b": 1}
    assert (counted.n, counted.n_missing) == (3, 1)
    assert counted.rows == ((1, "a", "one"), (2, "b", "two"), (4, "a", "four"))


def test_shown_rows_are_a_bounded_sample_that_a_seed_repeats(tmp_path: Path) -> None:
    data = load_data(rows(tmp_path, "r.csv", ["label", *(f"l{number % 3}" for number in range(5_000))]))

    first, again, other = (count_labels(data, "label", seed=seed).rows for seed in (1, 1, 2))

    assert len(first) == SHOWN_ROWS
    assert first == again != other
    assert max(number for number, _, _ in first) > 4_000


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["x", *map(str, range(50))], "The column 'x' has a different value in each of its 50 rows"),
        (["x", *map(str, range(1_500)), "1"], "The column 'x' has more than 1,000 different values"),
    ],
)
def test_a_column_without_labels_is_refused(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(DataError) as caught:
        count_labels(load_data(rows(tmp_path, "r.csv", lines)), "x")

    assert caught.value.message.startswith(told)


def test_nested_values_are_refused(tmp_path: Path) -> None:
    data = load_data(rows(tmp_path, "r.jsonl", ['{"x": "a"}', '{"x": ["b"]}']))

    with pytest.raises(DataError, match=r"holds nested values \(row 2\)"):
        count_labels(data, "x")
