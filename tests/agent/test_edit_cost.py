"""Estimates of edits: what is there already is not counted, and larger work is expected to take longer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import edit_corpus, edit_cost
from agent.settings import Settings
from agent.workbench import Workbench
from sessions.store import Store
from tests.conftest import TRAINING_TEXT, make_language_model
from tools.editing.covariance import covariance
from tools.models.cached_folder import cache_root
from tools.models.cost import Rates

RATES = Rates(flops=1e6, bytes_per_s=1e6)
TEXTS = [" ".join(TRAINING_TEXT)] * 64
"""Enough tokens for the covariance of a tiny model."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("agent.edit_cost.measured_rates", lambda device, dtype: RATES)
    store = Store(tmp_path)
    yield Workbench(Settings(store_folder=tmp_path), store, store.new_session())
    store.close()


def test_text_and_covariance_count_until_they_are_there(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_language_model()
    n_parameters = sum(parameter.numel() for parameter in model.model.parameters())
    a_token = 1.5 * 2 * n_parameters / 1e6
    everything = edit_cost.edit_seconds(bench, model)
    monkeypatch.setattr("agent.edit_cost.kept_corpus", lambda weights_hash, seed: ["text"])
    with_text = edit_cost.edit_seconds(bench, model)
    assert everything - with_text == pytest.approx(30_000 * a_token)
    monkeypatch.setattr("tools.editing.layer_choice.known_layer", lambda model, folder: 1)
    assert edit_cost.edit_seconds(bench, model) == with_text
    name = edit_corpus.corpus_id(model.weights_hash, bench.settings.seed)
    covariance(model, 1, TEXTS, corpus_id=name, folder=cache_root() / "editing")
    with_both = edit_cost.edit_seconds(bench, model)
    assert with_text - with_both == pytest.approx(10_000 * a_token)
    assert with_both - edit_cost.validation_seconds(model) == pytest.approx(1_300 * a_token)


def test_some_benchmarks_are_expected_to_take_their_share(bench: Workbench) -> None:
    model = make_language_model()
    assert edit_cost.benchmark_seconds(model, 13) == pytest.approx(13 * edit_cost.benchmark_seconds(model, 1))
