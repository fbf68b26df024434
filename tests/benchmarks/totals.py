"""Joint log-probabilities of requests, and how far two lists of them are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel


def our_log_probs(model: LanguageModel, requests: Sequence[tuple[str, str]]) -> list[float]:
    """As `Hflm.log_probs`, by `LanguageModel.log_probs`."""
    totals = [float("nan")] * len(requests)
    for index, score in model.log_probs(requests):
        totals[index] = score.total
    return totals


def largest_difference(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The largest absolute difference, place by place; what is missing counts as infinitely far."""
    apart = [abs(one - other) for one, other in zip(ours, theirs, strict=True)]
    return max((each if each == each else float("inf") for each in apart), default=0.0)
