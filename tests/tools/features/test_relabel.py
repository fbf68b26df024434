"""A new label from real contexts, kept only where it is better on fresh sentences."""

import pytest

from tests.planted_sae import (
    DEAD,
    DECISIVE,
    MISLABELLED,
    SENTENCES,
    TOPICS,
    UNREAD,
    planted_model,
    planted_sae,
)
from tools.features.interp_score import SentenceMaximum
from tools.features.relabel import (
    LabelComparison,
    _word_at,
    best_of,
    compare_labels,
    marked,
    words_of_contexts,
)


def _context(text: str, tokens: list[str], strongest: int, maximum: float = 1.0) -> SentenceMaximum:
    return SentenceMaximum(text=text, tokens=tuple(tokens), strongest=strongest, maximum=maximum, fires=True)


def _compare(feature: int, old: int | None, new: int, n_proposals: int = 1) -> LabelComparison:
    return compare_labels(
        planted_model(),
        planted_sae(),
        feature,
        None if old is None else ("old", SENTENCES[old][:10]),
        ("new", SENTENCES[new][:10]),
        SENTENCES[UNREAD][:10],
        n_proposals=n_proposals,
    )


@pytest.mark.parametrize(
    ("text", "tokens", "strongest", "word"),
    [
        ("The dog sleeps.", ["The", " dog", " sleeps", "."], 1, "dog"),
        ("The dog sleeps.", ["<s>", "The", "dog", "sleeps", "."], 2, "dog"),  # decoded without their spaces
        ("An unbelievable day", ["An", " unbel", "iev", "able", " day"], 2, "unbelievable"),
        ("a zyx violin", ["a", "<unk>", "violin"], 2, "violin"),
        ("the the cat", ["the", " the", " cat"], 1, "the"),
        ("Straße frei", ["Str", "aße", " frei"], 2, " frei"),
    ],
)
def test_the_word_of_a_token_is_found_in_the_text(
    text: str, tokens: list[str], strongest: int, word: str
) -> None:
    assert _word_at(_context(text, tokens, strongest)) == word


def test_the_word_is_marked_where_the_feature_fires_and_not_where_it_stands_first() -> None:
    text, tokens = "the dog and the cat", ["the", " dog", " and", " the", " cat"]
    assert marked(_context(text, tokens, 3)) == "the dog and «the» cat"
    assert marked(_context("Straße frei", ["Str", "aße", " frei"], 2)) == "Straße «frei»"


def test_a_feature_is_named_by_the_words_that_it_fires_on() -> None:
    contexts = [
        _context("the violin was old", ["the", " violin", " was", " old"], 1, 3.0),
        _context("a violin and a song", ["a", " violin", " and", " a", " song"], 1, 2.0),
        _context("one more song", ["one", " more", " song"], 2, 2.0),
    ]
    corpus = [context.text for context in contexts] + ["the man was in the house"] * 10
    # violin: 5/7 of the activation and 2 of 72 words; song: 2/7 and 2 of 72.
    assert words_of_contexts(contexts, corpus) == "violin, song"


def test_a_feature_that_fires_on_what_surrounds_it_is_named_by_what_its_contexts_share() -> None:
    texts = ["rain fell on one", "heavy rain over two", "the rain took three", "some rain for four"]
    texts += ["cold rain at five", "more rain till six", "no rain since seven"]
    contexts = [_context(text, text.split(), 3) for text in texts]
    assert (words_of_contexts(contexts, [*texts, *["sun and wind again"] * 20]) or "").startswith("rain")


def test_without_contexts_there_is_no_label() -> None:
    assert words_of_contexts([], ["a b c"]) is None


def test_a_right_label_replaces_a_wrong_one() -> None:
    found = _compare(MISLABELLED, old=DECISIVE, new=MISLABELLED)
    assert found.kept
    assert found.interval and found.interval[0] > 0
    assert found.old_score and found.old_score.value == 0.0
    assert found.new_score.value == 1.0
    assert "above 0" in found.reason


def test_a_wrong_label_and_one_that_is_as_good_are_not_kept() -> None:
    assert not _compare(MISLABELLED, old=MISLABELLED, new=DECISIVE).kept
    same = _compare(MISLABELLED, old=MISLABELLED, new=MISLABELLED)
    assert not same.kept
    assert same.difference == 0.0


def test_labels_that_compete_have_wider_intervals_and_the_best_of_the_better_is_kept() -> None:
    alone = _compare(MISLABELLED, old=DECISIVE, new=MISLABELLED)
    among_five = _compare(MISLABELLED, old=DECISIVE, new=MISLABELLED, n_proposals=5)
    assert (alone.confidence, among_five.confidence) == (pytest.approx(0.95), pytest.approx(0.99))
    assert alone.interval and among_five.interval
    assert among_five.interval[0] <= alone.interval[0] and among_five.interval[1] >= alone.interval[1]
    assert "a 99 % interval" in among_five.reason

    no_better = _compare(MISLABELLED, old=MISLABELLED, new=DECISIVE, n_proposals=3)
    second = alone.model_copy(update={"new": "second", "difference": (alone.difference or 0.0) - 1})
    kept = best_of([no_better, second, alone])
    assert [each.kept for each in kept] == [False, False, True]
    assert kept[1].reason.endswith("'new' does better still.")
    assert kept[0] == no_better
    assert best_of([no_better]) == [no_better]


def test_a_first_label_is_kept_where_it_predicts_the_feature() -> None:
    assert _compare(DECISIVE, old=None, new=DECISIVE).kept
    assert not _compare(DECISIVE, old=None, new=MISLABELLED).kept


def test_no_label_is_better_for_a_feature_that_never_fires() -> None:
    found = _compare(DEAD, old=MISLABELLED, new=DECISIVE)
    assert not found.kept
    assert found.difference == 0.0


def test_topics_of_the_planted_features_do_not_overlap() -> None:
    assert not set(TOPICS[DECISIVE]) & set(TOPICS[MISLABELLED])
