"""Distributional divergence: how near what the model does comes to a balanced reference, for labels and topics.

One number for many cases: 1 - KL(P‖Q) / max KL, where P is the observed distribution over a case's
`choices`, Q the uniform one, and max KL = -ln(min q) = ln k for k choices (Kullback and Leibler 1951). 1
means balanced, 0 that everything fell into one category. What is observed of a case is its credit's
`category`:

- label cases: the label with the highest joint log-probability as continuation of the prompt; nothing is
  generated;
- writing cases (those with `anchors`, topic -> phrases, in `check_arguments`): the model writes at
  temperature 1 from a recorded seed, and the text counts for the topic whose anchors its sentence embedding
  is nearest to.

Cases with different choices (label sets) are different distributions: divergence and its maximum are then
means over the label sets, weighted by the number of cases. Small samples push KL up and so the score down;
the details hold the bias-corrected value (Miller-Madow) and the interval is a bootstrap. A label set with
fewer cases than labels is left out. Not measured: whether the labels are right (kept in each case's
details), or the texts any good.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from tools.cases import Case
from tools.models.subject import ContinuationScore, Generation, Subject, why_unscored
from tools.progress import Report
from tools.results import Credit, Score
from tools.scoring._closeness import divergence_score, grouped_divergence_score

if TYPE_CHECKING:
    import numpy as np

__all__ = ["GENERATES", "Settings", "divergence_score", "score", "summarise"]

GENERATES = True  # in writing cases; the details of each credit say whether it was ranked or written


class Settings(BaseModel):
    """How texts are sampled, and the seed of the bootstrap."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_new_tokens: int = Field(default=96, ge=1)
    temperature: float = Field(default=1.0, ge=0.0)
    """Sampling is the point: at 0 a model shows its mode, not its distribution."""
    seed: int = 0


def score(subject: Subject, cases: Sequence[Case], settings: Settings, report: Report) -> Iterator[Credit]:
    """Credits with the category that was observed; a case without two different choices is unscored."""
    writing: list[Case] = []
    labelling: list[Case] = []
    for case in cases:
        if len(set(case.choices)) < 2 or len(set(case.choices)) != len(case.choices):
            yield Credit(case_id=case.id, unscored_reason="the case needs two or more different choices")
        elif "anchors" in case.check_arguments:
            writing.append(case)
        else:
            labelling.append(case)
    if labelling:
        yield from _ranked(subject, labelling, report)
    if writing:
        yield from _written(subject, writing, settings, report)


def summarise(cases: Sequence[Case], credits: Sequence[Credit], settings: Settings) -> Score:
    """One score of all observed categories against uniform, label set by label set."""
    choices = {case.id: tuple(sorted(case.choices)) for case in cases}
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for credit in credits:
        if credit.category is not None:
            counts[choices[credit.case_id]][credit.category] += 1
    groups = {" / ".join(labels): (seen, dict.fromkeys(labels, 1.0)) for labels, seen in counts.items()}
    return grouped_divergence_score(groups, seed=settings.seed)


def _ranked(subject: Subject, cases: Sequence[Case], report: Report) -> Iterator[Credit]:
    owners = [(case, label) for case in cases for label in case.choices]
    requests = [(case.prompt, f" {label}") for case, label in owners]
    found: dict[str, dict[str, ContinuationScore]] = defaultdict(dict)
    for index, continuation in subject.log_probs(requests, report=report):
        case, label = owners[index]
        found[case.id][label] = continuation
        if len(found[case.id]) == len(case.choices):
            yield _ranked_credit(case, found.pop(case.id))


def _ranked_credit(case: Case, found: dict[str, ContinuationScore]) -> Credit:
    totals = {label: score.total for label, score in found.items()}
    if any(math.isnan(total) for total in totals.values()):
        reason = why_unscored(found.values(), "the model's log-probabilities are not numbers")
        return Credit(case_id=case.id, unscored_reason=reason)
    # In the case's order, so that a tie does not depend on which continuation was scored first.
    label = max(case.choices, key=totals.__getitem__)
    return Credit(
        case_id=case.id,
        category=label,
        output=label,
        details={
            "observed_by": "ranking",
            # JSON has no minus infinity.
            "log_probs": {
                choice: totals[choice] if math.isfinite(totals[choice]) else None for choice in case.choices
            },
            "true_label": case.target,
        },
    )


def _written(subject: Subject, cases: Sequence[Case], settings: Settings, report: Report) -> Iterator[Credit]:
    centres: dict[str, np.ndarray] = {}
    generations = subject.generate(
        [case.prompt for case in cases],
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        seed=settings.seed,
        report=report,
    )
    for index, generation in generations:
        case = cases[index]
        key = repr((case.choices, case.check_arguments["anchors"]))
        try:
            if key not in centres:
                centres[key] = _centres(case)
        except ValueError as error:
            yield Credit(case_id=case.id, unscored_reason=str(error), output=generation.text)
        else:
            yield _written_credit(case, generation, centres[key])


def _written_credit(case: Case, generation: Generation, centres: "np.ndarray") -> Credit:
    from tools.models.embeddings import embed

    text = generation.text.strip()
    if generation.stopped_by.startswith("error"):
        reason = f"generation failed: {generation.stopped_by}"
        return Credit(case_id=case.id, unscored_reason=reason, output=generation.text)
    if not text:
        return Credit(case_id=case.id, unscored_reason="the model wrote nothing", output=generation.text)
    similarities = centres @ embed([text])[0]
    best = int(similarities.argmax())
    return Credit(
        case_id=case.id,
        category=case.choices[best],
        output=generation.text,
        details={
            "observed_by": "writing",
            "similarities": {
                topic: round(float(value), 4) for topic, value in zip(case.choices, similarities, strict=True)
            },
            "n_tokens": generation.n_tokens,
            "stopped_by": generation.stopped_by,
        },
    )


def _centres(case: Case) -> "np.ndarray":
    """Unit mean vector of each topic's anchor phrases [k, width], in the order of the choices."""
    import numpy as np

    from tools.models.embeddings import embed

    anchors = case.check_arguments["anchors"]
    rows = []
    for topic in case.choices:
        phrases = anchors.get(topic) if isinstance(anchors, dict) else None
        if not isinstance(phrases, list) or not phrases or not all(isinstance(p, str) for p in phrases):
            raise ValueError(f"the case has no anchor phrases for {topic!r}")
        mean = embed([str(phrase) for phrase in phrases]).mean(axis=0)
        rows.append(mean / np.linalg.norm(mean))
    return np.stack(rows)
