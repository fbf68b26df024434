from collections.abc import Sequence

import pytest
import torch

from tools.sae import token_labels
from tools.sae.quality import Firings
from tools.sae.token_labels import label_features
from tools.sae.windows import Window

VOCABULARY = [" the", " The", " fox", " ran", "ning", " Pope", "\n", ".", " home"]


class WordTokenizer:
    """Token i is VOCABULARY[i]."""

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(VOCABULARY[index] for index in ids)


def _window(*tokens: str) -> Window:
    return Window(tuple(VOCABULARY.index(token) for token in tokens), "test", True)


WINDOWS = [
    _window(" the", " fox", " ran", " home", "."),
    _window(" The", " Pope", " ran", "ning", "\n"),
    _window(" the", " fox", " ran", "ning", "."),
]


def _firings(*entries: tuple[int, int, int, float]) -> Firings:
    window, position, feature, value = zip(*entries, strict=True)
    return Firings(
        torch.tensor(window),
        torch.tensor(position),
        torch.tensor(feature),
        torch.tensor(value),
        n_tokens=12,
        mean=torch.zeros(1),
    )


def test_the_label_lists_characteristic_tokens_by_coverage_and_lift() -> None:
    # Feature 3: fox 4 + 2, Pope 2 of 9 in all, `the` 1. Coverage 6/9, 2/9, 1/9; frequencies 2, 1, 3 of 15 tokens.
    # Scores: 0.667 ln(0.667 / 0.133) = 1.07; 0.222 ln(0.222 / 0.067) = 0.27; 0.111 ln(0.111 / 0.2) < 0, left out.
    firings = _firings((0, 1, 3, 4.0), (2, 1, 3, 2.0), (1, 1, 3, 2.0), (0, 0, 3, 1.0))
    (label,) = label_features(WordTokenizer(), WINDOWS, firings)
    assert (label.feature, label.label, label.method) == (3, "fox, pope", "top_tokens")
    assert label.covered == pytest.approx(8 / 9)
    assert label.firing_rate == pytest.approx(4 / 12)
    assert label.max_activation == 4.0


def test_upper_and_lower_case_count_as_one_token() -> None:
    firings = _firings((0, 0, 0, 1.0), (1, 0, 0, 1.0))
    (label,) = label_features(WordTokenizer(), WINDOWS, firings)
    assert (label.label, label.covered) == ("the", 1.0)


def test_examples_are_the_strongest_of_different_windows_with_the_token_marked() -> None:
    firings = _firings((0, 3, 1, 1.0), (2, 1, 1, 3.0), (0, 1, 1, 2.0))
    (label,) = label_features(WordTokenizer(), WINDOWS, firings)
    assert label.examples == ("the «fox» ranning.", "the «fox» ran home.")


def test_parts_of_words_line_breaks_and_signs_are_shown_as_such() -> None:
    firings = _firings((1, 3, 0, 1.0), (1, 2, 1, 1.0), (0, 2, 2, 1.0), (1, 4, 3, 1.0), (0, 4, 4, 1.0))
    labels = [label.label for label in label_features(WordTokenizer(), WINDOWS, firings)]
    assert labels == ["-ning", "ran-", "ran", "newline", '"."']


def test_features_that_never_fire_have_no_label_and_the_others_come_in_order() -> None:
    firings = _firings((0, 1, 9, 1.0), (0, 1, 2, 1.0))
    assert [label.feature for label in label_features(WordTokenizer(), WINDOWS, firings)] == [2, 9]


def test_only_the_strongest_firings_make_the_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_labels, "STRONGEST", 2)
    firings = _firings((0, 1, 0, 3.0), (2, 1, 0, 2.0), (1, 1, 0, 1.0), (1, 4, 0, 1.0))
    (label,) = label_features(WordTokenizer(), WINDOWS, firings)
    assert (label.label, label.covered, label.firing_rate) == ("fox", 1.0, pytest.approx(4 / 12))
