"""Random sets of sentences of similar length: what is drawn, and what purity is compared with."""

import numpy as np
import pytest

from tools.features._random_sets import RandomSentences
from tools.features.purity import mean_pairwise_cosine


def _unit(n: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, 4))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _texts(n: int) -> list[str]:
    return [" ".join(["word"] * (1 + i // 20)) + f" {i}" for i in range(n)]


def test_a_set_holds_no_sentence_twice_and_none_of_the_features_own() -> None:
    texts = _texts(90)
    null = RandomSentences(texts, _unit(90))
    own = texts[40:60]
    drawn = null._drawn(own, 200, np.random.default_rng(0))
    assert all(len(set(row)) == len(own) for row in drawn.tolist())
    assert not {null.texts[index] for index in drawn.ravel()} & set(own)


def test_stand_ins_are_of_similar_length() -> None:
    texts = _texts(400)  # twenty of each length from 2 to 21 words
    null = RandomSentences(texts, _unit(400))
    drawn = null._drawn([texts[200]] * 2, 200, np.random.default_rng(0))
    assert np.abs(null.lengths[drawn] - len(texts[200].split())).max() <= 2


def test_the_null_is_the_purity_of_such_sets() -> None:
    texts, vectors = _texts(300), _unit(300)
    null = RandomSentences(texts, vectors)
    found = null.compared(texts[:5], 0.9, 400, 7)
    sets = null._drawn(texts[:5], 400, np.random.default_rng([7, 5]))
    by_text = dict(zip(texts, vectors, strict=True))
    purities = [
        (1 + mean_pairwise_cosine(np.array([by_text[null.texts[index]] for index in row]))) / 2
        for row in sets.tolist()
    ]
    assert found["random_mean"] == pytest.approx(np.mean(purities))
    assert found["random_sd"] == pytest.approx(np.std(purities, ddof=1))
    assert found["z"] == pytest.approx((0.9 - np.mean(purities)) / np.std(purities, ddof=1))


def test_five_in_a_hundred_random_sets_beat_the_null() -> None:
    texts, vectors = _texts(1000), _unit(1000)
    null = RandomSentences(texts, vectors)
    by_text = dict(zip(texts, vectors, strict=True))
    generator = np.random.default_rng(1)
    beats = 0
    for _ in range(400):
        # Of one length, so that a random set is one of those that it is compared with.
        own = [texts[index] for index in 500 + generator.choice(20, 8, replace=False)]
        purity = (1 + mean_pairwise_cosine(np.array([by_text[text] for text in own]))) / 2
        beats += bool(null.compared(own, purity, 100, int(generator.integers(10**6)))["beats_random"])
    # Binomial with n = 400, p = 0.05: mean 20, sd 4.4.
    assert 4 <= beats <= 38


def test_a_corpus_of_fewer_than_three_times_the_sentences_gives_no_null() -> None:
    null = RandomSentences(_texts(11), _unit(11))
    assert null.compared(_texts(4), 0.9, 100, 0)["z"] is None
    assert "only 11 sentences" in str(null.compared(_texts(4), 0.9, 100, 0)["random_note"])
