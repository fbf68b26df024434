"""Where the shapes of a chart stand, worked out by hand."""

import math
import re

import pytest

from sessions.export._report.blocks import Chart, Part, Point, Series
from sessions.export.html import views
from sessions.export.html.drawing import arc, per_cent, share, short
from tools.registry import load, load_all

POINTS = (
    Point("first", 50.0, (25.0, 75.0), 4, "binary", mark=25.0, mark_name="a blind guess"),
    Point("second", None),
    Point("third", 100.0, (90.0, 100.0), 8, parts=(Part("full", 3, "right"), Part("none", 1, "wrong"))),
)
CHART = Chart("Scores", (Series(POINTS),))


def drawn(view, chart=CHART):
    return load(views.__name__, view, views.CONTRACT).module.draw(chart)


def styled(drawing, style):
    return [shape.attributes for shape in drawing.shapes if style in str(shape.attributes["class"]).split()]


def test_every_view_keeps_the_contract_and_has_a_button():
    assert set(load_all(views.__name__, views.CONTRACT)) == set(views.ORDER)


def test_bars_whiskers_and_marks_stand_at_their_share_of_the_width():
    (drawing,) = drawn("bar")
    assert [bar["width"] for bar in styled(drawing, "fill")] == ["50.000%", "100.000%"]
    first = styled(drawing, "whisker")[0]
    assert (first["x1"], first["x2"]) == ("25.000%", "75.000%")
    assert [mark["x1"] for mark in styled(drawing, "mark")] == ["25.000%"]
    assert "unscored" in {shape.text for shape in drawing.shapes}


def test_the_line_breaks_where_a_point_is_unscored():
    (drawing,) = drawn("line")
    assert len(styled(drawing, "dot")) == 2
    assert styled(drawing, "stroke") == []
    first, third = styled(drawing, "dot")
    # Three points at a sixth, a half and five sixths of the width; the scale is 200 pixels high, 12 from the top.
    assert (first["cx"], first["cy"]) == ("16.667%", 112.0)
    assert (third["cx"], third["cy"]) == ("83.333%", 12.0)


def test_neighbouring_points_are_joined():
    (drawing,) = drawn("line", Chart("Scores", (Series((POINTS[0], POINTS[2])),)))
    (segment,) = styled(drawing, "stroke")
    assert (segment["x1"], segment["y1"], segment["x2"], segment["y2"]) == ("25.000%", 112.0, "75.000%", 12.0)


def angle(shape):
    """Where an arc ends, in turns."""
    x, y = map(float, re.search(r"1 ([\d.-]+) ([\d.-]+)L", shape["d"]).groups())
    return (math.atan2(x - 160, 160 - y) / (2 * math.pi)) % 1


def test_a_ring_is_three_quarters_of_a_turn_for_the_whole_scale():
    (drawing,) = drawn("radial")
    assert [angle(ring) for ring in styled(drawing, "fill")] == pytest.approx([0.375, 0.75], abs=1e-3)


def test_a_pie_shows_what_a_point_is_made_of():
    pies = drawn("pie")
    assert [pie.caption for pie in pies] == ["first", "second", "third"]
    assert [entry.text for entry in pies[2].legend] == ["full 3", "none 1"]
    assert [entry.style for entry in pies[2].legend] == ["state-right", "state-wrong"]
    assert len(styled(pies[2], "slice")) == 2
    assert styled(pies[1], "fill") == []
    assert pies[0].legend[0].text == "50.0 of 100.0"


def test_parts_of_a_whole_share_one_pie():
    chart = Chart("Counts", (Series((Point("a", 3.0), Point("b", 1.0))),), high=4.0, decimals=0, whole=True)
    (pie,) = drawn("pie", chart)
    assert [entry.text for entry in pie.legend] == ["a 3", "b 1"]
    assert "4" in {shape.text for shape in pie.shapes}


@pytest.mark.parametrize("view", views.ORDER)
@pytest.mark.parametrize(
    "chart",
    [
        Chart("empty", ()),
        Chart("no points", (Series(()),)),
        Chart("nothing", (Series((Point("a", 0.0), Point("b", None))),), high=0.0),
        Chart("many", (Series(tuple(Point(f"capability number {n}", float(n)) for n in range(60))),)),
        Chart("two", (Series((Point("100", 5.0),), "before"), Series((Point("100", 6.0),), "after"))),
        Chart("beyond", (Series((Point("a", 150.0, (-20.0, 180.0), mark=-1.0, mark_name="low"),)),)),
    ],
    ids=lambda chart: chart.title,
)
def test_no_chart_is_too_odd_to_draw(view, chart):
    for drawing in drawn(view, chart):
        assert drawing.height > 0
        for shape in drawing.shapes:
            assert "nan" not in str(shape.attributes)


def test_labels_that_do_not_fit_under_a_phone_s_axis_are_numbers_in_a_legend():
    names = ("factual_recall", "spatial_reasoning", "logical_reasoning", "code_generation")
    (drawing,) = drawn("line", Chart("Scores", (Series(tuple(Point(name, 1.0) for name in names)),)))
    assert {"1", "4"} <= {shape.text for shape in drawing.shapes}
    assert drawing.legend[0].text == "1. factual_recall"


def test_training_steps_stay_under_the_axis_and_are_thinned_out():
    points = tuple(Point(str(step), 1.0) for step in range(100, 2100, 100))
    (drawing,) = drawn("line", Chart("Scores", (Series(points),)))
    labels = [shape.text for shape in drawing.shapes if shape.text and int(shape.attributes["y"]) > 220]
    assert labels[0] == "100"
    assert 4 <= len(labels) <= 10
    assert drawing.legend == ()


def test_a_word_that_all_names_begin_with_is_left_out_under_the_axis_and_kept_elsewhere():
    steps = tuple(Point(f"step {step}", 50.0) for step in (0, 50, 100))
    chart = Chart("", (Series(steps, "refusal", "no real change"),))
    drawing = drawn("line", chart)[0]
    assert {"0", "50", "100"} <= {shape.text for shape in drawing.shapes}
    assert [entry.text for entry in drawing.legend] == ["refusal: no real change"]
    assert "step 50" in str(drawn("bar", chart))
    assert Chart("", (Series((Point("step 0", 1.0),)),)).axis_names == ["step 0"]
    assert Chart("", (Series((Point("step 0", 1.0), Point("end", 1.0))),)).axis_names == ["step 0", "end"]


def test_lengths():
    assert per_cent(share(CHART, 33.3)) == "33.300%"
    assert share(CHART, 120) == 1.0
    assert short("a\u202eb " * 20).startswith("a\\u202eb")
    assert len(short("x" * 99)) == 28
    assert "NaN" not in arc(10, 5, 2, 0, 1, "x").attributes["d"]
