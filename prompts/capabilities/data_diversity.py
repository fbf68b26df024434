"""How widely spread over topics are the texts that a model writes when it may choose the topic itself.

The model is asked for short samples (`stories`, `questions`, `facts`, `names`) with no topic given, at
temperature 1 from a recorded seed. Each text counts for the nearest of six broad topics by sentence
embedding, and the distribution over topics is compared with the uniform one. Easy prompts ask for an
unusual subject, hard ones leave it open.

The prompts differ in wording and length only, so that the spread is the model's. Ask for 24 prompts or more: six
topics need at least six texts, and small samples score low. Uniform over six topics that we chose is a yardstick, not
an ideal: compare models on it. Noise is spread widely too, so a model that writes nonsense at temperature 1 scores
high: read some outputs. Not covered: variety of style or wording within a topic, and quality.
"""

import random
from collections.abc import Iterator
from itertools import product

from prompts.capabilities._deal import deal
from tools.cases import Case, Difficulty

SCORING = "divergence"
SUBTYPES = ("stories", "questions", "facts", "names")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "hard")
VERSION = "1"

ANCHORS: dict[str, list[str]] = {
    "nature": [
        "wild animals and plants in a forest",
        "the ocean, rivers, mountains and the weather",
        "birds, trees and flowers",
        "an octopus, a whale, a bee",
    ],
    "science_and_technology": [
        "physics, chemistry and mathematics",
        "computers, software and robots",
        "planets, stars and space travel",
        "medicine, the human body and the brain",
    ],
    "people_and_feelings": [
        "family, friendship and love",
        "fear, grief, hope and happiness",
        "a child and its grandmother",
        "personality, dreams and memories",
    ],
    "history_and_society": [
        "kings, wars and ancient empires",
        "law, politics and government",
        "countries, cities and their people",
        "religion, philosophy and customs",
    ],
    "arts_and_sports": [
        "music, painting and theatre",
        "books, films and writers",
        "football, tennis and the Olympic games",
        "board games, dancing and hobbies",
    ],
    "everyday_life_and_work": [
        "cooking, meals and restaurants",
        "shops, money and business",
        "houses, furniture and clothes",
        "jobs, schools, traffic and travel",
    ],
}

REQUESTS: dict[str, tuple[str, ...]] = {
    "stories": (
        "Write a very short story.",
        "Tell me a little story.",
        "Make up a short tale.",
        "Write the opening of a story.",
        "Invent a scene and describe what happens.",
    ),
    "questions": (
        "Ask me an interesting question.",
        "Write a question for a general quiz, without the answer.",
        "Make up a question that somebody could ask an expert.",
        "Write a question to start a conversation.",
        "Think of something that you would like to know and ask it.",
    ),
    "facts": (
        "Tell me a fact.",
        "Write down one thing that is true and worth knowing.",
        "Teach me something.",
        "Share a piece of knowledge.",
        "State a fact that surprises most people.",
    ),
    "names": (
        "Name something and explain what it is.",
        "Think of a thing, give its name and describe it.",
        "Invent a word and say what it means.",
        "Make up a name and say what it stands for.",
        "Name something that most people overlook and describe it.",
    ),
}
OPEN = ("", " Any subject will do.", " You choose the subject.", " It can be about anything.")
UNUSUAL = (
    " Choose a subject that few people would think of.",
    " Pick an unusual subject.",
    " Surprise me with the subject.",
    " Take a subject that you rarely write about.",
)
LENGTHS = (
    "",
    " Use one or two sentences.",
    " Use two or three sentences.",
    " Keep it under forty words.",
    " Keep it under sixty words.",
    " Be brief.",
)


def generate(
    n: int, seed: int, subtypes: tuple[str, ...] = (), difficulty: Difficulty | None = None
) -> list[Case]:
    """n open requests."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("data_diversity", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: random.Random) -> Iterator[Case]:
    nudges = UNUSUAL if difficulty == "easy" else OPEN
    prompts = ["".join(parts) for parts in product(REQUESTS[subtype], nudges, LENGTHS)]
    generator.shuffle(prompts)
    for prompt in prompts:
        yield Case(
            id="",
            prompt=prompt,
            subtype=subtype,
            difficulty=difficulty,
            choices=tuple(ANCHORS),
            check_arguments={"anchors": dict(ANCHORS)},
        )
