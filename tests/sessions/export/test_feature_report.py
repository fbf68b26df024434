"""The reports of feature and sweep cards."""

from sessions.card import FeatureMeasure
from sessions.export._report import report_of
from sessions.export._report.blocks import Marked, Section, Table
from tests.sessions.export.card_samples import feature_card, sweep_card
from tools.features.diagnosis import Thresholds


def test_the_three_scores_stand_beside_their_thresholds():
    chart = report_of(feature_card()).chart
    (series,) = chart.series
    assert [(point.name, point.value, point.interval) for point in series.points] == [
        ("InterpScore", 75.0, (50.0, 100.0)),
        ("Purity", 50.0, None),
        ("MUI", None, None),
    ]
    assert {point.mark for point in series.points} == {100 * Thresholds().interp}


def tables(blocks):
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Section):
            yield from tables(block.blocks)


def test_the_strongest_token_is_marked_where_the_feature_fires_and_nowhere_else():
    positive, negative, *_ = tables(report_of(feature_card()).blocks)
    assert positive.rows == (("2.50", Marked("The ", "river", " runs.")),)
    assert negative.rows == (("0.00", "river"),)


def test_every_ablated_position_has_its_kl_the_largest_first():
    *_, ablations = tables(report_of(feature_card()).blocks)
    assert [row[0] for row in ablations.rows] == ["0.0400", "0.0200"]
    assert ablations.rows[0][-1] == Marked("the ", "river", " runs")


def test_details_of_another_shape_do_not_break_the_report():
    odd = {
        "positive": [1, {"tokens": "x", "maximum": "y"}],
        "positions": [{}, None],
        "texts": "z",
        "negative": {},
    }
    card = feature_card().model_copy(
        update={"mui": FeatureMeasure(value=None, interval=None, n=0, explanation="", details=odd)}
    )
    assert report_of(card).blocks


def test_a_sweep_counts_its_readings_as_parts_of_a_whole():
    chart = report_of(sweep_card()).chart
    assert chart.whole
    assert chart.high == 3
    assert [(point.name, point.value) for point in chart.series[0].points] == [
        ("uncertain", 2.0),
        ("dead or noise", 1.0),
    ]
