"""Edit cards in every format: the numbers of the card, and the edit itself."""

import csv
import io
from pathlib import Path

import pytest

from sessions.export import render_card
from sessions.export._report import report_of
from sessions.export._report.blocks import Section, Table
from tests.sessions.cards.edit_samples import benchmarks_card, edit_card, probe, rejected_card, result
from tools.errors import StoreError

HOSTILE = "<script>alert(1)</script> | `x` \x1b[2J =1+1"


def rows(card):
    return list(csv.DictReader(io.StringIO(render_card(card, "csv").decode())))


def test_a_csv_has_a_row_for_each_check():
    first, second = rows(edit_card())
    assert (first["check"], first["value"], first["passed"]) == ("holds over paraphrases", "0.81", "True")
    assert (second["value"], second["passed"]) == ("", "")
    assert (first["target"], first["p_after"], first["committed"]) == ("Berlin", "0.94", "True")


def test_a_csv_has_a_row_for_each_probe_and_one_for_a_benchmark_without():
    found = rows(benchmarks_card())
    assert [row["benchmark"] for row in found] == [
        *("EditBench", "EditBench", "RippleBench", "PortabilitySubMetrics"),
        *("SequentialCollapseThreshold", "zsRE"),
    ]
    assert (found[0]["prompt"], found[0]["p_after"], found[0]["score"]) == ("The tower is in", "0.9", "0.8")
    assert found[0]["edited_prompt"] == "The Eiffel Tower is located in"
    assert found[-1]["score"] == ""


def test_a_report_has_the_scores_beside_those_before_and_their_thresholds():
    report = report_of(benchmarks_card())
    assert report.figure == "2 of 3 passed"
    after, before = report.chart.series
    assert [point.value for point in after.points] == [80.0, 30.0, 60.0, 100.0, None]
    assert [point.value for point in before.points] == [1.0, 1.0, 1.0, None, None]
    assert [point.mark for point in after.points] == [50.0, 50.0, 50.0, None, 50.0]
    sections = {block.title: block for block in report.blocks if isinstance(block, Section)}
    (probes,) = (block for block in sections["EditBench"].blocks if isinstance(block, Table))
    assert [row[1] for row in probes.rows] == ["The tower is in", "You find the tower in"]


def test_the_report_of_a_rejected_edit_begins_with_what_failed():
    report = report_of(rejected_card())
    assert report.figure == "rolled back"
    assert report.blocks[0].warning
    assert "failed by 0.300" in report.blocks[0].items[0]


@pytest.mark.parametrize("name", ["markdown", "html", "csv"])
@pytest.mark.parametrize(
    "card",
    [
        edit_card(continuation_after=HOSTILE, target=HOSTILE, subject=HOSTILE),
        benchmarks_card(result("EditBench", 0.5, probes=(probe(HOSTILE, 0.5, continuation_after=HOSTILE),))),
    ],
    ids=["edit", "edit_benchmarks"],
)
def test_hostile_text_is_escaped(name, card):
    content = render_card(card, name).decode()
    assert "\x1b" not in content
    if name != "csv":
        assert "<script>alert" not in content


def test_the_edit_itself_is_exported_from_its_card_and_from_that_of_its_benchmarks(tmp_path: Path):
    file = tmp_path / "edit.safetensors"
    file.write_bytes(b"weights")
    assert render_card(edit_card(file=str(file)), "safetensors") == b"weights"
    card = benchmarks_card()
    reference = card.edit.model_copy(update={"file": str(file)})
    assert render_card(card.model_copy(update={"edit": reference}), "safetensors") == b"weights"


@pytest.mark.parametrize(
    ("card", "message"), [(rejected_card(), "rolled back"), (edit_card(file="/nowhere/x"), "cannot be read")]
)
def test_where_there_is_no_edit_to_export_it_says_so(card, message):
    with pytest.raises(StoreError, match=message) as caught:
        render_card(card, "safetensors")
    assert caught.value.next_step
