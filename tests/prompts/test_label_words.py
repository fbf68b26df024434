"""Sentences that use the words of labels, against the label's own patterns on every sentence."""

import pytest

from prompts._label import read_label
from prompts.label_words import LabelWords

SENTENCES = (
    "The Pope met two presidents in Rome.",
    "Our president slept badly.",
    "They popped corn and walked home.",
    "Walking is healthy, and well-known walkers agree.",
    "He tries; she tried; nobody will try again.",
    "An action, a nation and a ration: all good.",
    "It cost $5, e.g. at don's_shop.",
    "Die Straße ist nass, 2nd time.",
)


LABELS = (
    *("president, pope", "walk", "try", "-tion", "-c-", "un-", "well-known", '"$", "5"', '"_"', "straße"),
    *("strasse", "2", "pop, die", "at, e.g., in", "pr-, -s"),
)


@pytest.mark.parametrize("label", LABELS)
def test_the_index_finds_what_the_label_finds_sentence_by_sentence(label: str) -> None:
    found = LabelWords(SENTENCES)(label)
    assert found is not None
    read = read_label(label)
    exactly, in_any_form = found
    assert list(exactly) == [i for i, sentence in enumerate(SENTENCES) if read.is_met_by(sentence)]
    assert list(in_any_form) == [i for i, sentence in enumerate(SENTENCES) if read.uses(sentence)]


def test_an_inflected_form_is_not_the_word_but_excludes_a_sentence() -> None:
    exactly, in_any_form = LabelWords(SENTENCES)("president") or ((), ())
    assert list(exactly) == [1]
    assert list(in_any_form) == [0, 1]


def test_a_description_is_left_to_meaning() -> None:
    assert LabelWords(SENTENCES)("mentions of heads of state") is None


@pytest.mark.parametrize("label", ["", "newline", "президент, папа"])
def test_no_sentence_is_for_a_label_that_none_can_be_written_for(label: str) -> None:
    assert LabelWords(SENTENCES)(label) == ((), ())
