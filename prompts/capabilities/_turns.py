"""Spatial problems of someone who turns and walks: which way they face, how far they are from the start."""

import random
from itertools import pairwise

from prompts.capabilities._names import NAMES
from tools.cases import Case, Difficulty

COMPASS = ("north", "east", "south", "west")
"""Clockwise, so that a right turn is one step on."""

_TURNS = {1: "turns right", 2: "turns around", 3: "turns left"}
_STEPS_OUT = ((0, 1), (1, 0), (0, -1), (-1, 0))
"""(east, north) of one step in each direction of COMPASS."""


def directions(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    """Someone turns several times. Intermediate results: where they face after each turn but the last."""
    name, facing = rng.choice(NAMES), rng.randrange(4)
    n_turns = {"easy": rng.choice((2, 3)), "medium": rng.choice((4, 5)), "hard": rng.choice((6, 7))}[
        difficulty
    ]
    turns = [rng.choice((1, 1, 3, 3, 2)) for _ in range(n_turns)]
    faced = [facing]
    for turn in turns:
        faced.append((faced[-1] + turn) % 4)
    if faced[-1] != index % 4:
        return None
    sentences = [f"{name} faces {COMPASS[facing]}.", *(f"{name} {_TURNS[turn]}." for turn in turns)]
    ask = (
        "Which direction does {} face now? Think step by step, then end with "
        '"The answer is X.", where X is north, east, south or west.'
    )
    return Case(
        id="",
        prompt=f"{' '.join(sentences)} {ask.format(name)}",
        subtype="directions",
        difficulty=difficulty,
        target=COMPASS[faced[-1]],
        intermediates=tuple(COMPASS[direction] for direction in faced[1:-1]),
        chance=0.25,
    )


def navigation(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    """Someone walks on a grid. Intermediate results: the net way north or south, then east or west.

    Moves are given by compass, hard ones by turning left and right. The answer is the shortest way back.
    """
    name = rng.choice(NAMES)
    n_moves = {"easy": 3, "medium": 5, "hard": rng.choice((4, 5))}[difficulty]
    lengths = [rng.randint(1, 9) for _ in range(n_moves)]
    if difficulty == "hard":
        turns = [0, *(rng.choice((1, 3)) for _ in range(n_moves - 1))]
        heading = rng.randrange(4)
        start = f"{name} stands on a square of a large grid and faces {COMPASS[heading]}."
        headings = [heading := (heading + turn) % 4 for turn in turns]
        moves = [
            f"{name} {f'{_TURNS[turn]} and ' if turn else ''}walks {_squares(length)} forward."
            for turn, length in zip(turns, lengths, strict=True)
        ]
    else:
        start = f"{name} stands on a square of a large grid."
        headings = [rng.randrange(4) for _ in range(n_moves)]
        moves = [
            f"{name} walks {_squares(length)} {COMPASS[heading]}."
            for heading, length in zip(headings, lengths, strict=True)
        ]
    east = sum(_STEPS_OUT[heading][0] * length for heading, length in zip(headings, lengths, strict=True))
    north = sum(_STEPS_OUT[heading][1] * length for heading, length in zip(headings, lengths, strict=True))
    distance = abs(east) + abs(north)
    repeated = difficulty != "hard" and any(one == other for one, other in pairwise(headings))
    if not east or not north or repeated or distance in lengths:
        return None
    ask = (
        "How many squares long is the shortest way back to the start, moving only north, east, south or west? "
        'Think step by step, then end with "The answer is N.", where N is a whole number.'
    )
    return Case(
        id="",
        prompt=f"{start} {' '.join(moves)} {ask}",
        subtype="navigation",
        difficulty=difficulty,
        target=str(distance),
        intermediates=(str(abs(north)), str(abs(east))),
    )


def _squares(length: int) -> str:
    return "1 square" if length == 1 else f"{length} squares"
