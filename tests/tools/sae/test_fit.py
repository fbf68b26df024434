from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tools.errors import Stopped, UserError
from tools.progress import Progress
from tools.sae.activation_cache import ActivationCache
from tools.sae.fit import TrainingSettings, fit

SETTINGS = TrainingSettings(layer=1, n_features=64, k=4, passes=2, batch_size=64, learning_rate=3e-3)
METADATA = {"model_name": "tiny", "hook_name": "blocks.1.hook_resid_post"}


@pytest.fixture
def cache(tmp_path: Path) -> ActivationCache:
    """Rows of width 16 that are sparse sums of 24 directions about a mean of 2, twice as long as the model's."""
    generator = torch.Generator().manual_seed(0)
    directions = torch.nn.functional.normalize(torch.randn(24, 16, generator=generator), dim=1)
    rows = []
    for index in range(3):
        codes = torch.rand(700, 24, generator=generator) * (torch.rand(700, 24, generator=generator) < 0.1)
        rows.append(codes @ directions * 5 + 2)
        save_file({"rows": rows[-1].half()}, tmp_path / f"rows-{index:05d}.safetensors")
    return ActivationCache(tmp_path, 2.0, (700, 700, 700), tuple(rows[0].mean(0).tolist()))


def test_the_sae_reconstructs_the_activations_as_the_model_makes_them(
    cache: ActivationCache, tmp_path: Path
) -> None:
    settings = SETTINGS.model_copy(update={"passes": 12})
    sae = fit(cache, settings, METADATA, tmp_path / "checkpoints")
    rows = cache._read(0).float() / 2.0
    with torch.no_grad():
        codes = sae.encode(rows)
        error = (sae.decode(codes) - rows).pow(2).sum()
    assert 1 - error / (rows - rows.mean(0)).pow(2).sum() > 0.8
    assert (codes > 0).sum(1).max() <= 4
    assert sae.cfg.metadata.hook_name == "blocks.1.hook_resid_post"


def test_a_stopped_training_ends_where_an_unbroken_one_does(cache: ActivationCache, tmp_path: Path) -> None:
    whole = fit(cache, SETTINGS, METADATA, tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.done == 37:
            raise Stopped

    with pytest.raises(Stopped):
        fit(cache, SETTINGS, METADATA, tmp_path / "cut", report=stop)
    steps: list[int] = []
    resumed = fit(
        cache, SETTINGS, METADATA, tmp_path / "cut", report=lambda progress: steps.append(progress.done)
    )
    assert steps[0] == 38
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), resumed.parameters(), strict=True))


def test_other_settings_begin_anew(cache: ActivationCache, tmp_path: Path) -> None:
    fit(cache, SETTINGS, METADATA, tmp_path)
    steps: list[int] = []
    other = SETTINGS.model_copy(update={"k": 3})
    fit(cache, other, METADATA, tmp_path, report=lambda progress: steps.append(progress.done))
    assert steps[0] == 1


def test_training_leaves_the_callers_random_state_alone(cache: ActivationCache, tmp_path: Path) -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    fit(cache, SETTINGS.model_copy(update={"passes": 1}), METADATA, tmp_path / "checkpoints")
    assert torch.equal(torch.get_rng_state(), before)


def test_too_little_text_is_told(cache: ActivationCache, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too few"):
        fit(cache, SETTINGS.model_copy(update={"batch_size": 5000}), METADATA, tmp_path)
