"""Loads a sparse autoencoder by name: `demo`, a local SAELens folder, or `release/sae_id` of the SAELens list.

`LoadedSae.contribution` is what a feature adds to the reconstruction: decode(z) - decode(z with z_f = 0). The
shorter z_f * W_dec[f] is right only without activation normalisation, so nobody here uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.progress import Report, silent
from tools.sae.hook_names import HookPoint, Site

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class LoadedSae:
    """A sparse autoencoder and the place in the residual stream that it reads."""

    name: str
    """What was asked for."""
    sae: Any
    """A sae_lens SAE in float32."""
    hook_point: HookPoint
    n_features: int
    width: int
    architecture: str
    """As SAELens calls it, e.g. `topk`."""
    weights_hash: str
    """SHA-256 of the weights."""

    @property
    def layer(self) -> int:
        """Index of the decoder layer at the hook point."""
        return self.hook_point.layer

    @property
    def site(self) -> Site:
        """Whether the stream is taken after that layer or before it."""
        return self.hook_point.site

    @property
    def hook_name(self) -> str:
        """The hook point as the SAE's configuration has it."""
        return self.hook_point.name

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Activations [..., n_features] of the residual stream x [..., width]."""
        raise NotImplementedError

    def contribution(self, x: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """What feature features[i] adds to the reconstruction of x[i]: [n, width] from x [n, width]."""
        raise NotImplementedError

    def without(self, x: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """x [n, width] with features[i] taken out of x[i]; the SAE's own error stays in."""
        raise NotImplementedError


def load_sae(
    name: str, *, device: str | None = None, dtype: str | None = None, report: Report = silent
) -> LoadedSae:
    """Load an SAE. Raises ModelError, with the next step."""
    raise NotImplementedError


def check_features(sae: LoadedSae, features: Any) -> None:
    """Raise ModelError for a feature index that the SAE does not have."""
    raise NotImplementedError


def check_fits(sae: LoadedSae, model: LanguageModel) -> None:
    """Raise ModelError where the SAE does not belong to this model: width, layer or hook point."""
    raise NotImplementedError
