"""The edit card: what one weight edit did to a fact, the checks that it had to pass, and whether it was kept."""

from typing import Literal

from pydantic import Field

from prompts.rejections import RejectedDraft
from sessions.cards.fields import CardFields
from sessions.saved import Details, Saved
from tools.results import UnitInterval


class ValidationRow(Saved):
    """One measured value beside its threshold."""

    check: str
    value: float | None
    """None where it is not a number or was not measured, as the explanation says."""
    threshold: float
    passed: bool | None
    """None where it was not measured."""
    explanation: str
    """What was measured, and by how much it passed or failed."""


class EditCard(CardFields):
    """A fact as it was to be rewritten, and what came of it."""

    kind: Literal["edit"] = "edit"
    subject: str
    prompt: str
    """With `{}` in the subject's place."""
    target: str
    """What the model was to say after the prompt."""
    layer: int = Field(ge=0)
    module: str
    """Path of the changed parameter in the model."""
    committed: bool
    """False: rolled back at once, because a check failed."""
    validation: tuple[ValidationRow, ...]
    base_hash: str
    """Of the weights that the edit was computed on, and that the model has again where it was not committed."""
    edited_hash: str | None
    """Of the weights with the edit."""
    p_before: UnitInterval | None
    """Joint probability of the target's tokens after the prompt, teacher-forced; None: not a number."""
    p_after: UnitInterval | None
    continuation_before: str
    """What the model itself wrote after the prompt, greedily. Untrusted text."""
    continuation_after: str
    norm_ratio: float | None = Field(ge=0.0)
    """Size of the change against the weights that it changes, in Frobenius norms; None: not a number."""
    disabling_signs: tuple[ValidationRow, ...]
    """Signs that the edit broke the model rather than changed a fact: those that are not passed show."""
    settings: Details
    """Of the computation: contexts, steps, learning rate, regularisation, seed."""
    details: Details
    """What the computation found: losses, covariance, seconds of each part."""
    paraphrases_from: str
    """Where the wordings of the validation came from, and how many written ones were rejected."""
    rejected_prompts: tuple[RejectedDraft, ...] = ()
    """Those that an LLM wrote and that did not pass the checks. Untrusted text."""
    edit: str | None
    """Id in the ledger; None where it was not committed."""
    file: str | None
    """Safetensors file of the edit; None where it was not committed."""
    imported_from: str | None
    """The file that it came from, where it was not computed here."""


def rejection(card: EditCard) -> str:
    """Which checks failed and by how much, in a few sentences."""
    told = " ".join(f"{row.check}: {row.explanation}" for row in card.validation if row.passed is False)
    return f"Rolled back at once, the weights are as before. Not passed: {told}"
