"""A card of a kind that no exporter knows is told whole in every format, and no format fails on it."""

import csv
import io

import pytest

from sessions.export import csv as csv_format
from sessions.export import export_card
from sessions.export._report import report_of
from sessions.export.markdown import render
from tests.sessions.export.hostile import HOSTILE, surprise_card


@pytest.mark.parametrize("ending", [".json", ".csv", ".md", ".html", ".png"])
@pytest.mark.parametrize("text", ["plain", HOSTILE], ids=["plain", "hostile"])
def test_every_format_takes_it(ending, text, tmp_path):
    assert export_card(surprise_card(text), path=tmp_path / f"card{ending}").stat().st_size > 100


def test_objects_with_a_name_and_a_score_make_a_chart():
    chart = report_of(surprise_card()).chart
    assert [(point.name, point.value, point.interval, point.n) for point in chart.series[0].points] == [
        ("plain first", 25.0, (10.0, 50.0), 4),
        ("second", None, None, 0),
    ]


def test_markdown_has_every_value():
    text = render(surprise_card())
    for shown in ("plain first", "25.0", "10.0 to 50.0", "one, two", "0.125", "tiny/model"):
        assert shown in text


def test_csv_has_a_row_for_each_object():
    table = list(csv.DictReader(io.StringIO(csv_format.render(surprise_card()), newline="")))
    assert [(row["list"], row["name"], row["score"]) for row in table] == [
        ("results", "plain first", "25.0"),
        ("results", "second", ""),
    ]
    assert table[0]["model"] == "tiny/model"
