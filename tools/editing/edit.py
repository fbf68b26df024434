"""What a computed edit is, and what its computation may be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from tools.editing.request import EditRequest
from tools.errors import UserError
from tools.models.cached_folder import cache_root
from tools.results import Result

if TYPE_CHECKING:
    import torch


class EditError(UserError):
    """An edit that cannot be made, applied, read or undone, told in one sentence."""


@dataclass(frozen=True, eq=False)
class Edit:
    """A change of one MLP down-projection by a matrix of low rank; it belongs to one base."""

    requests: tuple[EditRequest, ...]
    layer: int
    module: str
    """Path of the down-projection in the model, e.g. `model.layers.8.mlp.down_proj`."""
    left: torch.Tensor
    """float32 [d_out, n] on the CPU. ΔW = left @ right in [out, in] orientation, whatever the storage."""
    right: torch.Tensor
    """float32 [n, d_in] on the CPU."""
    base_hash: str
    """Hash of the weights that it was computed on, and to which alone it applies."""
    edited_hash: str | None
    """Hash of the weights with it applied, where these have been hashed."""
    norm_ratio: float
    """‖ΔW‖ / ‖W‖, Frobenius."""
    details: dict[str, Any] = field(default_factory=dict)
    """JSON: losses, steps, seed, settings, covariance; what a reader needs to judge or repeat it."""

    @property
    def request(self) -> EditRequest:
        """The first request: the only one, but for a batch edit."""
        return self.requests[0]

    @property
    def rank(self) -> int:
        """How many keys were solved for; 1 but for a batch edit."""
        return self.right.shape[0]


class EditSettings(Result):
    """How edits are computed: where, from what text, how hard. None of it depends on a request."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    texts: Callable[[], Iterable[str]] = Field(repr=False, exclude=True)
    """Natural text for the covariance and, without `contexts`, the prefixes; called only where it is needed."""
    corpus_id: str
    """Names that text in the cache: another text needs another name."""
    essence: str
    """A prompt with `{}` for the subject whose continuation should stay as it is: `{} is a`."""
    contexts: tuple[str, ...] = Field(default=(), repr=False)
    """Texts that stand before the prompt; empty: cut from `texts`."""
    n_contexts: int = Field(default=20, ge=1)
    """Prefixes over which, with the bare prompt, the key is averaged."""
    n_value_contexts: int = Field(default=2, ge=0)
    """Prefixes, the first of those, over which the value is optimised: each costs time in every step."""
    layer: int | None = Field(default=None, ge=0)
    """Where to edit; None: the published or recorded layer, else the best of a short sweep."""
    v_lr: float = Field(default=1.0, gt=0)
    v_steps: int = Field(default=15, ge=1)
    stop_at: float = Field(default=0.005, ge=0)
    """Mean negative log-likelihood (nats) of the targets at which the optimisation stops."""
    kl_weight: float = Field(default=0.0625, ge=0)
    weight_decay: float = Field(default=0.5, ge=0)
    clamp: float = Field(default=3.0, gt=0)
    """The longest change of the value, as a multiple of the value's length."""
    regularisation: float = Field(default=0.01, gt=0)
    """λ of C + λI, as a share of the mean of C's diagonal."""
    seed: int = 0
    folder: Path = Field(default_factory=lambda: cache_root() / "editing", exclude=True)
    """Where covariances and chosen layers are kept."""
