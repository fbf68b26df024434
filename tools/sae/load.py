"""Loads a sparse autoencoder by name: `demo`, a local SAELens folder, or `release/sae_id` of the SAELens list.

What a feature adds to the reconstruction is decode(z) - decode(z with z_f = 0). The shorter z_f * W_dec[f] is right
only without activation normalisation and decoder rescaling, so nobody here uses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError
from tools.progress import Progress, Report, silent
from tools.sae.hook_names import HookPoint, Site, parse_hook_name

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

DEMO = "demo"
DEMO_FOLDER = Path(__file__).parent / "demo"
ENTRIES = 2**25
"""Latent activations held at once when contributions are computed: 128 MiB in float32."""


@dataclass(frozen=True)
class LoadedSae:
    """A sparse autoencoder and the place in the residual stream that it reads."""

    name: str
    """What was asked for."""
    sae: Any
    """A sae_lens SAE, in evaluation mode."""
    layer: int
    """Index of the decoder layer at the hook point."""
    site: Site
    """Whether the stream is taken after that layer or before it."""
    n_features: int
    width: int
    """Of the residual stream."""
    architecture: str
    """As SAELens calls it, e.g. `topk`."""
    weights_hash: str
    """SHA-256 of the weights."""
    hook_name: str
    """The hook point as the SAE's configuration has it."""

    @property
    def hook_point(self) -> HookPoint:
        """The place in the residual stream."""
        return parse_hook_name(self.hook_name)

    @property
    def trained_on(self) -> str | None:
        """The model that its configuration names, if it names one."""
        return self.sae.cfg.metadata.model_name

    @property
    def prepends_bos(self) -> bool:
        """Whether it was trained on texts that begin with BOS."""
        return bool(self.sae.cfg.metadata.prepend_bos)

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.sae.W_dec.device

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Activations [..., n_features] of the residual stream x [..., width], on the SAE's device."""
        import torch

        with torch.no_grad():
            return self.sae.encode(self._as_trained(x))

    def decode(self, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        """The reconstruction [n, width] from activations z [n, n_features] of the residual stream x [n, width].

        With activation normalisation the decoder undoes what the encoder last did, so it is told x again.
        """
        import torch

        with torch.no_grad():
            self.sae.process_sae_in(self._as_trained(x))
            return self.sae.decode(z)

    def contribution(self, x: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """What feature features[i] adds to the reconstruction of x[i]: decode(z) - decode(z with z_f = 0).

        x [n, width], features int64 [n]; returns [n, width] in x's dtype on x's device. Right for every architecture
        that `load_sae` accepts.
        """
        import torch

        if not len(x):
            return torch.zeros_like(x)
        chunks = []
        n_rows = max(1, ENTRIES // self.n_features)
        for rows, chosen in zip(x.split(n_rows), features.to(self.device).split(n_rows), strict=True):
            z = self.encode(rows)
            without = z.scatter(-1, chosen.unsqueeze(-1), 0.0)
            chunks.append(self.decode(rows, z) - self.decode(rows, without))
        return torch.cat(chunks).to(x)

    def without(self, x: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """x [n, width] with feature features[i] taken out of x[i]; what the SAE does not explain stays in."""
        return x - self.contribution(x, features)

    def _as_trained(self, x: torch.Tensor) -> torch.Tensor:
        x = x.to(self.sae.W_enc)
        # TransformerLens' `center_writing_weights` takes the mean over the width out of everything that is written
        # to the stream; taking it out of the stream itself is the same, and LayerNorm downstream never sees it.
        kwargs = self.sae.cfg.metadata.model_from_pretrained_kwargs or {}
        return x - x.mean(dim=-1, keepdim=True) if kwargs.get("center_writing_weights") else x


def load_sae(
    name: str, *, device: str | None = None, dtype: str | None = None, report: Report = silent
) -> LoadedSae:
    """Load an SAE by name, in float32 on the CPU unless told otherwise.

    Raises ModelError, with the next step, for anything that a user can cause: no such SAE, damaged files, an
    architecture or a hook point whose features cannot be ablated, weights that are not numbers.
    """
    report(Progress(f"loading SAE {name}", 0, 1, "SAEs"))
    from tools.sae.read import read_folder, read_release

    path = DEMO_FOLDER if name == DEMO else Path(name).expanduser()
    if not name.strip():
        raise ModelError("No SAE was named.", "Name `demo`, a local folder, or release/sae_id.")
    if name == DEMO or path.exists() or name.startswith((".", "/", "~")):
        sae = read_folder(path, device or "cpu", dtype or "float32")
    else:
        sae = read_release(name, device or "cpu", dtype or "float32", report)
    loaded = wrap_sae(name, sae)
    report(Progress(f"loading SAE {name}", 1, 1, "SAEs"))
    return loaded


def wrap_sae(name: str, sae: Any) -> LoadedSae:
    """A sae_lens SAE in memory as a LoadedSae. Raises ModelError where its features cannot be ablated here."""
    import torch

    from tools.models.weights import hash_weights
    from tools.sae.read import check_architecture

    architecture = sae.cfg.architecture()
    check_architecture(architecture)
    hook_point = parse_hook_name(sae.cfg.metadata.hook_name)
    if sae.cfg.normalize_activations in ("expected_average_only_in", "covariance_whitening"):
        # SAELens folds these into the weights on saving and does nothing about them afterwards.
        raise ModelError(
            f"The SAE {name} was saved with {sae.cfg.normalize_activations} normalisation not folded into its "
            "weights, and its scale is unknown.",
            "Save it with the normalisation folded in.",
        )
    if not all(bool(torch.isfinite(parameter).all()) for parameter in sae.parameters()):
        raise ModelError(f"The SAE {name} has weights that are not numbers.", "Download or train it again.")
    return LoadedSae(
        name=name,
        sae=sae.eval(),
        layer=hook_point.layer,
        site=hook_point.site,
        n_features=sae.cfg.d_sae,
        width=sae.cfg.d_in,
        architecture=architecture,
        weights_hash=hash_weights(sae),
        hook_name=hook_point.name,
    )


def check_features(sae: LoadedSae, features: Iterable[int]) -> None:
    """Raise ModelError for a feature that the SAE does not have."""
    for feature in features:
        if not 0 <= feature < sae.n_features:
            raise ModelError(
                f"{sae.name} has no feature {feature}.",
                f"Its {sae.n_features:,} features are numbered 0 to {sae.n_features - 1}.",
            )


def check_fits(sae: LoadedSae, model: LanguageModel) -> None:
    """Raise ModelError where the SAE does not belong to this model: another width, layer or structure."""
    from tools.models.layers import find_decoder

    decoder = find_decoder(model.model)
    width, n_layers = decoder.embedding.get_parameter("weight").shape[1], len(decoder.layers)
    next_step = (
        f"Load the SAE's own model ({sae.trained_on})." if sae.trained_on else "Load the SAE's own model."
    )
    if sae.width != width:
        raise ModelError(
            f"The SAE {sae.name} reads a stream of width {sae.width}, and that of {model.name} is {width} wide.",
            next_step,
        )
    if sae.layer >= n_layers:
        raise ModelError(
            f"The SAE {sae.name} reads layer {sae.layer}, and the last layer of {model.name} is {n_layers - 1}.",
            next_step,
        )
    container = decoder.layers[sae.layer].name.rsplit(".", 2)[-2]
    if sae.hook_point.container not in (None, container):
        raise ModelError(
            f"The SAE {sae.name} reads {sae.hook_name!r}, and the layers of {model.name} are called "
            f"{decoder.layers[0].name} to {decoder.layers[-1].name}.",
            next_step,
        )
