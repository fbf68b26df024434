"""Does a model do what a prompt says about the form of the answer, where a program can verify it.

Every prompt asks for a short text on an everyday topic and adds constraints: `length` (words, sentences,
paragraphs), `format` (bullets, numbers, title, quotation marks), `keywords` (words to use or to avoid,
letters), `letter_case`, `start_end` (first and last words), `json`, and `combined` from all of these but
JSON. Easy prompts have one constraint, medium two, hard three; `combined` has one more of each. A case is
passed only where all of its constraints are met.

After the idea of IFEval (Zhou et al. 2023); topics, wording and checks are our own. Not covered: whether
the text is any good or on the topic, and instructions about meaning.
"""

import random
from collections.abc import Iterator, Sequence

from prompts.capabilities import _constraints as constraints
from prompts.capabilities._constraints import Constraint, Draw
from prompts.capabilities._deal import deal
from tools.cases import Case, Difficulty

SCORING = "binary"
SUBTYPES = ("length", "format", "keywords", "letter_case", "start_end", "json", "combined")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

N_CONSTRAINTS: dict[Difficulty, int] = {"easy": 1, "medium": 2, "hard": 3}
DRAFTS = 2_000
"""Tries for each sub-type and difficulty; repeats are left out."""

TOPICS = (
    "a rainy day", "baking bread", "a walk by the sea", "learning to swim", "a train journey", "a small village",
    "growing tomatoes", "a birthday party", "the first day at school", "a visit to a museum", "repairing a bicycle",
    "a lost umbrella", "the night sky", "a family dinner", "a football match", "moving to a new city",
    "the life of bees", "a camping trip", "writing a diary", "an old friend", "making tea", "a snowy street",
    "a public library", "planting trees", "a busy airport", "the sound of rain", "riding a horse", "a street market",
    "painting a room", "a good night's sleep", "a broken clock", "choosing a pet", "a lighthouse", "a long bridge",
    "winter clothes", "a school play", "cooking for guests", "a chess game", "the smell of coffee", "a quiet lake",
)  # fmt: skip
TASKS = (
    "Write a short text about {}.",
    "Describe {}.",
    "Tell a friend something about {}.",
    "Write a few lines about {} for a newsletter.",
    "Say what you like about {}.",
)

MAIN: dict[str, tuple[Draw, ...]] = {
    "length": (
        constraints.words_at_most,
        constraints.words_at_least,
        constraints.words_between,
        constraints.sentences_exactly,
        constraints.paragraphs_exactly,
    ),
    "format": (
        constraints.bullets_exactly,
        constraints.numbered_exactly,
        constraints.titled,
        constraints.quoted,
    ),
    "keywords": (
        constraints.keyword_included,
        constraints.keyword_repeated,
        constraints.keyword_exactly,
        constraints.words_avoided,
        constraints.letter_at_least,
    ),
    "letter_case": (constraints.lowercase, constraints.uppercase, constraints.some_capitals),
    "start_end": (constraints.opening, constraints.ending),
    "json": (constraints.json_with_keys, constraints.json_of_length),
    "combined": (
        constraints.words_at_least,
        constraints.words_between,
        constraints.bullets_exactly,
        constraints.titled,
        constraints.keyword_repeated,
        constraints.lowercase,
        constraints.opening,
        constraints.ending,
    ),
}
FURTHER: dict[str, tuple[Draw, ...]] = {
    "length": (constraints.keyword_included, constraints.without_commas, constraints.lowercase),
    "format": (constraints.keyword_included, constraints.without_commas, constraints.lowercase),
    "keywords": (
        constraints.words_at_most,
        constraints.without_commas,
        constraints.lowercase,
        constraints.titled,
    ),
    "letter_case": (constraints.words_at_most, constraints.without_commas, constraints.keyword_included),
    "start_end": (
        constraints.words_at_most,
        constraints.without_commas,
        constraints.keyword_included,
        constraints.opening,
        constraints.ending,
    ),
    "json": (constraints.without_digits, constraints.keyword_included, constraints.words_avoided),
    "combined": (
        constraints.words_at_least,
        constraints.keyword_included,
        constraints.without_commas,
        constraints.without_digits,
        constraints.lowercase,
        constraints.ending,
        constraints.words_avoided,
    ),
}


def generate(
    n: int, seed: int, subtypes: tuple[str, ...] = (), difficulty: Difficulty | None = None
) -> list[Case]:
    """n prompts with one to four constraints each."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("instruction_following", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: random.Random) -> Iterator[Case]:
    number = N_CONSTRAINTS[difficulty] + (subtype == "combined")
    for _ in range(DRAFTS):
        chosen = [generator.choice(MAIN[subtype])(generator)]
        further = list(FURTHER[subtype])
        generator.shuffle(further)
        for draw in further:
            candidate = draw(generator)
            if len(chosen) < number and not _clashes(candidate, chosen):
                chosen.append(candidate)
        if len(chosen) == number:
            task = generator.choice(TASKS).format(generator.choice(TOPICS))
            yield _case(task, chosen, subtype, difficulty)


def _case(task: str, chosen: Sequence[Constraint], subtype: str, difficulty: Difficulty) -> Case:
    parts = [{"check": each.check, "arguments": each.arguments} for each in chosen]
    single = len(chosen) == 1
    return Case(
        id="",
        prompt=" ".join([task, *(each.text for each in chosen)]),
        subtype=subtype,
        difficulty=difficulty,
        check=chosen[0].check if single else "all_of",
        check_arguments=chosen[0].arguments if single else {"checks": parts},
    )


def _clashes(candidate: Constraint, chosen: Sequence[Constraint]) -> bool:
    """Whether no text, or none that a reader would expect, could meet the candidate beside the chosen ones."""
    together = (*chosen, candidate)
    slots = {each.slot for each in together}
    checks = {each.check for each in together}
    avoided = {word for each in together for word in each.arguments.get("keywords", ())}
    phrases = [each.arguments["phrase"] for each in together if "phrase" in each.arguments]
    return (
        len(slots) < len(together)
        or any(avoided & set(phrase.lower().split()) for phrase in phrases)
        # In a list the last words stand in a point, and a title comes before the first words.
        or bool(slots & {"start", "end"} and checks & {"bullet_count", "numbered_list", "title_in_angles"})
        or ("numbered_list" in checks and "digits" in slots)
    )
