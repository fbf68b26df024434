import math

import numpy as np
import pytest

from tools.features.interp_score import SentenceMaximum
from tools.features.purity import (
    Settings,
    mean_pairwise_cosine,
    random_sentences,
    score,
    words_around_strongest,
)


def _sentence(text, fires=True, strongest=0):
    tokens = tuple(text[:1] if i == 0 else piece for i, piece in enumerate([text, *()]))
    pieces = tuple((" " if i else "") + word for i, word in enumerate(text.split())) or tokens
    return SentenceMaximum(text=text, tokens=pieces, strongest=strongest, maximum=1.0, fires=fires)


def _embed_as(table):
    return lambda texts: np.array([table[text] for text in texts], dtype=float)


def _at(angle):
    return [math.cos(angle), math.sin(angle)]


@pytest.mark.parametrize(("cosine", "purity"), [(0.81, 0.905), (0.21, 0.605), (-1.0, 0.0), (1.0, 1.0)])
def test_purity_is_half_of_one_plus_the_cosine(cosine, purity):
    found = score(
        [_sentence("one"), _sentence("two")],
        embed=_embed_as({"one": _at(0.0), "two": _at(math.acos(cosine))}),
    )
    assert found.value == pytest.approx(purity)
    assert found.details["mean_cosine"] == pytest.approx(cosine)
    assert found.interval is None  # two sentences say nothing of their spread


def test_the_mean_is_over_pairs_of_different_sentences_only():
    # Angles 0, 60 and 90 degrees: cosines 0.5, 0 and 0.86603; mean 0.45534.
    vectors = np.array([_at(0.0), _at(math.pi / 3), _at(math.pi / 2)])
    assert mean_pairwise_cosine(vectors) == pytest.approx(0.45534, abs=1e-5)


def test_the_interval_is_the_jackknife_worked_out_by_hand():
    # Leaving one of three out leaves one cosine: 0.86603, 0, 0.5. Their mean is 0.45534, squared deviations 0.16867,
    # 0.20734 and 0.00199, sum 0.37800; error sqrt(2/3 x 0.37800) = 0.50200; t(2) at 97.5 % = 4.30265, half 2.15992.
    # Purity 0.72767 plus or minus 1.07996, cut to [0, 1].
    table = {"a": _at(0.0), "b": _at(math.pi / 3), "c": _at(math.pi / 2)}
    found = score([_sentence(text) for text in table], embed=_embed_as(table))
    assert found.value == pytest.approx(0.72767, abs=1e-5)
    assert found.interval == (0.0, 1.0)
    # Ten at the same angle, one 0.2 rad away: a narrow interval, and the value in it.
    close = {f"t{i}": _at(0.0) for i in range(10)} | {"t10": _at(0.2)}
    narrow = score([_sentence(text) for text in close], embed=_embed_as(close))
    assert narrow.interval is not None
    assert narrow.interval[0] <= narrow.value <= narrow.interval[1]
    assert narrow.interval[1] - narrow.interval[0] < 0.02


@pytest.mark.parametrize("fires", [[], [False, False], [True, False]])
def test_fewer_than_two_firing_sentences_are_unscored_with_the_reason(fires):
    found = score([_sentence(f"s{i}", fires=each) for i, each in enumerate(fires)])
    assert found.value is None
    assert "two are needed" in found.explanation


def test_sentences_on_which_it_did_not_fire_do_not_count():
    table = {"a": _at(0.0), "b": _at(0.0), "c": _at(math.pi)}
    found = score([_sentence("a"), _sentence("b"), _sentence("c", fires=False)], embed=_embed_as(table))
    assert found.value == pytest.approx(1.0)
    assert found.n == 2


def test_the_z_score_is_against_random_sets_of_the_corpus():
    generator = np.random.default_rng(1)
    table = {
        f"random sentence number {i}": _at(angle) for i, angle in enumerate(generator.uniform(0, 6.28, 80))
    }
    alike = {f"firing sentence number {i}": _at(0.01 * i) for i in range(6)}
    embed = _embed_as(table | alike)
    null = random_sentences(list(table), embed=embed)
    pure = score([_sentence(text) for text in alike], null, embed=embed)
    mixed = score([_sentence(text) for text in list(table)[:6]], null, embed=embed)
    assert pure.details["random_mean"] == pytest.approx(0.5, abs=0.03)
    assert pure.details["z"] > 4
    assert pure.details["beats_random"] is True
    assert pure.details["random_p"] == pytest.approx(1 / 201)
    assert abs(mixed.details["z"]) < 3
    assert score([_sentence(text) for text in alike], null, embed=embed) == pure


def test_random_sets_are_of_similar_length():
    short = {f"s{i} b": _at(0.0) for i in range(60)}  # two words, all alike
    long = {f"l{i} b c d e f g h": _at(2.0 * i) for i in range(60)}
    own = {"x y": _at(1.0), "z y": _at(1.0)}
    embed = _embed_as(short | long | own)
    null = random_sentences([*short, *long], embed=embed)
    found = score([_sentence(text) for text in own], null, embed=embed)
    assert found.details["random_mean"] == pytest.approx(1.0)  # only the short ones were drawn
    assert found.details["z"] is None  # and they do not differ
    assert found.details["beats_random"] is False


def test_a_corpus_that_is_too_small_gives_no_z_score_and_says_so():
    table = {"a": _at(0.0), "b": _at(0.1), "c": _at(0.2)}
    embed = _embed_as(table)
    found = score([_sentence("a"), _sentence("b")], random_sentences(["c"], embed=embed), embed=embed)
    assert found.details["z"] is None
    assert "only 1 sentences" in found.details["random_note"]


def test_with_a_window_only_the_words_around_the_strongest_token_are_embedded():
    sentence = SentenceMaximum(
        text="Yesterday the old president spoke at length",
        tokens=("Y", "esterday", " the", " old", " pre", "sident", " spoke", " at", " length"),
        strongest=5,
        maximum=2.0,
        fires=True,
    )
    assert words_around_strongest(sentence, 1) == "old president spoke"
    assert words_around_strongest(sentence, 9) == sentence.text
    first = sentence.model_copy(update={"strongest": 0})
    assert words_around_strongest(first, 1) == "Yesterday the"
    seen = []

    def embed(texts):
        seen.extend(texts)
        return np.array([_at(0.0)] * len(texts))

    score([sentence, first], settings=Settings(window=1), embed=embed)
    assert seen == ["old president spoke", "Yesterday the"]


def test_random_sentences_are_cut_to_the_window_too():
    null = random_sentences(
        ["one two three four five six seven eight"] * 2 + ["nine ten eleven twelve thirteen fourteen"],
        Settings(window=1),
        embed=lambda texts: np.array([_at(0.0)] * len(texts)),
    )
    assert all(1 <= length <= 3 for length in null.lengths)
    assert len(null.texts) == 2


@pytest.mark.embedded
def test_sentences_about_one_thing_are_purer_than_unrelated_ones():
    one = ["The cat sat on the mat.", "A cat slept on the rug.", "Our cat lies on the carpet."]
    many = ["The merger was announced at noon.", "She whispered in the dark.", "He scored three goals."]
    pure, mixed = (score([_sentence(text) for text in texts]) for texts in (one, many))
    assert pure.value > 0.7 > mixed.value
    assert mixed.value == pytest.approx(0.5, abs=0.1)
