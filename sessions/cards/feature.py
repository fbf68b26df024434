"""The feature card: is one SAE feature real? Three scores, their reading, and the sentences behind them."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from prompts.contrast import ContrastSentences
from prompts.rejections import RejectedDraft
from sessions.cards.fields import CardFields
from sessions.context import Context
from sessions.saved import Details, Saved
from tools.features import FeatureScore
from tools.features.diagnosis import Diagnosis, Levels, Reading, Thresholds
from tools.results import UnitInterval


class FeatureMeasure(Saved):
    """One score of the triple, in [0, 1]."""

    value: UnitInterval | None
    """None where it is unscored; `explanation` says why."""
    interval: tuple[UnitInterval, UnitInterval] | None
    """95 %."""
    n: int = Field(ge=0)
    """How many observations it rests on."""
    explanation: str
    details: Details


class SaeReference(Saved):
    """Which SAE was asked."""

    name: str
    weights_hash: str
    layer: int
    hook_name: str
    architecture: str
    n_features: int


class Sentences(Saved):
    """How the contrast sentences were made; the sentences stand in the InterpScore's details."""

    writer: str
    instructions: str
    seed: int
    hard_negatives: bool
    made_by_templates: tuple[int, int]
    """Positives and negatives that templates made because the writer's own did not pass."""
    rejected: dict[str, int]
    rejected_sentences: tuple[RejectedDraft, ...] = ()
    """Those whose text was kept. Untrusted."""
    notes: tuple[str, ...]


class FeatureCard(CardFields):
    """Whether one feature's label predicts it, whether it is about one thing, and whether the model uses it."""

    kind: Literal["feature"] = "feature"
    feature: int = Field(ge=0)
    label: str | None
    """Untrusted text; None where the feature has no label."""
    label_method: str | None
    """How the label was made."""
    sae: SaeReference
    interp_score: FeatureMeasure
    purity: FeatureMeasure
    mui: FeatureMeasure
    levels: Levels
    reading: Reading
    possible: tuple[Reading, ...]
    """Readings that remain possible; more than one where the reading is uncertain."""
    advice: str
    reasons: tuple[str, ...]
    """Why a level is not sure."""
    thresholds: Thresholds
    firings: int | None
    """At how many tokens of all text that was looked at the feature fires; None: not counted."""
    sentences: Sentences | None
    caveats: tuple[str, ...]
    """What a reader must know before believing the scores."""
    partial: bool
    """Whether the work was stopped before all scores were there."""


def feature_card(
    feature: int,
    *,
    label: str | None,
    label_method: str | None,
    sae: SaeReference,
    interp_score: FeatureScore | None,
    purity: FeatureScore | None,
    mui: FeatureScore | None,
    diagnosis: Diagnosis,
    contrast: ContrastSentences | None,
    firings: int | None,
    session: str,
    request: str,
    context: Context,
    duration_s: float,
    partial: bool = False,
) -> FeatureCard:
    """A card with a fresh id, made now. A score that was not asked for, or has no label to go by, is None."""
    return FeatureCard(
        session=session,
        request=request,
        context=context,
        duration_s=duration_s,
        feature=feature,
        label=label,
        label_method=label_method,
        sae=sae,
        interp_score=_measure(
            interp_score, "The feature has no label." if label is None else "Not measured."
        ),
        purity=_measure(purity, "Not measured."),
        mui=_measure(mui, "Not measured."),
        levels=diagnosis.levels,
        reading=diagnosis.reading,
        possible=diagnosis.possible,
        advice=diagnosis.advice,
        reasons=diagnosis.reasons,
        thresholds=diagnosis.thresholds,
        firings=firings,
        sentences=None if contrast is None else _sentences(contrast),
        caveats=tuple(_caveats(interp_score, purity, mui, diagnosis, contrast)),
        partial=partial,
    )


def _measure(score: FeatureScore | None, why_not: str) -> FeatureMeasure:
    if score is None:
        return FeatureMeasure(value=None, interval=None, n=0, explanation=why_not, details={})
    return FeatureMeasure(
        value=score.value,
        interval=score.interval,
        n=score.n,
        explanation=score.explanation,
        details=score.details,
    )


def _sentences(contrast: ContrastSentences) -> Sentences:
    return Sentences(
        writer=contrast.writer,
        instructions=contrast.instructions,
        seed=contrast.seed,
        hard_negatives=contrast.hard_negatives,
        made_by_templates=contrast.made_by_templates,
        rejected=contrast.rejected,
        rejected_sentences=contrast.rejected_sentences,
        notes=contrast.notes,
    )


def _caveats(
    interp: FeatureScore | None,
    purity: FeatureScore | None,
    mui: FeatureScore | None,
    diagnosis: Diagnosis,
    contrast: ContrastSentences | None,
) -> Iterator[str]:
    if interp is not None and interp.value is not None:
        if interp.details.get("degenerate") and interp.value:
            yield "InterpScore is degenerate: the maxima do not vary within either set."
        chance = _number(interp, "null_mean_score")
        if chance is not None:
            yield f"Random other features score {chance:.2f} on the same sentences: read InterpScore against that."
    if purity is not None and purity.value is not None:
        if diagnosis.beats_random is None:
            yield "Purity was not compared with random sentences; its floor lies near 0.5, not at 0."
        elif not diagnosis.beats_random:
            yield "Purity does not beat random sentences of similar length; its floor lies near 0.5."
    if mui is not None and mui.value is not None:
        control, certain = _number(mui, "random_value"), _number(mui, "share_under_entropy_floor")
        if control is not None and control >= mui.value:
            yield f"A random direction of the same norm moves predictions as much ({control:.3f})."
        if certain:
            yield f"At {certain:.0%} of the firing positions the model is nearly certain, so MUI says little there."
        note = mui.details.get("note")
        if isinstance(note, str) and note:
            yield f"MUI: {note}"
    if contrast is not None:
        yield from contrast.notes


def _number(score: FeatureScore, name: str) -> float | None:
    value = score.details.get(name)
    return value if isinstance(value, float) else None
