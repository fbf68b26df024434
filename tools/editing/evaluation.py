"""What edits of many facts come to: ES, PS, NS, S and their magnitudes, and accuracies, before and after.

Sources: Meng et al. 2022, "Locating and Editing Factual Associations in GPT", section 3.2 and its appendix on
CounterFact, for scores and magnitudes; Meng et al. 2023, "Mass-Editing Memory in a Transformer", section 5.2.1, for
the accuracies that zsRE is reported in.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import Field

from tools.results import Result, UnitInterval
from tools.stats import CONFIDENCE, RESAMPLES, SMALLEST_BOOTSTRAP, mean_score

Kind = Literal["efficacy", "paraphrase", "neighbourhood", "portability"]
Family = Literal["success", "success per token", "magnitude", "accuracy"]
When = Literal["before", "after"]


class Likelihood(Result):
    """How likely a model finds a target after a prompt."""

    log_p: float = Field(le=0.0, allow_inf_nan=False)
    """Joint log-probability of the target's tokens, in nats."""
    n_tokens: int = Field(ge=1)
    greedy: UnitInterval
    """Share of the tokens that are the most probable at their place, given the right ones before them."""

    @property
    def p(self) -> float:
        """The joint probability."""
        return math.exp(self.log_p)

    @property
    def per_token(self) -> float:
        """The geometric mean of the tokens' probabilities."""
        return math.exp(self.log_p / self.n_tokens)


class Contest(Result):
    """The two answers after one prompt."""

    expected: Likelihood
    rival: Likelihood | None
    """None where there is no other answer to hold it against."""


class EvaluatedPrompt(Result):
    """One prompt of a fact: the answer that should win, the one that should not, before and after the edit.

    After the edit the new target should win, and of neighbours the true one.
    """

    kind: Kind
    group: str = ""
    prompt: str
    expected: str
    rival: str | None
    before: Contest | None
    after: Contest | None
    unscored_reason: str | None = None


class EvaluatedFact(Result):
    """One edit, applied alone to the base weights."""

    number: int = Field(ge=1)
    """Its place in the file, from 1."""
    subject: str
    prompt: str
    """With `{}` in the subject's place."""
    target: str
    true_target: str | None
    prompts: tuple[EvaluatedPrompt, ...]
    layer: int | None
    """None where no edit could be computed; then nothing changed, and that is what was scored."""
    norm_ratio: float | None = None
    not_edited: str | None = None
    """Why no edit could be computed."""
    seconds: float = Field(ge=0.0)


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


BATCH = 250
"""Resamples at once, which bounds the memory at many facts."""
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
        _harmonic([[earned_by(fact, kind, earned, when) for kind in kinds] for fact in facts], seed)
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


def _harmonic(
    table: Sequence[Sequence[float | None]], seed: int
) -> tuple[float | None, tuple[float, float] | None, str]:
    """Harmonic mean of the columns' means, its 95 % interval, and in words how that was made."""
    columns = [[value for value in column if value is not None] for column in zip(*table, strict=True)]
    if not columns or not all(columns):
        return None, None, "Unscored: one of the three is unscored."
    value = harmonic_mean([math.fsum(column) / len(column) for column in columns])
    if len(table) < SMALLEST_BOOTSTRAP:
        return (
            value,
            _from_bounds(columns, seed),
            "95 % interval from the bounds of the three (conservative).",
        )
    import numpy as np

    values = np.array([[np.nan if cell is None else cell for cell in row] for row in table], dtype=float)
    present = ~np.isnan(values)
    generator = np.random.default_rng(seed)
    resampled: list[float] = []
    for _ in range(RESAMPLES // BATCH):
        # How often each fact is drawn; [resample, fact].
        drawn = generator.multinomial(len(values), np.full(len(values), 1 / len(values)), size=BATCH)
        sums, counts = drawn @ np.where(present, values, 0.0), drawn @ present
        resampled += [
            harmonic_mean((total / count).tolist())
            for total, count in zip(sums, counts, strict=True)
            if count.all()
        ]
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(bound) for bound in np.quantile(resampled, [tail, 1 - tail]))
    if high - low < 1e-12:  # the facts do not differ
        return (
            value,
            _from_bounds(columns, seed),
            "95 % interval from the bounds of the three (conservative).",
        )
    interval = (min(low, value), max(high, value))
    return value, interval, f"95 % percentile bootstrap of {RESAMPLES:,} resamples of the facts."


def _from_bounds(columns: Sequence[Sequence[float]], seed: int) -> tuple[float, float]:
    """A harmonic mean grows with each of its terms, so that their bounds bound it."""
    bounds = [mean_score(column, seed=seed).interval or (0.0, 1.0) for column in columns]
    return harmonic_mean([low for low, _ in bounds]), harmonic_mean([high for _, high in bounds])


def harmonic_mean(values: Sequence[float]) -> float:
    """n / sum of 1/x; 0 where one of them is 0."""
    if min(values) <= 0.0:
        return 0.0
    return len(values) / math.fsum(1 / value for value in values)
