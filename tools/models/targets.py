"""What is read from a pass: the log-probabilities of target tokens at their places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

LOGITS_PER_PASS = 2**25
"""Entries of the logits of one pass: 128 MiB in float32."""


@dataclass(frozen=True)
class Request:
    """A continuation to score."""

    index: int
    inputs: tuple[int, ...]
    """What the model reads: prompt and continuation without its last token, cut on the left to fit."""
    targets: tuple[int, ...]
    """The continuation, predicted at the last len(targets) places of the inputs."""

    @property
    def places(self) -> range:
        """Where in the inputs the targets are predicted."""
        return range(len(self.inputs) - len(self.targets), len(self.inputs))


def read_targets(
    logits: torch.Tensor, slots: list[int], targets: list[int]
) -> tuple[list[float], list[bool]]:
    """Log-probability of each target, in the logits [place, vocabulary] of its slot, and whether it is the top."""
    import torch

    normaliser = logits.logsumexp(dim=-1)
    best = logits.argmax(dim=-1)
    slot = torch.tensor(slots, dtype=torch.long, device=logits.device)
    target = torch.tensor(targets, dtype=torch.long, device=logits.device)
    log_probs = logits[slot, target] - normaliser[slot]
    # An infinite or missing logit makes the whole distribution meaningless, not only its own entry.
    sound = torch.isfinite(normaliser[slot])
    log_probs = torch.where(sound, log_probs, torch.nan)
    return log_probs.tolist(), (sound & (best[slot] == target)).tolist()
