"""Trains a TopK sparse autoencoder with sae-lens on cached activations; a killed training goes on where it was.

TopK with an auxiliary loss for dead latents: Gao et al., Scaling and evaluating sparse autoencoders (2024).
sae-lens computes every step; the loop here is its own `fit` with progress that a caller can stop and with
checkpoints that are whole or absent.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tools.errors import Stopped, UserError
from tools.progress import Progress, Report, silent
from tools.results import Result
from tools.sae.activation_cache import ActivationCache

if TYPE_CHECKING:
    from sae_lens import TopKTrainingSAE
    from sae_lens.training.sae_trainer import SAETrainer

SECONDS_BETWEEN_CHECKPOINTS = 60.0
DEAD_AFTER_TOKENS = 100_000
"""A latent that did not fire on this many training tokens is dead, and the auxiliary loss revives it."""


class TrainingSettings(Result):
    """What is trained and how."""

    layer: int = Field(ge=0)
    """The residual stream after this decoder layer."""
    n_features: int = Field(ge=2)
    k: int = Field(ge=1)
    """Latents active at each token."""
    passes: int = Field(default=3, ge=1)
    """Times that every cached token is seen."""
    batch_size: int = Field(default=512, ge=1)
    learning_rate: float = Field(default=6e-4, gt=0)
    seed: int = 0


def bfloat16_is_fast() -> bool:
    """Whether this machine multiplies bfloat16 matrices faster than float32 ones (three times on AVX-512 cores)."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() and not torch.backends.mps.is_available()


def fit(
    cache: ActivationCache,
    settings: TrainingSettings,
    metadata: dict[str, Any],
    folder: Path,
    *,
    device: str = "cpu",
    report: Report = silent,
) -> TopKTrainingSAE:
    """Train on `cache`; the SAE that comes out reads activations as the model makes them, not scaled ones.

    Checkpoints are kept in a sub-folder of `folder`. `metadata` becomes the SAE's own (`hook_name`, `model_name`).
    Raises UserError where there is less text than one batch, and what `report` raises to stop.
    """
    n_steps = settings.passes * cache.n_batches(settings.batch_size, settings.seed)
    if not n_steps:
        raise UserError(
            f"{cache.n_rows:,} tokens are too few to train on.",
            f"Give more text: at least {settings.batch_size:,} tokens make one step.",
        )
    trainer = _trainer(cache, settings, metadata, n_steps, device)
    folder = folder / _key(cache, settings)
    _resume(trainer, folder)
    batches = cache.batches(settings.batch_size, first=trainer.n_training_steps, seed=settings.seed)
    saved = time.monotonic()
    try:
        while trainer.n_training_steps < n_steps:
            trainer.step(next(batches))
            trainer.n_training_steps += 1
            if time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                _save(trainer, folder)
                saved = time.monotonic()
            report(Progress("training the SAE", trainer.n_training_steps, n_steps, "steps"))
    except Stopped:
        _save(trainer, folder)
        raise
    _save(trainer, folder)
    trainer.sae.fold_activation_norm_scaling_factor(cache.scale)
    return trainer.sae


def _key(cache: ActivationCache, settings: TrainingSettings) -> str:
    """Names what is trained: other settings or other activations begin anew."""
    trained = (settings.model_dump_json(), cache.rows, cache.scale, cache.mean)
    return hashlib.sha256(repr(trained).encode()).hexdigest()[:16]


def _trainer(
    cache: ActivationCache, settings: TrainingSettings, metadata: dict[str, Any], n_steps: int, device: str
) -> SAETrainer[Any, Any]:
    """A trainer at step 0. The decoder's bias begins at the mean activation, so that latents code deviations."""
    import torch
    from sae_lens import TopKTrainingSAE, TopKTrainingSAEConfig
    from sae_lens.config import SAETrainerConfig
    from sae_lens.saes.sae import SAEMetadata
    from sae_lens.training.sae_trainer import SAETrainer

    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        sae = TopKTrainingSAE(
            TopKTrainingSAEConfig(
                d_in=len(cache.mean),
                d_sae=settings.n_features,
                k=settings.k,
                device=device,
                metadata=SAEMetadata(**metadata),
            )
        )
    with torch.no_grad():
        sae.b_dec.copy_(torch.tensor(cache.mean))
    config = SAETrainerConfig(
        total_training_samples=n_steps * settings.batch_size,
        train_batch_size_samples=settings.batch_size,
        lr=settings.learning_rate,
        lr_end=0.0,
        lr_warm_up_steps=n_steps // 50,
        lr_decay_steps=n_steps // 3,
        device=device,
        autocast=bfloat16_is_fast(),
        dead_feature_window=max(1, DEAD_AFTER_TOKENS // settings.batch_size),
    )
    # Only its own fit() draws from the data provider.
    return SAETrainer(config, sae, data_provider=iter(()))


def _save(trainer: SAETrainer[Any, Any], folder: Path) -> None:
    """Replace the checkpoint by the trainer's present state."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"step-{trainer.n_training_steps:09d}"
    if (folder / name).exists():
        return
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    trainer.save_checkpoint(partial.name, base_path=folder)
    partial.rename(folder / name)
    for older in sorted(folder.glob("step-*"))[:-1]:
        shutil.rmtree(older)


def _resume(trainer: SAETrainer[Any, Any], folder: Path) -> None:
    """Bring the trainer to the last checkpoint, if there is one."""
    checkpoints = sorted(folder.glob("step-*"))
    if checkpoints:
        trainer.sae.load_weights_from_checkpoint(checkpoints[-1])
        trainer.load_trainer_state(checkpoints[-1])
