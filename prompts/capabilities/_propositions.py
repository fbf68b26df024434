"""Propositional arguments in everyday words, decided by their truth table."""

import random
from itertools import product

from tools.cases import Difficulty

VERDICTS = ("Yes", "No", "It cannot be determined")

# fmt: off
FACTS = (
    ("the lamp", "on"), ("the door", "open"), ("the window", "closed"), ("the gate", "locked"), ("the oven", "hot"),
    ("the bucket", "full"), ("the street", "wet"), ("the radio", "loud"), ("the shop", "busy"),
    ("the bell", "silent"), ("the engine", "warm"), ("the garden", "green"), ("the flag", "red"),
    ("the bridge", "empty"), ("the train", "late"),
    ("the pool", "deep"), ("the soup", "cold"), ("the cat", "asleep"), ("the dog", "outside"), ("the car", "clean"),
    ("the tower", "dark"), ("the market", "crowded"), ("the kettle", "empty"), ("the library", "quiet"),
)
# fmt: on
Literal = tuple[int, bool]
"""A fact by its index, and whether it is the case."""
Clause = tuple[Literal, Literal]
"""At least one of the two holds: "if not the first, then the second"."""


def verdict(clauses: list[Clause], given: Literal, asked: int, n_facts: int) -> str | None:
    """Whether the asked fact holds in every world where all premises do; None where there is no such world."""
    worlds = [
        world
        for world in product((False, True), repeat=n_facts)
        if world[given[0]] == given[1]
        and all(any(world[i] == value for i, value in clause) for clause in clauses)
    ]
    values = {world[asked] for world in worlds}
    if not values:
        return None
    return VERDICTS[2] if len(values) == 2 else VERDICTS[0] if True in values else VERDICTS[1]


def proposition(difficulty: Difficulty, wanted: str, rng: random.Random) -> tuple[str, str] | None:
    """Premises and question whose verdict is the wanted one; None where the draw is not one.

    The premises link the facts in a chain, with an implication or a disjunction for each link: one link in easy
    problems, two in medium ones, four shuffled ones in hard ones. One end of the chain is given.
    """
    n_links = {"easy": 1, "medium": 2, "hard": 4}[difficulty]
    facts = rng.sample(FACTS, n_links + 1)
    clauses: list[Clause] = []
    told: list[str] = []
    for link in range(n_links):
        first, second = (link, rng.random() < 0.7), (link + 1, rng.random() < 0.7)
        if rng.random() < 0.3:
            clauses.append((first, second))
            told.append(f"At least one of these is true: {_words(facts, first)}, or {_words(facts, second)}.")
        else:
            start, end = (first, second) if rng.random() < 0.6 else (second, first)
            clauses.append(((start[0], not start[1]), end))
            told.append(f"If {_words(facts, start)}, then {_words(facts, end)}.")
    given = (0, rng.random() < 0.6)
    if verdict(clauses, given, n_links, n_links + 1) != wanted:
        return None
    if difficulty == "hard":
        rng.shuffle(told)
    fact = _words(facts, given)
    told.append(f"{fact[0].upper()}{fact[1:]}.")
    thing, state = facts[-1]
    return " ".join(told), f"Is {thing} {state}?"


def _words(facts: list[tuple[str, str]], literal: Literal) -> str:
    thing, state = facts[literal[0]]
    return f"{thing} is {'' if literal[1] else 'not '}{state}"
