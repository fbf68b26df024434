"""Edits facts one after another, each alone on the base weights, and reads its prompts before and after."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.editing.edit import EditError
from tools.editing.evaluated import Contest, EvaluatedFact, EvaluatedPrompt, Kind, Likelihood
from tools.editing.facts import Fact
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    from tools.edit_benchmarks._readout import Answers, Question, Readout
    from tools.editing.edit import Edit, EditSettings
    from tools.models.language_model import LanguageModel

TRIED = 5
"""Edits that may fail at the beginning, one after another, before the fault is taken to be the model's."""


def evaluate_edits(
    model: "LanguageModel", facts: Sequence[Fact], settings: "EditSettings", *, report: Report = silent
) -> Iterator[EvaluatedFact]:
    """Each fact with its readings, in order; whenever one is yielded the weights are the base's, proven by hash.

    A fact of which no edit can be computed counts as an edit that changed nothing: what the unedited model says is
    then what came of it. Facts that the model says already are edited like others. Raises EditError where none of the
    first few can be edited, and ModelError for an unknown architecture.
    """
    failed: list[EditError] = []
    succeeded = False
    for done, fact in enumerate(facts):
        told = _within(report, done, len(facts))
        told(Progress("evaluating edits", 0))
        evaluated, why = evaluate_edit(model, fact, settings, told)
        succeeded |= why is None
        if why is not None and not succeeded:
            failed.append(why)
            if len(failed) >= min(TRIED, len(facts)):
                raise failed[0]
        yield evaluated
    report(Progress("evaluating edits", len(facts), len(facts), "edits"))


def evaluate_edit(
    model: "LanguageModel", fact: Fact, settings: "EditSettings", report: Report = silent
) -> "tuple[EvaluatedFact, EditError | None]":
    """One fact with its readings, and why its edit could not be computed, if so; the weights stay as they were."""
    started = time.monotonic()
    edit, why = _edit_of(model, fact, settings, report)
    evaluated = EvaluatedFact(
        number=fact.number,
        subject=fact.request.subject,
        prompt=fact.request.prompt,
        target=fact.request.target,
        true_target=fact.request.true_target,
        prompts=_read(model, fact, edit, report),
        layer=None if edit is None else edit.layer,
        norm_ratio=edit.norm_ratio if edit is not None and math.isfinite(edit.norm_ratio) else None,
        not_edited=None if why is None else why.message,
        seconds=time.monotonic() - started,
    )
    return evaluated, why


def _edit_of(
    model: "LanguageModel", fact: Fact, settings: "EditSettings", report: Report
) -> "tuple[Edit | None, EditError | None]":
    from tools.editing.rome import compute_batch_edit

    try:
        # The form for several facts edits what the model says already too, as the published numbers have it.
        return compute_batch_edit(model, [fact.request], settings, report=report), None
    except EditError as error:
        return None, error


def _read(
    model: "LanguageModel", fact: Fact, edit: "Edit | None", report: Report
) -> tuple[EvaluatedPrompt, ...]:
    """All prompts of a fact before and after, in one batched pass each; after, from the edited layer up."""
    from tools.edit_benchmarks._readout import Readout
    from tools.editing.apply import applied

    asked = _prompts(fact)
    questions = [
        (prompt.prompt, answer) for prompt in asked for answer in (prompt.expected, prompt.rival) if answer
    ]
    readout = Readout(model, questions, entry=0 if edit is None else edit.layer)
    before = after = readout.read(report)
    if edit is not None:
        with applied(model, edit):
            after = readout.read(report)
    return tuple(_evaluated(prompt, readout, before, after) for prompt in asked)


def _prompts(fact: Fact) -> list[EvaluatedPrompt]:
    new, true = fact.request.target, fact.request.true_target

    def asked(kind: Kind, prompt: str, expected: str, rival: str | None, group: str = "") -> EvaluatedPrompt:
        return EvaluatedPrompt(
            kind=kind, group=group, prompt=prompt, expected=expected, rival=rival, before=None, after=None
        )

    return [
        asked("efficacy", fact.request.text, new, true),
        *(asked("paraphrase", prompt, new, true) for prompt in fact.paraphrases),
        *(asked("neighbourhood", one.prompt, one.target, new) for one in fact.neighbourhood),
        *(asked("portability", one.prompt, one.target, None, one.group) for one in fact.portability),
    ]


def _evaluated(
    prompt: EvaluatedPrompt, readout: "Readout", before: "Answers", after: "Answers"
) -> EvaluatedPrompt:
    questions: list[Question] = [
        (prompt.prompt, answer) for answer in (prompt.expected, prompt.rival) if answer is not None
    ]
    unreadable = [readout.unreadable[each] for each in questions if each in readout.unreadable]
    if unreadable:
        return prompt.model_copy(update={"unscored_reason": unreadable[0]})
    contests = [_contest(questions, answers) for answers in (before, after)]
    if None in contests:
        return prompt.model_copy(update={"unscored_reason": "The model's logits are not numbers."})
    return prompt.model_copy(update={"before": contests[0], "after": contests[1]})


def _contest(questions: "Sequence[Question]", answers: "Answers") -> Contest | None:
    found = []
    for question in questions:
        answer = answers.to[question]
        if answer.log_p is None or not math.isfinite(answer.log_p):
            return None
        greedy = sum(answer.greedy) / len(answer.greedy)
        found.append(Likelihood(log_p=answer.log_p, n_tokens=len(answer.greedy), greedy=greedy))
    return Contest(expected=found[0], rival=found[1] if len(found) > 1 else None)


def _within(report: Report, done: int, total: int) -> Report:
    """Tells the progress of one edit as part of that of all."""

    def told(progress: Progress) -> None:
        own = "" if progress.task == "evaluating edits" else f" · {progress.task}"
        report(replace(progress, task=f"evaluating edits{own}", done=done, total=total, unit="edits"))

    return told
