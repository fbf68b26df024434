"""Ablates SAE features where they fire: how far the next-token distribution moves without them, in nats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tools.progress import Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.activations import TextResiduals
    from tools.sae.load import LoadedSae


@dataclass(frozen=True)
class Ablations:
    """What each of n ablations did to the prediction at its own position, in the order in which they were asked."""

    kl: torch.Tensor
    """float32 [n], KL(P_base ‖ P_ablated) in nats; NaN where the model's logits are not numbers."""
    baseline_entropy: torch.Tensor
    """float32 [n], entropy of P_base in nats."""
    noise_floor: float
    """The largest KL that ablating nothing gave: what rounding alone does."""
    method: Literal["shadow_tokens", "one_row_each"]
    note: str = ""
    """Why it was not done with shadow tokens, where it was not."""


def ablate(
    model: LanguageModel,
    sae: LoadedSae,
    token_ids: torch.Tensor,
    pairs: Sequence[tuple[int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """Ablate each (feature, position) of one text [T], each alone."""
    raise NotImplementedError


def ablate_many(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """Ablate each (text, feature, position), each alone; texts are numbered as in `texts`."""
    raise NotImplementedError


def ablate_direction(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[TextResiduals],
    triples: Sequence[tuple[int, int, int]],
    *,
    seed: int = 0,
    report: Report = silent,
) -> Ablations:
    """The control: at each (text, feature, position), take out a random direction as long as the contribution."""
    raise NotImplementedError


def ablate_one_by_one(
    model: LanguageModel,
    sae: LoadedSae,
    token_ids: torch.Tensor,
    pairs: Sequence[tuple[int, int]],
    *,
    report: Report = silent,
) -> Ablations:
    """`ablate` by a full forward pass for each (feature, position): slow, and the truth to test against."""
    raise NotImplementedError
