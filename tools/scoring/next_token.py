"""How probable the right continuation is: no text is generated.

Cloze: credit = p(target | prompt), the joint probability of the target's tokens after the prompt, i.e. the
product of p(token | everything before it). With choices: credit 1 where the target has the highest summed
log-probability of all choices, else 0.

Source: the log-likelihood requests of lm-evaluation-harness (`acc` for choices; `acc_norm` is the length-normalised
choice that the details carry, here per character), whose encoding of prompt and continuation is used unchanged.

Caveats: the prompt is read as plain text, never in a chat template. One space is put between prompt and target,
except where the prompt ends in white space or the target begins with a closing mark (. , ; : ! ? ) ] } % '), a
line break or a space of its own. Summed log-probability favours short choices. Where the target shares the first
place with another choice, the model has not chosen: the case is unscored.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, JsonValue

from tools.cases import Case
from tools.models.subject import ContinuationScore, Subject, why_unscored
from tools.progress import Report, silent
from tools.results import Credit

GENERATES = False

CLOSING_MARKS = tuple(".,;:!?)]}%'\n ")


class Settings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def score(
    subject: Subject, cases: Sequence[Case], settings: Settings, report: Report = silent
) -> Iterator[Credit]:
    """One credit for each case, as soon as all of its continuations are scored."""
    requests: list[tuple[str, str]] = []
    owners: list[tuple[int, str]] = []
    for number, case in enumerate(cases):
        reason = _unusable(case)
        if reason is not None:
            yield Credit(case_id=case.id, unscored_reason=reason)
            continue
        for continuation in case.choices or (case.target or "",):
            requests.append((case.prompt, with_space(case.prompt, continuation)))
            owners.append((number, continuation))

    found: dict[int, dict[str, ContinuationScore]] = defaultdict(dict)
    for index, result in subject.log_probs(requests, report=report):
        number, continuation = owners[index]
        found[number][continuation] = result
        case = cases[number]
        if len(found[number]) == (len(case.choices) or 1):
            yield _credit(case, found.pop(number))


def with_space(prompt: str, continuation: str) -> str:
    """The continuation as it follows the prompt: with one space before it, unless none belongs there."""
    if not prompt or prompt[-1].isspace() or continuation.startswith(CLOSING_MARKS):
        return continuation
    return " " + continuation


def _unusable(case: Case) -> str | None:
    """Why the case cannot be scored at all, if so."""
    if not case.target:
        return "the case has no target"
    if case.choices and case.target not in case.choices:
        return "the target is not among the choices"
    if len(set(case.choices)) < len(case.choices):
        return "two choices are the same"
    if not all(case.choices):
        return "a choice is empty"
    return None


def _credit(case: Case, results: dict[str, ContinuationScore]) -> Credit:
    target = case.target or ""
    totals = {continuation: result.total for continuation, result in results.items()}
    if any(math.isnan(total) for total in totals.values()):
        reason = why_unscored(results.values(), "the model gave no number as a log-probability")
        return Credit(case_id=case.id, unscored_reason=reason)
    details: dict[str, JsonValue] = {
        "probability": _probability(totals[target]),
        "log_prob": _finite(totals[target]),
        "n_tokens": len(results[target].log_probs),
        "is_greedy": results[target].is_greedy,
    }
    if not case.choices:
        return Credit(case_id=case.id, value=_probability(totals[target]), details=details)

    # In the order of the case, so that equal runs give equal credits.
    log_probs = {choice: totals[choice] for choice in case.choices}
    per_character = {choice: total / len(choice) for choice, total in log_probs.items()}
    top = max(log_probs, key=log_probs.__getitem__)
    details |= {
        "choice_log_probs": {choice: _finite(total) for choice, total in log_probs.items()},
        "length_normalised_choice": max(per_character, key=per_character.__getitem__),
    }
    rivals = [
        choice for choice in case.choices if choice != target and log_probs[choice] == log_probs[target]
    ]
    if rivals and log_probs[target] == log_probs[top]:
        return Credit(
            case_id=case.id,
            unscored_reason=f"the target shares the first place with {rivals[0]!r}",
            details=details,
        )
    return Credit(case_id=case.id, value=float(top == target), output=top, details=details)


def _probability(log_prob: float) -> float:
    # Rounding can lift a sure thing a hair above 1.
    return min(1.0, math.exp(log_prob))


def _finite(log_prob: float) -> float | None:
    """As JSON, which knows no infinity: None is the log of a probability of 0."""
    return log_prob if math.isfinite(log_prob) else None
