"""The table of paired tests: the test itself is said once where it is the same everywhere."""

from sessions.cards.comparison import PairedResult
from sessions.export._report import paired


def _result(test: str, p: float | None) -> PairedResult:
    return PairedResult(
        name="step 200",
        difference=None if p is None else -12.5,
        interval=None if p is None else (-25.0, -1.0),
        n=40 if p is not None else 0,
        n_better=0,
        n_worse=5,
        p=p,
        p_corrected=None if p is None else 2 * p,
        test=test,
        verdict="not tested" if p is None else "tie",
    )


def test_one_test_everywhere_stands_in_the_caption() -> None:
    found = paired.table("Steps", ("capability",), [(("refusal",), _result("exact McNemar test", 0.0625))])
    assert found.caption == "Steps, exact McNemar test"
    assert found.headings == (
        *("capability", "#difference", "#95 % interval", "#pairs", "#p", "#p (Holm)", "verdict"),
    )
    assert found.rows == (("refusal", "-12.5", "-25.0 to -1.0", "40", "0.0625", "0.125", "tie"),)


def test_several_tests_have_a_column_and_what_was_not_tested_has_its_reason_there() -> None:
    results = [_result("exact McNemar test", 0.0625), _result("no case was scored in both runs", None)]
    found = paired.table("Steps", (), [((), result) for result in results])
    assert found.caption == "Steps"
    assert found.headings[-2:] == ("verdict", "test")
    assert found.rows[1] == ("", "", "0", "", "", "not tested", "no case was scored in both runs")
