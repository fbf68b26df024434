r"""Whether the final answer is right, with part of the credit for intermediate results that the chain reaches.

The credit is 1 where the final answer is right. Otherwise it is r / (2m), where m is the number of
intermediate results of the reference chain and r how many of them the model's chain reaches in order (longest
common subsequence); it is 0 where the reference has none.

The final answer is the last `\boxed{...}`, else what follows the last "the answer is", "Answer:" or "####",
else the last number (for a verbal answer: the last line). `math-verify` decides whether numbers and formulas
are equal; words are compared without case, punctuation and leading fillers. An answer that contradicts
itself, or lists several values, is wrong. An answer that is unsafe to evaluate (9**9**9**9) is wrong, with
that note in the details.

Intermediate results are compared by value. A number that the prompt gives counts only right after an equals
sign; enumerations and repeated sentences of the prompt do not count; nor does the answer statement itself.

The rule is Benchwright's own: outcome accuracy as in Cobbe et al. (2021), "Training Verifiers to Solve Math
Word Problems", section 2, extended by the process. Caveats: a different valid route to a wrong end earns less
than the reference's, and a right answer earns 1 however it was found. `details` keep the plain accuracy
(`correct`) apart from the share of steps.
"""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.answer_equality import is_mathematical, judge
from tools.answers import find_final_answer
from tools.cases import Case
from tools.formulas import obstacle_to_evaluation
from tools.models.subject import Generation, Subject
from tools.progress import Report
from tools.reached_results import reached_results
from tools.results import Credit

GENERATES = True

STEPS_WEIGHT = 0.5
"""Credit of a wrong answer whose chain reaches every intermediate result."""


class Settings(BaseModel):
    """Knobs of partial credit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_new_tokens: int = Field(default=256, ge=1, le=4096)
    """Where the model's text is cut off."""
    stop: tuple[str, ...] = ("\nQuestion:", "\nProblem:", "\nQ:")
    """Where a text ends that goes on with a next problem, as base models do."""


def score(subject: Subject, cases: Sequence[Case], settings: Settings, report: Report) -> Iterator[Credit]:
    """One credit for each case; empty output, a failed generation and a case without target are unscored."""
    generations = subject.generate(
        [case.prompt for case in cases],
        max_new_tokens=settings.max_new_tokens,
        stop=settings.stop,
        report=report,
    )
    for index, generation in generations:
        yield credit_of(cases[index], generation)


def credit_of(case: Case, generation: Generation) -> Credit:
    """The credit of one generated text."""
    output = generation.text
    reason = _unscorable(case, generation)
    if reason or case.target is None:
        return Credit(case_id=case.id, output=output, unscored_reason=reason)
    answer = find_final_answer(output, mathematical=is_mathematical(case.target))
    details: dict[str, JsonValue] = {
        "correct": False,
        "final_answer": " / ".join(answer.candidates) if answer else None,
        "stated_by": answer.stated_by if answer else None,
        "n_tokens": generation.n_tokens,
        "stopped_by": generation.stopped_by,
    }
    if answer:
        verdict = judge(case.target, answer)
        details["correct"] = verdict.right
        if verdict.note:
            details["note"] = verdict.note
    steps = 0.0
    if case.intermediates:
        reasoning = answer.reasoning if answer else output
        reached = reached_results(reasoning, case.intermediates, case.prompt)
        details["reached"] = list(reached)
        steps = len(reached) / len(case.intermediates)
        details["steps"] = steps
    value = 1.0 if details["correct"] else STEPS_WEIGHT * steps
    return Credit(case_id=case.id, value=value, output=output, details=details)


def _unscorable(case: Case, generation: Generation) -> str | None:
    if generation.stopped_by.startswith("error"):
        return f"generation failed: {generation.stopped_by}"
    if not generation.text.strip():
        return "the model wrote nothing"
    if case.target is None or not case.target.strip():
        return "the case has no target"
    obstacle = obstacle_to_evaluation(case.target) if is_mathematical(case.target) else None
    if obstacle:
        return f"the target cannot be evaluated: {obstacle}"
    return None
