"""Opening data sets: every format gives the same rows, and what is wrong is told in one sentence."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.data.data_set import DataError
from tools.data.load import load_data
from tools.errors import Stopped
from tools.progress import Progress

ROWS = [{"text": "good, really", "label": "pos"}, {"text": 'a "bad" one', "label": "neg"}]


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def read(source: str) -> list[dict[str, object]]:
    data = load_data(source)
    assert len(list(data.rows(data.columns))) == data.n_rows
    return [dict(zip(data.columns, row, strict=True)) for row in data.rows(data.columns)]


CSV = 'text,label\n"good, really",pos\n"a ""bad"" one",neg\n'
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", CSV),
        ("rows.csv", "\ufeff" + CSV.replace("\n", "\r\n")),
        ("rows.csv", CSV.replace(",pos", ";pos").replace(",neg", ";neg").replace("text,", "text;")),
        ("rows.tsv", 'text\tlabel\ngood, really\tpos\na "bad" one\tneg\n'),
        ("rows.jsonl", LINES + "\n"),
        ("rows.jsonl.gz", gzip.compress(LINES.encode(), mtime=0)),
        ("rows.json", json.dumps(ROWS)),
        ("rows.json", json.dumps(ROWS, indent=1)),
        ("rows.json", json.dumps({"data": ROWS}, indent=1)),
        ("rows.json", json.dumps({"data": ROWS})),
    ],
)
def test_text_formats_give_the_same_rows(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert read(write(tmp_path, name, content)) == ROWS


def test_parquet_and_a_saved_folder_give_the_same_rows_with_class_names(tmp_path: Path) -> None:
    import datasets

    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])}
    )
    table = datasets.Dataset.from_list(
        [{"text": row["text"], "label": int(row["label"] == "pos")} for row in ROWS], features=features
    )
    table.to_parquet(str(tmp_path / "rows.parquet"))
    table.save_to_disk(str(tmp_path / "saved"))
    datasets.DatasetDict({"test": table, "train": table}).save_to_disk(str(tmp_path / "splits"))

    assert read(str(tmp_path / "rows.parquet")) == ROWS
    assert read(str(tmp_path / "saved")) == ROWS
    assert read(str(tmp_path / "splits")) == ROWS
    assert load_data(str(tmp_path / "splits")).name == "splits (train)"


def test_a_folder_with_one_data_file_is_that_file(tmp_path: Path) -> None:
    write(tmp_path, "only.csv", CSV)

    assert read(str(tmp_path)) == ROWS


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("short.csv", "a,b\n1,2\n3\n", "Line 3 of short.csv is malformed: it has 1 value for 2 columns."),
        (
            "long.csv",
            'a,b\n1,"x\ny"\n3,4,5\n',
            "Line 4 of long.csv is malformed: it has 3 values for 2 columns.",
        ),
        ("quote.csv", 'a,b\n1,2\n3,"4\n5,6\n', "Line 3 of quote.csv is malformed (unexpected end of data)."),
        ("twice.csv", "a,a\n1,2\n", "Two columns of twice.csv are called 'a'."),
        ("header.csv", "a,b\n", "header.csv has no rows."),
        ("empty.csv", "", "empty.csv is empty."),
        ("blank.jsonl", "\n\n", "blank.jsonl has no rows."),
        ("bad.jsonl", '{"a": 1}\n{"a": \n', "Line 2 of bad.jsonl is no JSON"),
        ("list.jsonl", '{"a": 1}\n[1]\n', "Line 2 of list.jsonl is no JSON object."),
        (
            "deep.jsonl",
            '{"a": ' + "[" * 200_000 + "\n",
            "Line 1 of deep.jsonl is no JSON (nested too deeply).",
        ),
        ("one.json", '[{"a": 1}, 2]', "Item 2 of one.json is no JSON object."),
        ("binary.csv", b"\x7fELF\0\0\0\1", "binary.csv is a binary file."),
        ("latin.csv", "a,b\nschön,2\n".encode("latin-1"), "latin.csv is not UTF-8"),
        ("utf16.csv", "a,b\n1,2\n".encode("utf-16"), "utf16.csv is UTF-16, not UTF-8."),
        ("damaged.jsonl.gz", b"\x1f\x8b\x08\0broken", "damaged.jsonl.gz cannot be read"),
        ("no.parquet", b"PAR1 this is none PAR1", "no.parquet is no Parquet file that can be read"),
        ("picture.png", b"\x89PNG", "picture.png is no data file of a known kind."),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(DataError) as caught:
        load_data(write(tmp_path, name, content))

    assert caught.value.message.startswith(told)
    assert caught.value.next_step
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_unknown_hub_name_fail_at_once() -> None:
    with pytest.raises(DataError, match=r"There is no data file nowhere/rows.csv"):
        load_data("nowhere/rows.csv")
    started = time.monotonic()
    with pytest.raises(DataError, match="the hub cannot be reached"):
        load_data("nobody/such-a-data-set")
    assert time.monotonic() - started < 10  # the import of datasets included


def test_the_hub_is_as_reachable_as_before_afterwards() -> None:
    import datasets.config
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    with pytest.raises(DataError):
        load_data("nobody/such-a-data-set")

    assert before == (constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    source = write(tmp_path, "rows.csv", CSV)

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        load_data(source, stop)


MEASURE = """
import resource, sys
from tools.data.label_counts import count_labels
from tools.data.load import load_data
load_data(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = load_data(sys.argv[2])
counted = count_labels(data, "label", beside="text")
print(data.n_rows, sum(counted.counts.values()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_million_rows_take_no_more_memory_than_a_thousand(tmp_path: Path, kind: str) -> None:
    small, large = tmp_path / f"small.{kind}", tmp_path / f"large.{kind}"
    for path, n in ((small, 1_000), (large, 1_000_000)):
        if kind == "csv":
            with path.open("w") as file:
                file.write("text,label\n")
                file.writelines(f"this is the text of row {row},label{row % 3}\n" for row in range(n))
        else:
            import pyarrow as pa
            from pyarrow import parquet

            texts = [f"this is the text of row {row}" for row in range(n)]
            labels = [f"label{row % 3}" for row in range(n)]
            parquet.write_table(pa.table({"text": texts, "label": labels}), path, row_group_size=100_000)

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(large)], capture_output=True, text=True, check=True
    )

    n_rows, counted, kilobytes = map(int, done.stdout.split())
    assert (n_rows, counted) == (1_000_000, 1_000_000)
    # The file's text alone is over 40 MB, and as Python objects more than 150 MB.
    assert kilobytes < 40_000
