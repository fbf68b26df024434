import math

import pytest

from tests.tools.edit_benchmarks.written_evidence import REQUEST, WrittenEvidence
from tools.edit_benchmarks import leme
from tools.edit_benchmarks._evidence import Writing
from tools.edit_benchmarks._offline_judge import OfflineJudge
from tools.editing.judging import Paragraph, Verdict
from tools.editing.request import EditRequest
from tools.errors import ModelError

OLD = "It stands in Paris and was opened there long ago."
NEW = "It stands in Berlin. Many people see it. Visitors of Berlin climb it."


def judged(text: str, likelihood: float = 1.0, request: EditRequest = REQUEST) -> Verdict:
    return OfflineJudge().judge(request, Paragraph(text, -1.0 + math.log(likelihood), -1.0))


def test_a_paragraph_that_says_the_new_answer_only_is_consistent() -> None:
    verdict = judged(NEW)
    assert (verdict.factual_consistency, verdict.absence_of_contradiction) == (1.0, 1.0)


def test_a_paragraph_that_says_the_old_answer_contradicts() -> None:
    verdict = judged(OLD)
    assert (verdict.factual_consistency, verdict.absence_of_contradiction) == (0.0, 0.0)


def test_consistency_is_the_share_of_the_sentences_that_bear_on_the_fact() -> None:
    # Berlin, Paris, neither, Berlin: 2 of 3.
    verdict = judged("It is in Berlin. It was in Paris. It is tall. Berlin is proud of it.")
    assert verdict.factual_consistency == pytest.approx(2 / 3)
    assert verdict.absence_of_contradiction == 0.0


@pytest.mark.parametrize(
    "text", ["It is not in Berlin.", "It isn't in Berlin.", "It was never located in Berlin."]
)
def test_denying_the_new_answer_is_a_contradiction_and_no_consistency(text: str) -> None:
    verdict = judged(text)
    assert (verdict.factual_consistency, verdict.absence_of_contradiction) == (0.0, 0.0)


@pytest.mark.parametrize("text", ["It is in Berlin, not in Paris.", "It is in Berlin rather than Paris."])
def test_denying_the_old_answer_is_none(text: str) -> None:
    verdict = judged(text)
    assert (verdict.factual_consistency, verdict.absence_of_contradiction) == (1.0, 1.0)


def test_not_only_is_no_denial() -> None:
    assert judged("It is famous not only in Berlin.").factual_consistency == 1.0


def test_an_answer_inside_another_word_is_not_said() -> None:
    verdict = judged("Many Berliners and Parisians know it.")
    assert (verdict.factual_consistency, verdict.absence_of_contradiction) == (0.0, 1.0)


def test_fluency_falls_with_repetition() -> None:
    # Eight words, six trigrams: a b a, b a b, a b a, b a b, a b a, b a b: two different ones.
    assert judged("a b a b a b a b").fluency == pytest.approx(2 / 6)


def test_fluency_falls_where_the_unedited_model_finds_the_text_unlikely() -> None:
    assert judged("one two three four", likelihood=0.5).fluency == pytest.approx(0.5)
    assert judged("one two three four", likelihood=2.0).fluency == 1.0


def test_fluency_that_cannot_be_read_is_unscored() -> None:
    verdict = OfflineJudge().judge(REQUEST, Paragraph("It is tall.", None, -1.0))
    assert verdict.fluency is None and "fluency is unscored" in verdict.note


def test_an_empty_paragraph_says_and_contradicts_nothing() -> None:
    verdict = judged("  ")
    assert verdict.note == "The model wrote nothing."
    assert (verdict.factual_consistency, verdict.fluency, verdict.absence_of_contradiction) == (0, 0, 1)


def test_without_an_old_answer_only_denials_count() -> None:
    unknown = EditRequest(subject="X", prompt="{} is in", target="Berlin")
    verdict = judged(OLD, request=unknown)
    assert verdict.absence_of_contradiction == 1.0
    assert "not known" in verdict.note


def writing(before: str, *after: str) -> Writing:
    return Writing(
        REQUEST,
        "the request",
        tuple(f"prompt {number}" for number in range(len(after))),
        tuple(Paragraph(before, -1.0, -1.0) for _ in after),
        tuple(Paragraph(text, -1.0, -1.0) for text in after),
    )


def test_leme_is_the_mean_of_the_three_axes_over_paragraphs() -> None:
    # NEW: (1 + 1 + 1) / 3; OLD: (0 + 1 + 0) / 3.
    result = leme.measure(WrittenEvidence(writing=writing(OLD, NEW, OLD)))
    assert result.score == pytest.approx(2 / 3)
    assert result.before == pytest.approx(1 / 3)
    assert (result.n, result.threshold, result.passed) == (2, 0.5, True)
    assert result.details["judge"] == {"name": "offline judge", "version": "1"}
    assert result.details["axes"] == {
        "factual_consistency": {"before": 0.0, "after": 0.5},
        "fluency": {"before": 1.0, "after": 1.0},
        "absence_of_contradiction": {"before": 0.0, "after": 0.5},
    }
    assert [probe.said_after for probe in result.probes] == [True, False]
    assert result.probes[0].continuation_before == OLD
    assert "offline judge, version 1" in result.explanation


def test_a_pass_without_the_fact_is_called_by_its_name() -> None:
    result = leme.measure(WrittenEvidence(writing=writing(OLD, "It is tall.")))
    assert result.passed and "No paragraph states the new fact" in result.explanation


class WrittenJudge:
    name, version = "an LLM", "7"

    def __init__(self, verdict: Verdict | None) -> None:
        self._verdict = verdict

    def judge(self, request: EditRequest, paragraph: Paragraph) -> Verdict:
        if self._verdict is None:
            raise ModelError("The LLM did not answer.")
        return self._verdict


def test_a_judge_that_is_passed_in_is_named_with_its_version() -> None:
    verdict = Verdict(factual_consistency=0.9, fluency=0.6, absence_of_contradiction=0.3)
    result = leme.measure(WrittenEvidence(writing=writing(OLD, NEW), judge=WrittenJudge(verdict)))
    assert result.score == pytest.approx(0.6)
    assert result.details["judge"] == {"name": "an LLM", "version": "7"}


def test_a_judge_that_fails_gives_way_to_the_offline_one_and_the_result_says_so() -> None:
    result = leme.measure(WrittenEvidence(writing=writing(OLD, NEW), judge=WrittenJudge(None)))
    assert result.score == pytest.approx(1.0)
    assert result.details["judge"] == {"name": "offline judge", "version": "1"}
    assert "an LLM could not judge: The LLM did not answer." in result.explanation


def test_an_axis_that_the_judge_cannot_tell_leaves_the_paragraph_unscored() -> None:
    verdict = Verdict(
        factual_consistency=None, fluency=0.6, absence_of_contradiction=0.3, note="No answer in its reply."
    )
    result = leme.measure(WrittenEvidence(writing=writing(OLD, NEW), judge=WrittenJudge(verdict)))
    assert result.score is None
    assert result.explanation == "Unscored: No answer in its reply."
    assert result.probes[0].unscored_reason == "No answer in its reply."


def test_without_prompts_the_reason_is_told() -> None:
    assert leme.measure(WrittenEvidence()).explanation == "Unscored: no prompts."
