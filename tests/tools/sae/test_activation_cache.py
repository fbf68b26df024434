from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from tests.conftest import make_language_model
from tools.errors import Stopped, UserError
from tools.models.language_model import LanguageModel
from tools.models.residual import captured_residuals
from tools.progress import Progress
from tools.sae import activation_cache
from tools.sae.activation_cache import ActivationCache, build_cache
from tools.sae.corpus import Passage
from tools.sae.windows import Window, cut_windows


def _windows(n: int) -> list[Window]:
    generator = torch.Generator().manual_seed(0)
    return [
        Window((0, 6 + i, *torch.randint(6, 320, (10 + i % 5,), generator=generator).tolist()), "test", False)
        for i in range(n)
    ]


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activation_cache, "WINDOWS_PER_SHARD", 8)
    monkeypatch.setattr(activation_cache, "SHARDS_MIXED", 2)


def test_windows_begin_with_bos_and_cover_the_passage(tiny: LanguageModel) -> None:
    text = "the quick brown fox jumps over the lazy dog " * 4
    windows = list(cut_windows(tiny.tokenizer, [Passage(text, "a")], 16))
    assert all(window.token_ids[0] == tiny.tokenizer.bos_token_id for window in windows)
    assert max(len(window.token_ids) for window in windows) == 16
    plain = tiny.tokenizer(text, add_special_tokens=False)["input_ids"]
    covered = [token for window in windows for token in window.token_ids[1:]]
    assert covered == plain[: len(covered)]
    assert len(plain) - len(covered) < 8


def test_rows_are_the_models_activations_times_the_scale(tiny: LanguageModel, tmp_path: Path) -> None:
    windows = _windows(8)
    cache = build_cache(tiny, 1, windows, tmp_path)
    rows = cache._read(0).float()
    assert rows.norm(dim=1).mean().item() == pytest.approx(32**0.5, rel=1e-3)
    with captured_residuals(tiny.model, [1]) as residuals, torch.no_grad():
        tiny.model(torch.tensor([windows[0].token_ids]))
    expected = residuals[1][0, 1:]  # BOS does not count; the random model has no sinks
    assert len(rows) == sum(len(window.token_ids) - 1 for window in windows)
    nearest = torch.cdist(expected, rows / cache.scale).min(dim=1).values
    assert nearest.max().item() < 0.02 * expected.norm(dim=1).min().item()


def test_an_interrupted_cache_computes_only_what_is_missing(tiny: LanguageModel, tmp_path: Path) -> None:
    windows = _windows(40)
    whole = build_cache(tiny, 1, windows, tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if (tmp_path / "cut" / "rows-00002.safetensors").exists():
            raise Stopped

    with pytest.raises(Stopped):
        build_cache(tiny, 1, windows, tmp_path / "cut", stop)
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "cut").glob("rows-*")}
    resumed = build_cache(tiny, 1, windows, tmp_path / "cut")
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "cut").glob("rows-*")}
    assert len(before) == 3
    assert before.items() <= after.items()
    assert resumed.rows == whole.rows
    assert all(torch.equal(resumed._read(i), whole._read(i)) for i in range(5))


def test_more_text_keeps_the_shards_that_are_there(tiny: LanguageModel, tmp_path: Path) -> None:
    windows = _windows(24)
    build_cache(tiny, 1, windows[:16], tmp_path)
    before = (tmp_path / "rows-00001.safetensors").stat().st_mtime_ns
    assert len(build_cache(tiny, 1, windows, tmp_path).rows) == 3
    assert (tmp_path / "rows-00001.safetensors").stat().st_mtime_ns == before


def test_activations_of_another_layer_are_refused(tiny: LanguageModel, tmp_path: Path) -> None:
    build_cache(tiny, 1, _windows(8), tmp_path)
    with pytest.raises(UserError, match="other layer"):
        build_cache(tiny, 0, _windows(8), tmp_path)


def test_activations_of_other_weights_are_refused(tiny: LanguageModel, tmp_path: Path) -> None:
    build_cache(tiny, 1, _windows(8), tmp_path)
    with pytest.raises(UserError, match="other weights"):
        build_cache(make_language_model("qwen2"), 1, _windows(8), tmp_path)


def test_batches_can_be_taken_up_anywhere_and_see_every_row_once_a_pass(
    tiny: LanguageModel, tmp_path: Path
) -> None:
    cache: ActivationCache = build_cache(tiny, 1, _windows(40), tmp_path)
    from_start = cache.batches(16, first=0, seed=3)
    first_pass = [next(from_start) for _ in range(cache.n_batches(16, 3))]
    later = [next(from_start) for _ in range(5)]
    taken_up = cache.batches(16, first=len(first_pass) + 2, seed=3)
    assert all(torch.equal(next(taken_up), batch) for batch in later[2:])
    rows = torch.cat(first_pass)
    assert len(torch.unique(rows, dim=0)) == len(rows)
    assert cache.n_rows - len(rows) < 16 * 3  # three groups, less than one batch left over in each


def test_a_disk_that_is_too_small_is_told_before_the_work(
    tiny: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=100))
    with pytest.raises(UserError, match="GiB are free"):
        build_cache(tiny, 1, _windows(8), tmp_path)
