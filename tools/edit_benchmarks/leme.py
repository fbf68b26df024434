"""LEME: does the edit show where the model writes freely about the subject? (Long-form Edit Metric)

    score = mean over paragraphs of (factual consistency + fluency + absence of contradiction) / 3

The model writes a paragraph greedily after each long-form prompt, before and after the edit, and a judge named in the
result scores three axes in [0, 1]; each axis is shown. Passes at 0.5. The judge is an LLM where one is configured,
else the deterministic offline one:

    factual consistency      = of the sentences that say the new or the old answer, those that affirm the new one;
                               0 where no sentence says either
    fluency                  = share of different word trigrams · min(1, exp(l - l_baseline)), l being the mean
                               log-probability per token under the unedited model, l_baseline of its own paragraph
    absence of contradiction = 0 where a sentence affirms the old answer or denies the new one, else 1

Source: long-form evaluation of edits, Rosati et al. 2024 (LEME), whose machine-rated survey has more questions.

Caveats: a paragraph that never comes to the fact contradicts nothing and may be fluent, which is up to two thirds:
read factual consistency by itself, and the baseline. The offline judge knows words, not meaning. Judges differ, so
compare scores of the same judge and version only.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from tools.edit_benchmarks._evidence import Evidence, Writing
from tools.edit_benchmarks._mentions import says
from tools.edit_benchmarks._offline_judge import OfflineJudge
from tools.edit_benchmarks._scores import UNREAD, mean, no_probes, unscored
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.editing.judging import Judge, Paragraph, Verdict
from tools.editing.probes import Axis
from tools.errors import UserError
from tools.stats import mean_score

NUMBER = 9
TITLE = "LEME"
THRESHOLD = 0.5
AXES: tuple[Axis, ...] = ("long_form",)
PARTS = ("factual_consistency", "fluency", "absence_of_contradiction")


def measure(evidence: Evidence) -> BenchmarkResult:
    """Mean over paragraphs of what a judge says of them on three axes."""
    writing = evidence.writing()
    if isinstance(writing, str):
        return unscored(TITLE, THRESHOLD, writing)
    judge, fallen_back = evidence.judge, ""
    try:
        before, after = _verdicts(judge, writing, writing.before), _verdicts(judge, writing, writing.after)
    except UserError as error:
        fallen_back = f" ({judge.name} could not judge: {error.message})"
        judge = OfflineJudge()
        before, after = _verdicts(judge, writing, writing.before), _verdicts(judge, writing, writing.after)
    credits = [_mean_of_parts(verdict) for verdict in after]
    rows = _rows(writing, credits, after)
    details: dict[str, JsonValue] = {
        "judge": {"name": judge.name, "version": judge.version},
        "axes": {part: {"before": _part(before, part), "after": _part(after, part)} for part in PARTS},
        "verdicts": [
            {"before": one.model_dump(mode="json"), "after": other.model_dump(mode="json")}
            for one, other in zip(before, after, strict=True)
        ],
        "old_answer": writing.request.true_target,
        "old_answer_from": writing.old_answer_from,
    }
    scored = [place for place, credit in enumerate(credits) if credit is not None]
    if not scored:
        return unscored(TITLE, THRESHOLD, no_probes(rows, {}), rows=rows, details=details)
    score = mean_score([credit for credit in credits if credit is not None], seed=evidence.seed)
    assert score.value is not None
    baseline = [_mean_of_parts(before[place]) for place in scored]
    axes = ", ".join(f"{part.replace('_', ' ')} {_shown(_part(after, part))}" for part in PARTS)
    silent = not any(verdict.factual_consistency for verdict in after)
    return BenchmarkResult(
        name=TITLE,
        score=score.value,
        before=mean(baseline),
        before_note=UNREAD if None in baseline else "",
        interval=score.interval,
        n=score.n,
        threshold=THRESHOLD,
        passed=score.value >= THRESHOLD,
        explanation=f"Judged by {judge.name}, version {judge.version}{fallen_back}: {axes}. {score.explanation}"
        + (" No paragraph states the new fact: the score is from the other two axes." if silent else ""),
        probes=rows,
        details=details,
    )


def _verdicts(judge: Judge, writing: Writing, paragraphs: Sequence[Paragraph]) -> list[Verdict]:
    return [judge.judge(writing.request, paragraph) for paragraph in paragraphs]


def _mean_of_parts(verdict: Verdict) -> float | None:
    """None where the judge could not tell one of the three."""
    parts = [getattr(verdict, part) for part in PARTS]
    return None if None in parts else sum(parts) / len(parts)


def _part(verdicts: Sequence[Verdict], part: str) -> float | None:
    return mean([getattr(verdict, part) for verdict in verdicts])


def _shown(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.3f}"


def _rows(
    writing: Writing, credits: Sequence[float | None], verdicts: Sequence[Verdict]
) -> tuple[ProbeRow, ...]:
    target = writing.request.target
    return tuple(
        ProbeRow(
            axis="long_form",
            prompt=prompt,
            target=target,
            continuation_before=before.text,
            continuation_after=after.text,
            said_before=says(before.text, target),
            said_after=says(after.text, target),
            credit=credit,
            unscored_reason=None if credit is not None else (verdict.note or "The judge could not tell."),
        )
        for prompt, before, after, credit, verdict in zip(
            writing.prompts, writing.before, writing.after, credits, verdicts, strict=True
        )
    )
