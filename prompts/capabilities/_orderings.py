"""Ordering problems: who comes where in a row that comparisons of neighbors determine."""

import random

from prompts.capabilities._names import NAMES
from tools.cases import Difficulty

# (more than, less than, the most, the least)
SCALES = (
    ("taller than", "shorter than", "tallest", "shortest"),
    ("older than", "younger than", "oldest", "youngest"),
    ("faster than", "slower than", "fastest", "slowest"),
    ("richer than", "poorer than", "richest", "poorest"),
    ("stronger than", "weaker than", "strongest", "weakest"),
)
_PLACES = {0: "", 1: "second ", 2: "third "}


def ordering(difficulty: Difficulty, rng: random.Random) -> tuple[str, str, str, list[str]]:
    """Told comparisons, question, answer, and the wrong answers.

    Easy: three people, asked for an end; medium: four, anyone may be asked for; hard: six, with comparisons
    of people who are not neighbors, asked for one inside the row.
    """
    size = {"easy": 3, "medium": 4, "hard": 6}[difficulty]
    row = rng.sample(NAMES, size)  # the most first
    more, less, most, least = rng.choice(SCALES)
    pairs = [(i, i + 1) for i in range(size - 1)]
    if difficulty == "hard":
        pairs += rng.sample([(i, j) for i in range(size) for j in range(i + 2, size)], 2)
    told = [
        f"{row[high]} is {more} {row[low]}." if rng.random() < 0.5 else f"{row[low]} is {less} {row[high]}."
        for high, low in pairs
    ]
    rng.shuffle(told)
    place = {"easy": 0, "medium": rng.choice((0, 1)), "hard": rng.choice((1, 2))}[difficulty]
    from_top = rng.random() < 0.5
    answer = row[place] if from_top else row[-1 - place]
    others = [name for name in row if name != answer]
    rng.shuffle(others)
    return " ".join(told), f"Who is the {_PLACES[place]}{most if from_top else least}?", answer, others[:3]
