import hashlib
import re

import numpy as np
import pytest

from prompts._label import pattern_of, read_label
from prompts._templates import fill, frames, neutral_sentences, word_class, words
from prompts.contrast import INSTRUCTIONS, write_contrast
from prompts.writer import unfit
from tools.errors import SuiteError


def embed(texts):
    """A vector for each text from its words alone, so that texts with common words are near each other."""
    vectors = np.zeros((len(texts), 64))
    for row, text in enumerate(texts):
        for word in re.findall(r"\w+", text.lower()):
            vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % 64] += 1.0
        vectors[row] += 1e-6
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Scripted:
    """A writer whose answers are given by the kind of wish."""

    name = "scripted"

    def __init__(self, positive, negative):
        self.answers = {"positive": list(positive), "negative": list(negative)}
        self.wishes = []

    def write(self, wishes, *, seed, report=None):
        self.wishes += [(wish, seed) for wish in wishes]
        found = []
        for wish in wishes:
            source = self.answers["negative" if wish.subject in neutral_sentences() else "positive"]
            found.append(source.pop(0) if source else "")
        return found


def test_the_neutral_sentences_are_many_varied_and_fit():
    everyday = [sentence for topic in neutral_sentences().values() for sentence in topic]
    assert len(neutral_sentences()) == 20
    assert len(set(everyday)) == len(everyday) >= 200
    assert [sentence for sentence in everyday if unfit(sentence)] == []


def test_every_frame_takes_a_word_of_its_class():
    assert set(frames()) == {*words(), "any"}
    for kind, members in frames().items():
        assert len(set(members)) == len(members) >= 12
        for frame in members:
            assert ("{w}" in frame) != ("{W}" in frame)
            assert unfit(fill(frame, words().get(kind, ["river"])[0])) is None


def test_templates_alone_make_ten_of_each_and_say_so():
    found = write_contrast("president, pope", embed=embed)
    assert len(set(found.positive)) == len(set(found.negative)) == 10
    assert all(re.search(r"\b(president|pope)\b", sentence) for sentence in found.positive)
    assert sum("pope" in sentence for sentence in found.positive) == 5
    assert not any(re.search("president|pope", sentence, re.IGNORECASE) for sentence in found.negative)
    assert found.writer == "templates"
    assert found.made_by_templates == (10, 10)
    assert found.instructions == INSTRUCTIONS
    assert any("tests words" in note for note in found.notes)


def test_the_same_seed_gives_the_same_sentences_and_another_seed_others():
    first = write_contrast("president, pope", seed=1, embed=embed)
    assert write_contrast("president, pope", seed=1, embed=embed) == first
    assert write_contrast("president, pope", seed=2, embed=embed).positive != first.positive


def test_fresh_sentences_avoid_the_earlier_ones():
    first = write_contrast("pope", embed=embed)
    second = write_contrast("pope", seed=1, avoid={*first.positive, *first.negative}, embed=embed)
    third = write_contrast("pope", avoid={*first.positive, *second.positive}, embed=embed)
    assert not {*first.positive, *first.negative} & {*second.positive, *second.negative}
    assert not {*first.positive, *second.positive} & set(third.positive)


def test_no_two_sentences_of_a_set_share_their_frame():
    found = write_contrast("president, pope, king", embed=embed)
    bare = [re.sub(r"\b(president|pope|king)\b", "_", sentence) for sentence in found.positive]
    assert len(set(bare)) == 10


def test_what_a_writer_answers_is_used_where_it_is_fit():
    writer = Scripted(
        positive=[
            "The pope waved from the balcony.",
            "The pope waved from the balcony.",  # a duplicate
            "Nobody waved from any balcony today.",  # lacks the words
            "I'm sorry, I cannot write about the pope.",
            "Our president slept badly before the long vote.",
        ],
        negative=[
            "The soup was cold by then.",
            "A pope once ate this soup too.",
            "Hail fell on their quiet street.",
        ],
    )
    found = write_contrast("president, pope", writer=writer, n=4, embed=embed)
    assert set(found.positive[:2]) == {
        "The pope waved from the balcony.",
        "Our president slept badly before the long vote.",
    }
    assert "A pope once ate this soup too." not in found.negative
    assert found.made_by_templates[0] == 2
    assert found.writer == "scripted"
    assert {draft.reason for draft in found.rejected_sentences} == set(found.rejected)
    assert len(found.rejected_sentences) == sum(found.rejected.values())
    assert found.rejected["a duplicate"] == 1
    assert found.rejected["lacks the label's words"] == 1
    assert found.rejected["a refusal or talk about the task"] == 1
    assert found.rejected["a negative with the label's words"] == 1
    assert any("2 of 4 positives" in note for note in found.notes)


def test_each_listed_word_is_wished_for_in_turn_and_each_round_has_a_seed_of_its_own():
    writer = Scripted([], [])
    write_contrast("president, pope", writer=writer, n=4, seed=5, embed=embed)
    positive = [(wish.subject, seed) for wish, seed in writer.wishes if wish.uses_it]
    assert [subject for subject, _ in positive[:4]] == ["president", "pope", "president", "pope"]
    assert len({seed for _, seed in writer.wishes}) == 4


