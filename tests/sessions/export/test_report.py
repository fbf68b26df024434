"""What the reports of edits and comparisons say; those of features and sweeps have tests of their own."""

from sessions.card import Card
from sessions.export import _report
from sessions.export._report import report_of
from sessions.export._report.blocks import Notes, Table
from sessions.export._report.kinds import CONTRACT
from tests.sessions import samples
from tests.sessions.cards.edit_samples import benchmarks_card, edit_card, rejected_card
from tests.sessions.export.card_samples import comparison_card, one_of_each
from tools.registry import load_all


def kinds_of_card():
    (union, *_) = Card.__args__
    return {kind.model_fields["kind"].default for kind in union.__args__}


def test_every_kind_keeps_the_contract_and_is_a_kind_of_card():
    kinds = set(load_all(f"{_report.__name__}.kinds", CONTRACT))
    assert kinds <= kinds_of_card()
    assert {card.kind for card in one_of_each().values()} == kinds


def points(card):
    return [
        (series.name, point.name, point.value)
        for series in report_of(card).chart.series
        for point in series.points
    ]


def warnings(card):
    return [
        item
        for block in report_of(card).blocks
        if isinstance(block, Notes) and block.warning
        for item in block.items
    ]


def test_an_edit_shows_the_probability_of_its_target_before_and_after():
    assert report_of(edit_card()).figure == "committed"
    assert points(edit_card()) == [("", "before", 0.03), ("", "after", 94.0)]
    assert warnings(edit_card()) == []


def test_checks_that_were_not_measured_are_not_said_to_have_passed():
    notes = next(block for block in report_of(edit_card()).blocks if isinstance(block, Notes))
    assert notes.items == ("Every check that was measured passed. Not measured: behaviour stable.",)


def test_a_rejected_edit_says_which_check_failed():
    assert report_of(rejected_card()).figure == "rolled back"
    (warning,) = warnings(rejected_card())
    assert "holds over paraphrases" in warning


def test_edit_benchmarks_are_told_on_a_hundred_with_verdicts():
    report = report_of(benchmarks_card())
    # EditBench 0.8 and PortabilitySubMetrics 0.6 pass at 0.5, RippleBench 0.3 fails; two are not judged.
    assert report.figure == "2 of 3 passed"
    after = [value for series, _, value in points(benchmarks_card()) if series == "after"]
    assert after == [80.0, 30.0, 60.0, 100.0, None]
    (table,) = (block for block in report.blocks if isinstance(block, Table))
    assert [row[5] for row in table.rows] == ["passed", "failed", "passed", "reported only", "unscored"]


def test_a_comparison_has_a_series_for_each_model_and_the_test_of_each_pair():
    card = comparison_card("after")
    assert [(series, name) for series, name, _ in points(card)] == [
        ("before", "knowledge_mcq"),
        ("after", "knowledge_mcq"),
    ]
    pairs = next(block for block in report_of(card).blocks if isinstance(block, Table))
    assert pairs.rows[0][:2] == ("knowledge_mcq", "after")
    assert pairs.caption == "Against before, paired by case, exact McNemar test"


def test_a_capability_card_shows_every_case_and_how_it_went():
    chart = report_of(samples.card()).chart
    # Two right, one wrong, one unscored.
    assert [(part.name, part.count) for part in chart.series[0].points[0].parts] == [
        ("full credit", 2),
        ("no credit", 1),
        ("unscored", 1),
    ]
