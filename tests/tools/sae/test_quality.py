from typing import Any

import pytest
import torch

from tools.models.language_model import LanguageModel
from tools.sae import quality
from tools.sae.quality import measure_loss, measure_reconstruction
from tools.sae.windows import Window, counted_streams

LAYER = 1
NORM = 1e6
"""So large a mean norm makes every token typical."""


def _sae(**weights: torch.Tensor) -> Any:
    """A TopK SAE of width 32 that keeps all of its 64 latents; weights that are not given are 0."""
    from sae_lens import TopKSAE, TopKSAEConfig

    sae = TopKSAE(TopKSAEConfig(d_in=32, d_sae=64, k=64, apply_b_dec_to_input=False))
    with torch.no_grad():
        for name, parameter in sae.named_parameters():
            parameter.copy_(weights.get(name, torch.zeros_like(parameter)))
    return sae


def _identity() -> Any:
    """x = relu(x) - relu(-x)."""
    both = torch.cat([torch.eye(32), -torch.eye(32)])
    return _sae(W_enc=both.T, W_dec=both)


def _windows() -> list[Window]:
    generator = torch.Generator().manual_seed(0)
    return [
        Window((0, *torch.randint(6, 320, (9 + i % 4,), generator=generator).tolist()), "ab"[i % 2], True)
        for i in range(12)
    ]


def test_an_identity_explains_everything_and_loses_nothing(tiny: LanguageModel) -> None:
    windows = _windows()
    measured, firings = measure_reconstruction(tiny, _identity(), LAYER, windows, NORM)
    assert measured.explained_variance == pytest.approx(1.0, abs=1e-9)
    assert measured.by_source == pytest.approx({"a": 1.0, "b": 1.0})
    assert measured.explained_variance_of_all == pytest.approx(1.0)
    assert measured.n_tokens == firings.n_tokens == sum(len(w.token_ids) - 1 for w in windows)
    assert measured.l0 == pytest.approx(32, abs=0.2)  # every coordinate is positive or negative
    assert measured.n_dead == 0
    loss = measure_loss(tiny, _identity(), LAYER, windows, firings.mean)
    assert loss.recovered_from_mean == pytest.approx(1.0, abs=1e-4)
    assert loss.recovered_from_zero == pytest.approx(1.0, abs=1e-4)


def test_the_mean_explains_nothing_recovers_nothing_and_is_dead(tiny: LanguageModel) -> None:
    windows = _windows()
    rows = torch.cat([rows for _, rows in counted_streams(tiny, LAYER, windows)])
    sae = _sae(b_dec=rows.mean(0), b_enc=torch.full((64,), -1.0))
    measured, firings = measure_reconstruction(tiny, sae, LAYER, windows, NORM)
    assert measured.explained_variance == pytest.approx(0.0, abs=1e-6)
    assert (measured.l0, measured.dead_share) == (0.0, 1.0)
    assert torch.allclose(firings.mean, rows.mean(0), atol=1e-5)
    loss = measure_loss(tiny, sae, LAYER, windows, firings.mean)
    assert loss.recovered_from_mean == pytest.approx(0.0, abs=1e-4)
    assert loss.reconstructed == pytest.approx(loss.mean_ablated)


def test_half_of_every_deviation_explains_three_quarters(tiny: LanguageModel) -> None:
    # x' = mean + (x - mean) / 2 leaves |x - x'|^2 = |x - mean|^2 / 4.
    windows = _windows()
    rows = torch.cat([rows for _, rows in counted_streams(tiny, LAYER, windows)])
    both = torch.cat([torch.eye(32), -torch.eye(32)])
    sae = _sae(W_enc=both.T, W_dec=both / 2, b_dec=rows.mean(0) / 2)
    measured, _ = measure_reconstruction(tiny, sae, LAYER, windows, NORM)
    assert measured.explained_variance == pytest.approx(0.75, abs=1e-6)


def test_the_clean_loss_is_the_models_own(tiny: LanguageModel) -> None:
    windows = _windows()
    loss = measure_loss(tiny, _identity(), LAYER, windows, torch.zeros(32))
    losses = []
    with torch.no_grad():
        for window in windows:
            ids = torch.tensor([window.token_ids])
            logits = tiny.model(ids).logits[0]
            # BOS does not count, so its prediction is left out.
            losses.append(torch.nn.functional.cross_entropy(logits[1:-1], ids[0, 2:], reduction="none"))
    assert loss.clean == pytest.approx(torch.cat(losses).mean().item(), abs=1e-5)
    assert loss.n_tokens == len(torch.cat(losses))


def test_long_vectors_are_left_out_of_the_figure_for_typical_tokens(
    tiny: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One window: five tokens of norm about 1 that are not reconstructed, one of norm 8 that is.
    rows = torch.zeros(6, 32)
    rows[:5, :5] = torch.eye(5)
    rows[5, 9] = 8.0
    monkeypatch.setattr(quality, "counted_streams", lambda model, layer, batch: [(torch.arange(1, 7), rows)])
    only_long = torch.zeros(32, 64)
    only_long[9, 0] = 1.0
    window = Window((0, *range(6, 12)), "a", True)
    measured, firings = measure_reconstruction(
        tiny, _sae(W_enc=only_long, W_dec=only_long.T), LAYER, [window], 1.0
    )
    # All: 1 - 5 / (5 + 64 - 6 |mean|^2) with |mean|^2 = (5 + 64) / 36.
    # Typical: 1 - 5 / (5 - 5 |mean|^2) with |mean|^2 = 5 / 25.
    assert measured.explained_variance_of_all == pytest.approx(1 - 5 / (69 - 69 / 6), abs=1e-6)
    assert measured.explained_variance == pytest.approx(1 - 5 / 4, abs=1e-6)
    assert measured.typical_share == pytest.approx(5 / 6)
    assert (measured.n_tokens, measured.n_dead, len(firings.value)) == (
        5,
        64,
        0,
    )  # it fires at the long one alone


def test_firings_name_window_position_feature_and_value(tiny: LanguageModel) -> None:
    windows = _windows()
    _, firings = measure_reconstruction(tiny, _identity(), LAYER, windows, NORM)
    positions, rows = counted_streams(tiny, LAYER, [windows[5]])[0]
    here = (firings.window == 5) & (firings.position == positions[3]) & (firings.feature == 40)
    # Feature 40 is the negative part of coordinate 8.
    expected = max(0.0, -rows[3, 8].item())
    assert firings.value[here].sum().item() == pytest.approx(expected, abs=2e-3)
