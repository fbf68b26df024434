"""Signs of a disabling edit: one that breaks the model rather than change a fact.

Gupta et al. 2024, "Rebuilding ROME: Resolving Model Collapse during Sequential Model Editing", section 3.
"""

import math
from collections.abc import Sequence
from statistics import median

from tools.editing.check import Check, failed, unmeasured
from tools.editing.edit import Edit

ENOUGH_EARLIER = 3
NORM_FACTOR = 5.0
"""An update this many times as large as the median of earlier ones is suspicious,"""
LARGEST_ALONE = 0.5
"""and where there are not enough of them, one this large beside the weights."""
SMALLEST_GAIN = 0.3
"""The share of the change that the bare prompt gets; 1 where its key is the mean key."""
MOST_REPETITION = 0.5
"""Share of repeated pairs of tokens in sampled text."""


def disabling_signs(
    edit: Edit, repeated: float | None, repeated_before: float | None, earlier: Sequence[float] = ()
) -> tuple[Check, ...]:
    """The three signs: a large update, keys that have little in common, text that repeats itself.

    repeated: share of repetitions in sampled text; repeated_before: the same before the edit, where it was measured.
    """
    return (
        _norm_sign(edit.norm_ratio, earlier),
        _gain_sign(edit),
        _repetition_sign(repeated, repeated_before),
    )


def _norm_sign(ratio: float, earlier: Sequence[float]) -> Check:
    if len(earlier) >= ENOUGH_EARLIER:
        threshold = NORM_FACTOR * median(earlier)
        beside = f"{NORM_FACTOR:g} times the median of {len(earlier)} earlier edits is {threshold:.3f}"
    else:
        threshold = LARGEST_ALONE
        beside = f"{threshold:g} is much, and there are too few earlier edits to compare with"
    return Check(
        check="size of the update",
        value=ratio,
        threshold=threshold,
        passed=ratio <= threshold,
        explanation=f"‖ΔW‖ / ‖W‖ is {ratio:.3f}; {beside}.",
    )


def _gain_sign(edit: Edit) -> Check:
    name = "key agreement"
    gains = edit.details.get("bare_gain")
    if not isinstance(gains, list) or not gains or not all(isinstance(gain, int | float) for gain in gains):
        return unmeasured(name, SMALLEST_GAIN, "The edit does not say how its keys agree.")
    value = float(min(gains))
    if not math.isfinite(value):
        return failed(name, SMALLEST_GAIN, "The edit's keys are no numbers.")
    return Check(
        check=name,
        value=value,
        threshold=SMALLEST_GAIN,
        passed=value >= SMALLEST_GAIN,
        explanation=f"The bare prompt's key gets {value:.2f} of the change that the mean key gets (u·k0); below "
        f"{SMALLEST_GAIN:g} the two have little in common.",
    )


def _repetition_sign(repeated: float | None, before: float | None) -> Check:
    name = "repetition"
    if repeated is None:
        return unmeasured(name, MOST_REPETITION, "There was no text to go on with.")
    threshold = max(MOST_REPETITION, before or 0.0)
    beside = "" if before is None else f" ({before:.0%} before the edit)"
    return Check(
        check=name,
        value=repeated,
        threshold=threshold,
        passed=repeated <= threshold,
        explanation=f"{repeated:.0%} of the pairs of tokens in sampled text are repetitions{beside}.",
    )
