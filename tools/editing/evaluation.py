"""What edits of many facts come to: ES, PS, NS, S and their magnitudes, and accuracies, before and after.

Sources: Meng et al. 2022, "Locating and Editing Factual Associations in GPT", section 3.2 and its appendix on
CounterFact, for scores and magnitudes; Meng et al. 2023, "Mass-Editing Memory in a Transformer", section 5.2.1, for
the accuracies that zsRE is reported in.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import Field

from tools.editing._harmonic import harmonic_score
from tools.editing.evaluated import Contest, EvaluatedFact, EvaluatedPrompt, Kind
from tools.results import Result
from tools.stats import mean_score

Family = Literal["success", "success per token", "magnitude", "accuracy"]
When = Literal["before", "after"]


class Measure(Result):
    """One number over all facts, beside that of the unedited model on the same prompts."""

    name: str
    """As the papers call it, e.g. `ES`."""
    title: str
    family: Family
    value: float | None = Field(ge=-1.0, le=1.0, allow_inf_nan=False)
    interval: tuple[float, float] | None
    """95 %, over the facts."""
    before: float | None = Field(ge=-1.0, le=1.0, allow_inf_nan=False)
    before_interval: tuple[float, float] | None
    n: int = Field(ge=0)
    """Facts."""
    n_prompts: int = Field(ge=0)
    explanation: str


Earned = Callable[[Contest], float | None]
"""What a contest earns; None where it cannot be told."""


def success(contest: Contest) -> float | None:
    """1 where P[expected] > P[rival], with the joint probabilities of the papers' definition."""
    if contest.rival is None:
        return None
    return float(contest.expected.log_p > contest.rival.log_p)


def success_per_token(contest: Contest) -> float | None:
    """The same with the mean log-probability per token, which the authors' published code compares."""
    if contest.rival is None:
        return None
    expected, rival = contest.expected, contest.rival
    return float(expected.log_p / expected.n_tokens > rival.log_p / rival.n_tokens)


def magnitude(contest: Contest) -> float | None:
    """P[expected] - P[rival], in [-1, 1]."""
    return None if contest.rival is None else contest.expected.p - contest.rival.p


def accuracy(contest: Contest) -> float | None:
    """The share of the expected answer's tokens that the model would write, given those before them."""
    return contest.expected.greedy


_FAMILIES: tuple[tuple[Family, Earned, tuple[tuple[Kind, str, str], ...], tuple[str, str] | None], ...] = (
    (
        "success",
        success,
        (
            ("efficacy", "ES", "Efficacy Score: share with P[new] > P[true]"),
            ("paraphrase", "PS", "Paraphrase Score: share with P[new] > P[true]"),
            ("neighbourhood", "NS", "Neighborhood Score: share with P[true] > P[new]"),
        ),
        ("S", "Score: harmonic mean of ES, PS and NS"),
    ),
    (
        "magnitude",
        magnitude,
        (
            ("efficacy", "EM", "Efficacy Magnitude: mean of P[new] - P[true]"),
            ("paraphrase", "PM", "Paraphrase Magnitude: mean of P[new] - P[true]"),
            ("neighbourhood", "NM", "Neighborhood Magnitude: mean of P[true] - P[new]"),
        ),
        None,
    ),
    (
        "success per token",
        success_per_token,
        (
            ("efficacy", "ES per token", "ES by mean log-probability per token"),
            ("paraphrase", "PS per token", "PS by mean log-probability per token"),
            ("neighbourhood", "NS per token", "NS by mean log-probability per token"),
        ),
        ("S per token", "Harmonic mean of these three"),
    ),
    (
        "accuracy",
        accuracy,
        (
            ("efficacy", "Efficacy", "Share of the new target's tokens that are greedy"),
            ("paraphrase", "Paraphrase", "The same after paraphrases"),
            ("neighbourhood", "Specificity", "Share of a neighbour's answer's tokens that are greedy"),
            ("portability", "Portability", "The same of what follows from the new fact"),
        ),
        ("Score", "Harmonic mean of Efficacy, Paraphrase and Specificity"),
    ),
)


