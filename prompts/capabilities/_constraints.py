"""Constraints on a text that a program can verify, as sentences with the check that decides each."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEYWORDS = (
    "river", "window", "garden", "morning", "letter", "bridge", "mountain", "silver", "market", "winter",
    "lantern", "harbour", "music", "paper", "orange", "forest", "clock", "journey", "kitchen", "stone",
)  # fmt: skip
AVOIDABLE = ("the", "and", "is", "of", "in", "with", "it", "that")
OPENINGS = ("Let me begin", "To be clear", "Once again", "Here we go", "In short", "First of all")
ENDINGS = (
    "Thank you for reading",
    "More on this tomorrow",
    "End of message",
    "What do you think",
    "See you soon",
    "Over and out",
)
KEYS = ("title", "summary", "place", "reason", "example", "warning", "author", "colour")


@dataclass(frozen=True)
class Constraint:
    """One instruction: what the prompt says and the check that decides it."""

    slot: str
    """What it binds; two constraints of one slot would contradict each other."""
    text: str
    check: str
    arguments: dict[str, Any]


Draw = Callable[[random.Random], Constraint]


def words_at_most(draw: random.Random) -> Constraint:
    number = draw.choice((30, 40, 50, 60, 80))
    return Constraint(
        "length", f"Use at most {number} words.", "word_count", {"at_least": 1, "at_most": number}
    )


def words_at_least(draw: random.Random) -> Constraint:
    number = draw.choice((40, 50, 60, 80))
    return Constraint("length", f"Use at least {number} words.", "word_count", {"at_least": number})


def words_between(draw: random.Random) -> Constraint:
    low = draw.choice((20, 30, 40, 50))
    text = f"Use between {low} and {low + 20} words."
    return Constraint("length", text, "word_count", {"at_least": low, "at_most": low + 20})


def sentences_exactly(draw: random.Random) -> Constraint:
    number = draw.randint(2, 6)
    arguments = {"at_least": number, "at_most": number}
    return Constraint("length", f"Write exactly {number} sentences.", "sentence_count", arguments)


def paragraphs_exactly(draw: random.Random) -> Constraint:
    number = draw.randint(2, 4)
    text = f"Write exactly {number} paragraphs with a blank line between them."
    return Constraint("length", text, "paragraph_count", {"at_least": number, "at_most": number})


def bullets_exactly(draw: random.Random) -> Constraint:
    number = draw.randint(3, 6)
    text = (
        f"Answer with exactly {number} bullet points, each on a line that begins with a hyphen and a space."
    )
    return Constraint("layout", text, "bullet_count", {"at_least": number, "at_most": number})


def numbered_exactly(draw: random.Random) -> Constraint:
    number = draw.randint(3, 6)
    text = f"Answer with a numbered list of exactly {number} points, from 1. to {number}."
    return Constraint("layout", text, "numbered_list", {"length": number})


def titled(draw: random.Random) -> Constraint:
    text = draw.choice(
        (
            "Give it a title in double angle brackets, such as <<title>>.",
            "Put a title above it, wrapped in double angle brackets like <<this>>.",
        )
    )
    return Constraint("layout", text, "title_in_angles", {})


def quoted(draw: random.Random) -> Constraint:
    text = draw.choice(
        (
            "Wrap your whole answer in double quotation marks.",
            "Put double quotation marks around the whole answer.",
        )
    )
    return Constraint("layout", text, "in_double_quotes", {})


def keyword_included(draw: random.Random) -> Constraint:
    word = draw.choice(KEYWORDS)
    return Constraint("keyword", f'Use the word "{word}".', "keyword_count", {"keyword": word, "at_least": 1})


def keyword_repeated(draw: random.Random) -> Constraint:
    word, number = draw.choice(KEYWORDS), draw.randint(2, 4)
    arguments = {"keyword": word, "at_least": number}
    return Constraint(
        "keyword", f'Use the word "{word}" at least {number} times.', "keyword_count", arguments
    )


def keyword_exactly(draw: random.Random) -> Constraint:
    word, number = draw.choice(KEYWORDS), draw.randint(2, 3)
    arguments = {"keyword": word, "at_least": number, "at_most": number}
    return Constraint("keyword", f'Use the word "{word}" exactly {number} times.', "keyword_count", arguments)


def words_avoided(draw: random.Random) -> Constraint:
    first, second = draw.sample(AVOIDABLE, 2)
    text = f'Do not use the words "{first}" and "{second}".'
    return Constraint("avoid", text, "avoids", {"keywords": [first, second]})


def letter_at_least(draw: random.Random) -> Constraint:
    letter, number = draw.choice("bfgkmpvwy"), draw.randint(5, 9)
    text = f'Use the letter "{letter}" at least {number} times.'
    return Constraint("letter", text, "letter_count", {"letter": letter, "at_least": number})


def lowercase(draw: random.Random) -> Constraint:
    text = draw.choice(
        ("Write in lower case only, without any capital letter.", "Use no capital letters at all.")
    )
    return Constraint("case", text, "all_lowercase", {})


def uppercase(draw: random.Random) -> Constraint:
    text = draw.choice(("Write everything in capital letters.", "Use capital letters only, no lower case."))
    return Constraint("case", text, "all_uppercase", {})


def some_capitals(draw: random.Random) -> Constraint:
    number = draw.randint(2, 5)
    text = f"Write at least {number} words entirely in CAPITAL letters."
    return Constraint("case", text, "capital_words", {"at_least": number})


def opening(draw: random.Random) -> Constraint:
    phrase = draw.choice(OPENINGS)
    text = f'Begin your answer with the words "{phrase}".'
    return Constraint("start", text, "starts_with", {"phrase": phrase})


def ending(draw: random.Random) -> Constraint:
    phrase = draw.choice(ENDINGS)
    text = f'End your answer with the words "{phrase}" and nothing after them.'
    return Constraint("end", text, "ends_with", {"phrase": phrase})


def json_with_keys(draw: random.Random) -> Constraint:
    keys = draw.sample(KEYS, draw.randint(2, 4))
    listed = ", ".join(f'"{key}"' for key in keys)
    text = f"Answer with nothing but a JSON object that has exactly these keys: {listed}."
    return Constraint("layout", text, "json_object", {"keys": keys})


def json_of_length(draw: random.Random) -> Constraint:
    number = draw.randint(3, 6)
    text = f"Answer with nothing but a JSON list of exactly {number} strings."
    return Constraint("layout", text, "json_list", {"length": number})


def without_commas(draw: random.Random) -> Constraint:
    text = draw.choice(("Do not use any commas.", "Use no commas in your answer."))
    return Constraint("commas", text, "no_commas", {})


def without_digits(draw: random.Random) -> Constraint:
    text = draw.choice(("Do not use any digits.", "Use no digits in your answer."))
    return Constraint("digits", text, "no_digits", {})
