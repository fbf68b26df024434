"""Estimates of work on features: what is done already is not counted."""

from pathlib import Path

import pytest

from agent import feature_corpus, feature_cost
from agent.feature_cost import corpus_seconds, score_seconds, sweep_seconds
from tests.planted_sae import DECISIVE, MISLABELLED, planted_model, planted_sae, sentences_about
from tools.features.sweep_left import Left
from tools.models.cost import Rates
from tools.sae.scan import scan_corpus

CORPUS = sentences_about(DECISIVE, MISLABELLED)


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A thousand operations a second, and an empty cache."""
    monkeypatch.setattr(feature_cost, "measured_rates", lambda device, dtype: Rates(1e3, 1e3))
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path))


def _sweep(left: Left) -> float:
    return sweep_seconds(planted_model(), planted_sae(), 0, 8, lambda corpus: left)


def test_a_corpus_that_is_half_sampled_takes_about_half_as_long_to_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def seconds(sampled: int) -> float:
        monkeypatch.setattr(feature_cost, "sampled_tokens", lambda model, seed: sampled)
        return corpus_seconds(planted_model(), planted_sae(), 0)

    whole, half, done = (seconds(share * feature_corpus.TOKENS // 2) for share in (0, 1, 2))
    assert whole > half > done > 0  # it is still to be scanned
    assert half - done == pytest.approx(whole - half)


def test_a_scanned_corpus_costs_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(feature_cost, "is_sampled", lambda model, seed: True)
    monkeypatch.setattr(feature_cost, "feature_corpus", lambda model, seed: CORPUS)
    assert corpus_seconds(planted_model(), planted_sae(), 0) > 0
    scan_corpus(planted_model(), planted_sae(), CORPUS, feature_corpus.scans_folder())
    assert corpus_seconds(planted_model(), planted_sae(), 0) == 0.0


def test_a_sweep_costs_what_is_left_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    unsampled = _sweep(Left(0, 0, 0, 0))
    monkeypatch.setattr(feature_cost, "is_sampled", lambda model, seed: True)
    monkeypatch.setattr(feature_cost, "feature_corpus", lambda model, seed: CORPUS)
    n_sentences = feature_corpus.TOKENS // feature_cost.TOKENS_A_SENTENCE
    whole = _sweep(Left(n_sentences, n_sentences, 80, 8))
    scanned = _sweep(Left(0, n_sentences, 80, 8))
    embedded = _sweep(Left(0, 0, 80, 8))
    ablated = _sweep(Left(0, 0, 0, 8))
    assert unsampled > whole > scanned > embedded > ablated > _sweep(Left(0, 0, 0, 0)) == 0.0


def test_scores_of_twice_as_many_features_take_twice_as_long() -> None:
    assert score_seconds(planted_model(), 4) == pytest.approx(2 * score_seconds(planted_model(), 2))
