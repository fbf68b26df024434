"""Tiny seeded SAEs of every architecture that is accepted, made with SAELens' own classes."""

import math
import tempfile
from pathlib import Path
from typing import Any

from tools.sae.load import LoadedSae, wrap_sae

ARCHITECTURES = (
    "standard",
    "gated",
    "topk",
    "topk_rescaled",
    "jumprelu",
    "batchtopk",
    "abstopk",
    "layer_norm",
    "constant_norm_rescale",
)
"""The last two are normalisations, on a standard and a TopK SAE."""


def make_sae(
    kind: str = "topk", hook_name: str = "blocks.1.hook_resid_post", width: int = 32, n_features: int = 48
) -> Any:
    """A seeded random sae_lens SAE."""
    import sae_lens
    import torch
    from sae_lens.saes.sae import SAEMetadata

    common: dict[str, Any] = {
        "d_in": width,
        "d_sae": n_features,
        "metadata": SAEMetadata(hook_name=hook_name, model_name="tiny"),
    }
    with torch.random.fork_rng():
        torch.manual_seed(3)
        match kind:
            case "standard":
                sae = sae_lens.StandardSAE(sae_lens.StandardSAEConfig(**common))
            case "layer_norm":
                sae = sae_lens.StandardSAE(
                    sae_lens.StandardSAEConfig(**common, normalize_activations="layer_norm")
                )
            case "gated":
                sae = sae_lens.GatedSAE(sae_lens.GatedSAEConfig(**common))
            case "jumprelu":
                sae = sae_lens.JumpReLUSAE(sae_lens.JumpReLUSAEConfig(**common))
            case "topk":
                sae = sae_lens.TopKSAE(sae_lens.TopKSAEConfig(**common, k=6))
            case "topk_rescaled":
                config = sae_lens.TopKSAEConfig(**common, k=6, rescale_acts_by_decoder_norm=True)
                sae = sae_lens.TopKSAE(config)
            case "constant_norm_rescale":
                config = sae_lens.TopKSAEConfig(**common, k=6, normalize_activations="constant_norm_rescale")
                sae = sae_lens.TopKSAE(config)
            case "abstopk":
                from sae_lens.saes.abstopk_sae import AbsTopKSAE, AbsTopKSAEConfig

                sae = AbsTopKSAE(AbsTopKSAEConfig(**common, k=6))
            case "batchtopk":
                sae = _saved_batchtopk(common)
            case _:
                raise ValueError(kind)
        for name, parameter in sae.named_parameters():
            spread = 1 / math.sqrt(width) if name in ("W_enc", "W_dec") else 0.1
            parameter.data.normal_(0, spread)
            if name == "threshold":
                parameter.data.abs_()
    return sae


def tiny_sae(kind: str = "topk", hook_name: str = "blocks.1.hook_resid_post") -> LoadedSae:
    """The same, loaded."""
    return wrap_sae(f"tiny-{kind}", make_sae(kind, hook_name))


def _saved_batchtopk(common: dict[str, Any]) -> Any:
    """BatchTopK exists in training only; what is saved of it for use is a JumpReLU with its threshold."""
    import sae_lens

    trained = sae_lens.BatchTopKTrainingSAE(sae_lens.BatchTopKTrainingSAEConfig(**common, k=6))
    with tempfile.TemporaryDirectory() as folder:
        trained.save_inference_model(Path(folder))
        return sae_lens.SAE.load_from_disk(folder)
