"""What the SAE reads and what it makes of it: the residual stream of texts and the features' activations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.progress import Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

FIRES_ABOVE = 1e-3
"""A feature fires at a token where its activation exceeds this."""


@dataclass(frozen=True)
class TextResiduals:
    """A text's tokens and the residual stream at the SAE's hook point."""

    text: str
    token_ids: torch.Tensor
    """int64 [T]."""
    tokens: list[str]
    counts: torch.Tensor
    """bool [T]; False for special, padding and BOS tokens, for position 0 and for attention sinks."""
    stream: torch.Tensor
    """float32 [T, width]."""


@dataclass(frozen=True)
class TextActivations:
    """A text's tokens and how strongly the features that were asked for fire at each."""

    text: str
    token_ids: torch.Tensor
    """int64 [T]."""
    tokens: list[str]
    counts: torch.Tensor
    """bool [T], as in `TextResiduals`."""
    values: torch.Tensor
    """float32 [T, k]: the k features asked for, in their order."""


def residuals(
    model: LanguageModel, sae: LoadedSae, texts: Sequence[str], *, report: Report = silent
) -> Iterator[TextResiduals]:
    """The residual stream that the SAE reads, text by text, in the order of the texts."""
    raise NotImplementedError


def activations(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[str],
    features: Sequence[int],
    *,
    report: Report = silent,
) -> Iterator[TextActivations]:
    """The activations of `features`, text by text, in the order of the texts."""
    raise NotImplementedError
