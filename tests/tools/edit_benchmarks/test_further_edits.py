"""SequentialCollapseThreshold, BatchEditConsistency, SequentialEditRetention: what further edits do."""

import pytest

from tests.tools.edit_benchmarks.written_evidence import WrittenEvidence, row
from tools.edit_benchmarks import (
    batch_edit_consistency,
    sequential_collapse_threshold,
    sequential_edit_retention,
)
from tools.edit_benchmarks._evidence import EditBatch, EditSequence

SEQUENCE = EditSequence(
    rows=(row("direct", 0.4), row("direct", 0.3), row("direct", 0.9)),
    probabilities=((0.8,), (0.6, 0.5), (0.9, 0.25, 0.9)),
    baselines=("The", "A"),
    divergences=((0.0, 0.1), (0.2, 0.3), (0.3, 0.5)),
    skipped={"A is in B": "The model says it already."},
)


def test_collapse_is_counted_over_the_further_edits_with_the_index_of_the_first() -> None:
    # Mean KL: 0.05 with the edit alone, 0.25 after the first further edit, 0.4 (collapse) after the second.
    result = sequential_collapse_threshold.measure(WrittenEvidence(sequence=SEQUENCE))
    assert result.score == 0.5
    assert (result.n, result.threshold, result.passed, result.before) == (2, None, None, None)
    assert result.before_note
    assert result.details["mean_kl"] == pytest.approx([0.05, 0.25, 0.4])
    assert result.details["collapse_index"] == 2
    assert result.details["skipped"] == {"A is in B": "The model says it already."}
    assert [probe.kl for probe in result.probes] == [0.3, 0.5]  # after the last edit


def test_a_sequence_without_collapse_says_so() -> None:
    calm = EditSequence(SEQUENCE.rows, SEQUENCE.probabilities, ("The",), ((0.0,), (0.1,), (0.2,)), {})
    result = sequential_collapse_threshold.measure(WrittenEvidence(sequence=calm))
    assert result.score == 1.0
    assert result.details["collapse_index"] is None
    assert "No collapse" in result.explanation


def test_an_edit_that_collapses_the_model_by_itself_has_index_nought() -> None:
    broken = EditSequence(SEQUENCE.rows, SEQUENCE.probabilities, ("The",), ((2.0,), (2.0,), (0.1,)), {})
    result = sequential_collapse_threshold.measure(WrittenEvidence(sequence=broken))
    assert result.details["collapse_index"] == 0
    assert result.score == 0.5


def test_baselines_that_cannot_be_read_leave_collapse_unscored() -> None:
    lost = EditSequence(SEQUENCE.rows, SEQUENCE.probabilities, ("The",), ((0.0,), (None,), (0.1,)), {})
    result = sequential_collapse_threshold.measure(WrittenEvidence(sequence=lost))
    assert result.score is None and "not numbers" in result.explanation


def test_retention_is_what_is_left_of_the_first_probability_after_each_edit() -> None:
    result = sequential_edit_retention.measure(WrittenEvidence(sequence=SEQUENCE))
    assert result.score == pytest.approx(0.875)  # min(1, 0.6 / 0.8) = 0.75 and min(1, 0.9 / 0.8) = 1
    assert (result.n, result.threshold, result.passed) == (2, 0.7, True)
    # Row k, column i: edit 1 was 0.5 at once and is 0.25 after the second further edit.
    assert result.details["retention"] == [[1.0], [pytest.approx(0.75), 1.0], [1.0, 0.5, 1.0]]


def test_retention_of_an_edit_that_never_held_is_unscored() -> None:
    weak = EditSequence(SEQUENCE.rows, ((0.004,), (0.002, 0.5)), ("The",), ((0.0,), (0.0,)), {})
    result = sequential_edit_retention.measure(WrittenEvidence(sequence=weak))
    assert (result.score, result.passed) == (None, None)
    assert "is 0.0040, so there is nothing to retain" in result.explanation


def test_batch_consistency_is_the_mean_over_the_edits_own_targets() -> None:
    batch = EditBatch((row("direct", 0.9, 0.0), row("direct", 0.5, 0.1), row("direct", 0.1, 0.2)), {})
    result = batch_edit_consistency.measure(WrittenEvidence(batch=batch))
    assert result.score == pytest.approx(0.5)
    assert result.before == pytest.approx(0.1)
    assert (result.n, result.passed) == (3, False)


@pytest.mark.parametrize(
    "benchmark", [sequential_collapse_threshold, batch_edit_consistency, sequential_edit_retention]
)
def test_without_further_edits_the_reason_is_told(benchmark) -> None:  # type: ignore[no-untyped-def]
    result = benchmark.measure(WrittenEvidence())
    assert result.score is None
    assert result.explanation == "Unscored: no further edits."
