"""The corpus contrast: which sentences stand against which, and d of what a feature does on them."""

import numpy as np
import pytest

from tools.features._corpus_contrast import FEWEST_FAR, MOST, choose_sentences, corpus_contrast


def _choose(cosines: np.ndarray, used: tuple[list[int], list[int]] | None) -> tuple[list[int], list[int]]:
    near, far = choose_sentences(cosines, used, np.random.default_rng(0))
    return near.tolist(), far.tolist()


def test_a_description_takes_what_is_near_in_meaning_and_nothing_beyond() -> None:
    cosines = np.array([0.9, 0.29, 0.5, *np.linspace(0.1, -0.5, 37)])
    near, far = _choose(cosines, None)
    assert near == [0, 2]
    assert len(far) == FEWEST_FAR
    assert set(far) <= set(range(20, 40))  # the farthest half


def test_a_list_of_words_takes_the_sentences_that_use_them_however_near() -> None:
    cosines = np.linspace(0.2, -0.6, 40)
    near, far = _choose(cosines, ([3, 30], [3, 30, 35]))
    assert sorted(near) == [3, 30]
    assert not {30, 35} & set(far)  # far away, but with one of the words


def test_of_many_sentences_some_are_drawn_and_as_many_stand_against_them() -> None:
    used = list(range(500))
    near, far = _choose(np.linspace(0.5, -0.5, 2000), (used, used))
    assert len(near) == len(far) == MOST
    assert set(near) <= set(used)
    assert len(set(near)) == MOST
    assert (near, far) == _choose(np.linspace(0.5, -0.5, 2000), (used, used))


def test_d_is_worked_out_by_hand() -> None:
    # Means 3 and 1, both variances 2.5 (1..5 and -1..3): d = 2 / sqrt(2.5) = 1.2649, clipped to 1.
    found = corpus_contrast([1, 2, 3, 4, 5], [-1, 0, 1, 2, 3])
    assert found.details["d"] == pytest.approx(1.2649, abs=1e-4)
    assert found.value == 1.0
    assert found.interval is not None
    assert found.interval[1] == 1.0
    assert found.n == 10


def test_too_few_sentences_for_the_label_are_unscored_with_both_counts() -> None:
    found = corpus_contrast([1.0] * 4 + [float("nan")], [0.0] * 10)
    assert found.value is None
    assert "4 sentences for the label and 10 far from it" in found.explanation


def test_more_sentences_make_the_interval_narrower() -> None:
    generator = np.random.default_rng(3)
    near, far = generator.normal(0.5, 1, 100), generator.normal(0, 1, 100)
    few = corpus_contrast(near[:10].tolist(), far[:10].tolist()).interval
    many = corpus_contrast(near.tolist(), far.tolist()).interval
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < 0.7 * (few[1] - few[0])
