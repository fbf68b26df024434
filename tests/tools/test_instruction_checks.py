"""Every check by an example that follows the instruction and one that does not."""

import pytest

from tools.instruction_checks import CHECKS, check_instruction

TWO_PARAGRAPHS = "First one.\n\n***\n\nSecond one."
BULLETS = "Here you are:\n- one\n- two\n* three\n"

EXAMPLES = [
    ("word_count", {"at_least": 3, "at_most": 3}, "It's well-known, yes.", "It is well known."),
    ("word_count", {"at_most": 2}, "**two** words", "three words now"),
    ("sentence_count", {"at_least": 2, "at_most": 2}, "Dr. Lee paid 3.50 euros. Why?", "One. Two. Three."),
    ("sentence_count", {"at_least": 2, "at_most": 2}, "no full stop here\nnor here", "only one line"),
    ("paragraph_count", {"at_least": 2, "at_most": 2}, TWO_PARAGRAPHS, "One.\nStill one."),
    ("bullet_count", {"at_least": 3, "at_most": 3}, BULLETS, "- one\n-two\n- three"),
    ("numbered_list", {"length": 2}, "1. one\n2) **two**", "1. one\n3. three"),
    ("keyword_count", {"keyword": "river"}, "The River runs.", "Rivers run."),
    ("keyword_count", {"keyword": "a+b", "at_least": 1, "at_most": 1}, "so a+b it is", "aab, a+b, a+b"),
    ("avoids", {"keywords": ["the", "and"]}, "Theatre bands play.", "Here, and there."),
    ("letter_count", {"letter": "b", "at_least": 3}, "Big bad bear", "big bear"),
    ("all_lowercase", {}, "all small, 42!", "Not all"),
    ("all_uppercase", {}, "ALL BIG, 42!", "NOT All"),
    ("capital_words", {"at_least": 2}, "A GOOD day, REALLY.", "A GOOD day, I say."),
    ("starts_with", {"phrase": "To be clear"}, "  **To be  clear**, no.", "Well, to be clear"),
    ("ends_with", {"phrase": "See you soon"}, "Bye. *See you soon!*\n", "See you soon, dear"),
    ("no_commas", {}, "one; two", "one, two"),
    ("no_digits", {}, "four", "4"),
    ("in_double_quotes", {}, "“All of it.”", '"Half" of it'),
    ("in_double_quotes", {}, '**"All\nof it."**', '""'),
    ("title_in_angles", {}, "<<Rain>>\nIt rained.", "<< >> rain"),
    ("json_object", {"keys": ["a", "b"]}, '```json\n{"b": 1, "a": [2]}\n```', 'Sure: {"a": 1, "b": 2}'),
    ("json_object", {"keys": ["a"]}, '{"a": null}', '{"a": 1, "c": 2}'),
    ("json_list", {"length": 2}, '["x", "y"]', '["x", 2]'),
    (
        "all_of",
        {"checks": [{"check": "no_commas"}, {"check": "word_count", "arguments": {"at_most": 2}}]},
        "two words",
        "one, two",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "follows", "does_not"), EXAMPLES)
def test_a_check_tells_following_from_not_following(name, arguments, follows, does_not):
    assert check_instruction(name, follows, arguments)
    assert not check_instruction(name, does_not, arguments)


def test_every_check_has_an_example_and_a_docstring():
    assert {example[0] for example in EXAMPLES} == set(CHECKS)
    assert all(check.__doc__ for check in CHECKS.values())


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_an_empty_text_follows_nothing(name):
    arguments = next(example[1] for example in EXAMPLES if example[0] == name)
    assert not check_instruction(name, " \n", arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("rhymes", {}),
        ("no_commas", {"text": "another"}),
        ("all_of", {"checks": [{"check": "all_of", "arguments": {"checks": []}}]}),
        ("word_count", {"least": 3}),
        ("word_count", {"at_least": "many"}),
        ("json_object", {}),
        ("all_of", {"checks": [{"check": "rhymes"}]}),
        ("all_of", {"checks": [{"name": "no_commas"}]}),
    ],
)
def test_unknown_checks_and_arguments_are_refused(name, arguments):
    with pytest.raises(ValueError, match="check"):
        check_instruction(name, "text", arguments)


def test_a_hostile_answer_is_only_a_failed_one():
    assert not check_instruction("json_object", "[" * 100_000, {"keys": ["a"]})
    assert not check_instruction("numbered_list", "1. " * 10_000, {"length": 2})