def test_a_description_is_best_implied_without_its_own_words():
    writer = Scripted(
        positive=[
            "The court made its ruling on the legal case.",
            "The judge heard a case about a stolen cow.",
            "The ruling of the court surprised both sides.",
        ],
        negative=[],
    )

    def near_court(texts):
        vectors = embed(texts)
        vectors[:, 0] = [10.0 if re.search(r"court|judge", text) else 0.0 for text in texts]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    found = write_contrast("rulings of a court", writer=writer, n=2, embed=near_court)
    assert found.positive[0] == "The judge heard a case about a stolen cow."


def test_hard_negatives_are_of_the_positives_length_and_nearer_to_them():
    easy = write_contrast("president, pope", embed=embed)
    hard = write_contrast("president, pope", hard_negatives=True, embed=embed)
    assert hard.positive == easy.positive

    def nearness(found):
        return float((embed(found.negative) @ embed(found.positive).mean(axis=0)).mean())

    lengths = [len(sentence.split()) for sentence in hard.positive]
    assert nearness(hard) > nearness(easy)
    assert all(min(lengths) - 2 <= len(sentence.split()) <= max(lengths) + 2 for sentence in hard.negative)
    assert not any(re.search("president|pope", sentence, re.IGNORECASE) for sentence in hard.negative)
    assert any("near the positives" in note for note in hard.notes)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("президент", "not in English"),
        ("総理大臣", "not in English"),
        ("la capitale de la France", "not in English"),
        ("words that are used in the text", "names nothing"),
        ("newline, space", "white space"),
        ("x" * 500, "at most 400"),
    ],
)
def test_a_label_for_which_nothing_can_be_written_is_refused_in_a_sentence(label, why):
    with pytest.raises(SuiteError, match=why) as caught:
        write_contrast(label, embed=embed)
    assert caught.value.next_step


def test_too_many_sentences_are_refused():
    with pytest.raises(SuiteError, match="2 to 100"):
        write_contrast("pope", n=101, embed=embed)


@pytest.mark.parametrize(
    ("label", "listed", "is_list"),
    [
        ("president, pope", ("president", "pope"), True),
        (",, the", (",", "the"), True),
        ("-tion, un-", ("-tion", "un-"), True),
        ("the word 'pope'", ("pope",), True),
        ("king and queen", ("king", "queen"), True),
        ("New York, London", ("New York", "London"), True),
        ("references to capital cities", ("capital", "cities"), False),
        ("legal proceedings and court rulings", ("legal", "proceedings", "court", "rulings"), False),
        ("don't, isn't", ("don't", "isn't"), True),
    ],
)
def test_a_label_lists_words_or_describes(label, listed, is_list):
    found = read_label(label)
    assert (found.words, found.is_list) == (listed, is_list)


def test_a_listed_word_takes_its_capitals_from_the_examples():
    assert read_label("paris, rome", ["back in «Paris» he", "to «Paris».", "«paris»"]).words == (
        "Paris",
        "rome",
    )


@pytest.mark.parametrize(
    ("word", "found", "not_found"),
    [
        ("slice", ["slices", "Sliced", "slicing"], ["slick", "lice"]),
        ("cut", ["cut", "cuts"], ["cute", "execute"]),
        ("stop", ["stopped", "stopping"], ["stoplight"]),
        ("city", ["cities", "city's"], ["citizen"]),
        ("-ing", ["running"], ["ingot", "ing"]),
        ("un-", ["untie"], ["fun", "un"]),
        (",", ["a, b"], ["a b"]),
    ],
)
def test_words_are_found_with_their_inflections(word, found, not_found):
    pattern = pattern_of(word)
    assert [text for text in found if not pattern.search(text)] == []
    assert [text for text in not_found if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("pope", "noun"),
        ("Paris", "name"),
        ("running", "gerund"),
        ("quickly", "adverb"),
        ("1990", "number"),
        ("the", "any"),
        ("famous", "adjective"),
        ("sliced", "past"),
        ("flowers", "plural"),
        ("status", "noun"),
        ("x,", "any"),
        ("king", "noun"),
    ],
)
def test_words_are_placed_into_frames_of_their_class(word, kind):
    assert word_class(word) == kind


def test_an_article_fits_the_word_and_a_beginning_has_its_capital():
    assert fill("It was a {w} thing.", "odd") == "It was an odd thing."
    assert fill("{W} is hard.", "running") == "Running is hard."
    assert fill("A {w} silence followed.", "awkward") == "An awkward silence followed."


@pytest.mark.embedded
def test_the_embedded_model_and_templates_write_ten_of_each():
    from prompts.writer import embedded_writer

    found = write_contrast("president, pope", writer=embedded_writer(), n=5)
    assert len(found.positive) == len(found.negative) == 5
    assert all(re.search("president|pope", sentence, re.IGNORECASE) for sentence in found.positive)
    assert found.made_by_templates[0] <= 3
