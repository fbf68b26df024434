"""Running text becomes sentences."""

from tools.sae.sentences import MOST_WORDS, sentences


def test_text_is_cut_where_sentences_end_and_keeps_its_punctuation() -> None:
    text = 'The cat sat on the mat. "Who is there today?" asked the old man. It cost 3.5 dollars in all.'
    assert sentences([text]) == [
        "The cat sat on the mat.",
        '"Who is there today?" asked the old man.',
        "It cost 3.5 dollars in all.",
    ]


def test_lists_and_paragraphs_are_cut_and_lines_within_are_joined() -> None:
    text = "one two three four\nfive six\n\n- seven eight nine ten eleven\n- a b c d e"
    assert sentences([text]) == [
        "one two three four five six",
        "- seven eight nine ten eleven",
        "- a b c d e",
    ]


def test_short_and_repeated_sentences_are_left_out_and_endless_ones_cut() -> None:
    assert sentences(["Yes. No way. One two three four five. One two three four five."]) == [
        "One two three four five."
    ]
    assert [len(piece.split()) for piece in sentences(["word " * (2 * MOST_WORDS + 10)])] == [60, 10]
