"""Whether an edit may stay: it holds over paraphrases, and leaves behaviour and representations alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from pydantic import Field

from tools.editing.apply import after_edit, before_edit
from tools.editing.behaviour import Behaviour, observe, repetition, target_probabilities
from tools.editing.check import Check, failed, unmeasured
from tools.editing.disabling import MOST_REPETITION, disabling_signs
from tools.editing.edit import Edit
from tools.progress import Report, silent
from tools.results import Result, UnitInterval
from tools.sae.activations import SINK_NORM

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel


class ValidationThresholds(Result):
    """What an edit has to reach."""

    paraphrase_probability: UnitInterval = 0.5
    """Mean probability of the target after paraphrases, at least."""
    unrelated_kl: float = Field(default=0.1, ge=0)
    """Mean KL(before ‖ after) of the next token after unrelated prompts, nats, at most."""
    cka: UnitInterval = 0.98
    """Linear CKA of the residual stream before and after, at every layer from the edited one up, at least."""


class Validation(Result):
    """The three checks of an edit, and the signs of a disabling one."""

    checks: tuple[Check, ...]
    signs: tuple[Check, ...]
    """They inform; `passed` is False for one that shows."""
    cka_by_layer: dict[int, float] = Field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing that was measured failed, and something was measured."""
        return all(check.passed is not False for check in self.checks) and any(
            check.passed for check in self.checks
        )

    @property
    def is_disabling(self) -> bool:
        """Whether a sign of a disabling edit shows."""
        return any(sign.passed is False for sign in self.signs)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.passed is False)


def validate(
    model: LanguageModel,
    edit: Edit,
    *,
    paraphrases: Sequence[str],
    unrelated: Sequence[str],
    neutral: Sequence[str],
    thresholds: ValidationThresholds | None = None,
    earlier_norm_ratios: Sequence[float] = (),
    report: Report = silent,
) -> Validation:
    """Measure an edit, committed or not, against the model before it; the model is left as it was found.

    paraphrases: prompts after which the new target should come; of a batch edit, each belongs to the request whose
    subject it has. unrelated: prompts whose next token should stay. neutral: texts for the residual stream, and
    beginnings for sampled text. earlier_norm_ratios: of edits before this one.
    """
    thresholds = thresholds or ValidationThresholds()
    asked = [(prompt, _target(edit, prompt)) for prompt in paraphrases]
    with before_edit(model, edit):
        before = observe(model, edit.layer, unrelated, neutral, report)
    with after_edit(model, edit):
        after = observe(model, edit.layer, unrelated, neutral, report)
        probabilities = target_probabilities(model, asked)
        repeated = repetition(model, neutral, report)
    repeated_before = None
    if repeated is not None and repeated > MOST_REPETITION:  # some models repeat themselves as they are
        with before_edit(model, edit):
            repeated_before = repetition(model, neutral, report)
    by_layer = {layer: linear_cka(before.streams[layer], after.streams[layer]) for layer in before.streams}
    checks = (
        _holds(probabilities, thresholds.paraphrase_probability),
        _stable(before, after, thresholds.unrelated_kl),
        _intact(by_layer, thresholds.cka),
    )
    return Validation(
        checks=checks,
        signs=disabling_signs(edit, repeated, repeated_before, earlier_norm_ratios),
        cka_by_layer={layer: value for layer, value in by_layer.items() if math.isfinite(value)},
    )


def linear_cka(x: torch.Tensor, y: torch.Tensor) -> float:
    """‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of centred X, Y [n, width], Frobenius (Kornblith et al. 2019, equation in section 3).

    NaN where either does not vary or is not finite.
    """
    x, y = x.double() - x.double().mean(dim=0), y.double() - y.double().mean(dim=0)
    # With more tokens than dimensions the covariances are the smaller matrices, with fewer the Gram matrices are.
    if len(x) < x.shape[1]:
        gram_x, gram_y = x @ x.T, y @ y.T
        shared, own = (gram_x * gram_y).sum(), gram_x.norm() * gram_y.norm()
    else:
        shared, own = (y.T @ x).norm() ** 2, (x.T @ x).norm() * (y.T @ y).norm()
    return float(shared / own) if float(own) > 0 else math.nan


def _cka_by_layer(before: Behaviour, after: Behaviour) -> dict[int, float]:
    """By layer, without attention sinks: they are so long that nothing else would show beside them."""
    found = {}
    for layer, stream in before.streams.items():
        norms = stream.norm(dim=-1)
        counts = norms <= SINK_NORM * norms.median()
        found[layer] = linear_cka(stream[counts], after.streams[layer][counts])
    return found


def _holds(probabilities: Sequence[float], threshold: float) -> Check:
    name = "holds over paraphrases"
    known = [value for value in probabilities if math.isfinite(value)]
    if not known:
        return unmeasured(name, threshold, "There were no paraphrases to ask.")
    value = fmean(known)
    return Check(
        check=name,
        value=value,
        threshold=threshold,
        passed=value >= threshold,
        explanation=f"The new target has a mean probability of {value:.2f} after {len(known)} paraphrases; "
        f"at least {threshold:.2f} is asked{_by_how_much(threshold - value)}.",
    )


def _stable(before: Behaviour, after: Behaviour, threshold: float) -> Check:
    name = "behaviour stable"
    if before.log_probs is None or after.log_probs is None:
        return unmeasured(name, threshold, "There were no unrelated prompts to ask.")
    p = before.log_probs.exp()
    kl = (p * (before.log_probs - after.log_probs)).sum(dim=-1).clamp(min=0)
    value = float(kl.mean())
    if not math.isfinite(value):
        return failed(name, threshold, "After the edit, predictions on unrelated prompts are no numbers.")
    return Check(
        check=name,
        value=value,
        threshold=threshold,
        passed=value <= threshold,
        explanation=f"The next token after {len(kl)} unrelated prompts moved by {value:.3f} nats on average (KL); "
        f"at most {threshold:.3f} is allowed{_by_how_much(value - threshold)}.",
    )


def _intact(by_layer: dict[int, float], threshold: float) -> Check:
    name = "representation intact"
    if not by_layer:
        return unmeasured(name, threshold, "There were no neutral texts to read.")
    if not all(math.isfinite(value) for value in by_layer.values()):
        return failed(name, threshold, "After the edit, the residual stream is no numbers, or does not vary.")
    worst = min(by_layer, key=by_layer.__getitem__)
    value = min(1.0, by_layer[worst])
    return Check(
        check=name,
        value=value,
        threshold=threshold,
        passed=value >= threshold,
        explanation=f"Linear CKA of the residual stream before and after is lowest at layer {worst}, {value:.4f}, of "
        f"{len(by_layer)} layers; at least {threshold:.2f} is asked{_by_how_much(threshold - value)}.",
    )


def _target(edit: Edit, prompt: str) -> str:
    return next((request for request in edit.requests if request.subject in prompt), edit.request).target


def _by_how_much(missing: float) -> str:
    return f": failed by {missing:.3f}" if missing > 0 else ""
