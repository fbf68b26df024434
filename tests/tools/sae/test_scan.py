"""A scan of a corpus: what every feature does, in whole blocks, the same however it was interrupted."""

from pathlib import Path

import pytest
import torch

from tests.planted_sae import (
    DEAD,
    DECISIVE,
    MISLABELLED,
    N_FEATURES,
    TWO_TOPICS,
    UNREAD,
    planted_model,
    planted_sae,
    sentences_about,
)
from tools.progress import Progress
from tools.sae import scan as scanning
from tools.sae.activations import activations
from tools.sae.places import Places, best_places
from tools.sae.scan import Scan, corpus_hash, find_scan, scan_corpus

CORPUS = sentences_about(DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "BLOCK", 7)
    monkeypatch.setattr("tools.sae.scan_block.CHUNK_VALUES", 20 * N_FEATURES)


def _scan(folder: Path, **settings: object) -> Scan:
    return scan_corpus(planted_model(), planted_sae(), CORPUS, folder, **settings)  # type: ignore[arg-type]


def test_firings_and_maxima_are_those_of_the_activations_themselves(tmp_path: Path) -> None:
    scan = _scan(tmp_path)
    firings = torch.zeros(N_FEATURES, dtype=torch.long)
    n_tokens = 0
    found = list(activations(planted_model(), planted_sae(), CORPUS, range(N_FEATURES)))
    for index, text in enumerate(found):
        counted = text.values[text.counts]
        firings += (counted > 1e-3).sum(0)
        n_tokens += len(counted)
        sentence = torch.full((N_FEATURES,), index)
        maxima = scan.maxima(sentence, torch.arange(N_FEATURES))
        assert maxima.tolist() == pytest.approx(counted.amax(0).tolist(), rel=0.01)
        assert scan.token_ids[index] == text.token_ids.tolist()
    assert scan.firings.tolist() == firings.tolist()
    assert scan.n_tokens == n_tokens


def test_the_strongest_sentences_come_in_order_each_once_with_the_place_of_the_maximum(
    tmp_path: Path,
) -> None:
    scan = _scan(tmp_path)
    sentences = [s for s in scan.strongest.sentence[MISLABELLED].tolist() if s >= 0]
    assert set(range(30, 40)) <= set(sentences)
    assert len(set(sentences)) == len(sentences)
    values = scan.strongest.value[MISLABELLED, : len(sentences)].tolist()
    assert values == sorted(values, reverse=True)
    for sentence, position, value in zip(
        sentences, scan.strongest.position[MISLABELLED].tolist(), values, strict=False
    ):
        (read,) = activations(planted_model(), planted_sae(), [CORPUS[sentence]], [MISLABELLED])
        assert float(read.values[position, 0]) == pytest.approx(value)


def test_sampled_positions_are_positions_where_the_feature_fires(tmp_path: Path) -> None:
    sample = _scan(tmp_path).sample
    assert (sample.sentence[DEAD] == -1).all()
    there = sample.sentence[DECISIVE] >= 0
    assert int(there.sum()) == min(scanning.SAMPLED, int(_scan(tmp_path).firings[DECISIVE]))
    assert (sample.value[DECISIVE][there] > 1e-3).all()


def test_every_firing_position_has_the_same_chance_to_be_sampled() -> None:
    # 200 of 1000 places, half of them strong: strong ones must not come more often.
    key = torch.rand(1000, 1, generator=torch.Generator().manual_seed(0))
    value = torch.cat([torch.ones(500, 1), 100 * torch.ones(500, 1)])
    drawn = best_places(key, value, torch.arange(1000), torch.arange(1000), 200)
    # The share has a standard deviation of sqrt(0.25 * 0.8 / 200) = 0.032.
    assert float((drawn.value > 50).float().mean()) == pytest.approx(0.5, abs=0.1)


def test_an_interrupted_scan_goes_on_where_it_was_and_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _scan(tmp_path / "whole")
    wanted = 3
    scanned: list[int] = []
    real = scanning.scan_block

    def dying(model: object, sae: object, sentences: object, start: int, *rest: object) -> object:
        if len(scanned) == wanted:
            raise KeyboardInterrupt
        scanned.append(start)
        return real(model, sae, sentences, start, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(scanning, "scan_block", dying)
    with pytest.raises(KeyboardInterrupt):
        _scan(tmp_path / "cut")
    assert find_scan(planted_model(), planted_sae(), CORPUS, tmp_path / "cut") is None
    wanted = 100
    again = _scan(tmp_path / "cut")
    assert scanned == [0, 7, 14, 21, 28, 35]
    for name in ("strongest", "sample"):
        for tensor, other in zip(
            vars(getattr(whole, name)).values(), vars(getattr(again, name)).values(), strict=True
        ):
            assert torch.equal(tensor, other)


def test_a_truncated_block_is_scanned_again(tmp_path: Path) -> None:
    scan = _scan(tmp_path)
    block = sorted(scan.folder.glob("block-*"))[1]
    block.write_bytes(block.read_bytes()[:-100])
    assert find_scan(planted_model(), planted_sae(), CORPUS, tmp_path) is None
    assert _scan(tmp_path).firings.tolist() == scan.firings.tolist()


def test_another_threshold_is_another_scan(tmp_path: Path) -> None:
    low = _scan(tmp_path)
    middle = float(low.sample.value[DECISIVE].median())
    high = _scan(tmp_path, threshold=middle)
    assert 0 < int(high.firings[DECISIVE]) < int(low.firings[DECISIVE])


def test_progress_counts_sentences_and_can_stop_the_scan(tmp_path: Path) -> None:
    seen: list[Progress] = []
    _scan(tmp_path, report=seen.append)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert seen[-1].done == seen[-1].total == len(CORPUS)


def test_places_keep_the_largest_keys_of_both() -> None:
    def places(*keys: float) -> Places:
        row = torch.tensor([keys])
        return Places(row, row, row.int(), row.int())

    assert places(3, 1).with_more(places(4, 2), 3).key.tolist() == [[4, 3, 2]]


def test_an_empty_corpus_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        scan_corpus(planted_model(), planted_sae(), [], Path())


def test_the_hash_of_a_corpus_sees_order_and_boundaries() -> None:
    assert len({corpus_hash(texts) for texts in (["a", "b"], ["b", "a"], ["ab"], ["a b"])}) == 4