def measures(facts: Sequence[EvaluatedFact], *, seed: int = 0) -> tuple[Measure, ...]:
    """Every measure over these facts; one that has no prompts is unscored, with the reason.

    A fact's prompts of one kind are averaged first and facts then, as the authors' code does; intervals are over
    facts. Prompts that were not read both before and after count in neither.
    """
    found = []
    for family, earned, parts, combined in _FAMILIES:
        for kind, name, title in parts:
            found.append(_mean(facts, family, earned, kind, name, title, seed))
        if combined is not None:
            found.append(
                _combined(facts, family, earned, *combined, [kind for kind, _, _ in parts[:3]], seed)
            )
    return tuple(found)


def earned_by(fact: EvaluatedFact, kind: Kind, earned: Earned, when: When) -> float | None:
    """The mean over a fact's prompts of a kind; None without any that was read."""
    values = [value for prompt in fact.prompts if (value := _earned(prompt, kind, earned, when)) is not None]
    return math.fsum(values) / len(values) if values else None


def _earned(prompt: EvaluatedPrompt, kind: Kind, earned: Earned, when: When) -> float | None:
    if prompt.kind != kind or prompt.before is None or prompt.after is None:
        return None
    return earned(prompt.after if when == "after" else prompt.before)


def _mean(
    facts: Sequence[EvaluatedFact],
    family: Family,
    earned: Earned,
    kind: Kind,
    name: str,
    title: str,
    seed: int,
) -> Measure:
    after, before = (
        [value for fact in facts if (value := earned_by(fact, kind, earned, when)) is not None]
        for when in ("after", "before")
    )
    # The statistics are of values in [0, 1], onto which differences of probabilities are laid.
    low, span = (-1.0, 2.0) if family == "magnitude" else (0.0, 1.0)
    scores = [mean_score([(value - low) / span for value in values], seed=seed) for values in (after, before)]
    (value, interval), (first, first_interval) = (
        (
            None if score.value is None else low + span * score.value,
            None
            if score.interval is None
            else (low + span * score.interval[0], low + span * score.interval[1]),
        )
        for score in scores
    )
    n_prompts = sum(
        _earned(prompt, kind, earned, "after") is not None for fact in facts for prompt in fact.prompts
    )
    return Measure(
        name=name,
        title=title,
        family=family,
        value=value,
        interval=interval,
        before=first,
        before_interval=first_interval,
        n=len(after),
        n_prompts=n_prompts,
        explanation=scores[0].explanation if after else _lacking(facts, kind),
    )


def _lacking(facts: Sequence[EvaluatedFact], kind: Kind) -> str:
    prompts = [prompt for fact in facts for prompt in fact.prompts if prompt.kind == kind]
    if not prompts:
        return f"Unscored: there are no {kind} prompts."
    reasons = dict.fromkeys(prompt.unscored_reason for prompt in prompts if prompt.unscored_reason)
    return (
        f"Unscored: {'; '.join(str(reason).rstrip('.') for reason in reasons) or 'no true target is known'}."
    )


def _combined(
    facts: Sequence[EvaluatedFact],
    family: Family,
    earned: Earned,
    name: str,
    title: str,
    kinds: Sequence[Kind],
    seed: int,
) -> Measure:
    """The harmonic mean of the means, which have to be there all three."""
    (value, interval, how), (first, first_interval, _) = (
        harmonic_score([[earned_by(fact, kind, earned, when) for kind in kinds] for fact in facts], seed)
        for when in ("after", "before")
    )
    whole = [
        fact for fact in facts if any(earned_by(fact, kind, earned, "after") is not None for kind in kinds)
    ]
    return Measure(
        name=name,
        title=title,
        family=family,
        value=value,
        interval=interval,
        before=first,
        before_interval=first_interval,
        n=len(whole) if value is not None else 0,
        n_prompts=0
        if value is None
        else sum(
            _earned(prompt, kind, earned, "after") is not None
            for fact in whole
            for prompt in fact.prompts
            for kind in kinds
        ),
        explanation=how,
    )
