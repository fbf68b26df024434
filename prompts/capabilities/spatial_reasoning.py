"""Keeping track of space in words: turns, walks on a grid, relative positions, rotations, things in things.

The model reasons in writing and its final answer counts (`partial_credit`); where the way has
intermediate states (where one faces after each turn, the net way along each axis), reaching them in
order earns part of the credit. Own generators, because reasoning-gym has nothing for these; every answer is
simulated. Closed answers (directions, rooms, letters) are named in the prompt and occur equally often, so that
a constant answer earns no more than chance.

Difficulty is the number of turns, moves, links or transformations; hard rotations are of 3x3 letter grids.
Not covered: pictures, perspective, metric geometry.
"""

import random
from collections.abc import Callable, Iterator, Sequence

from prompts.capabilities import _containment, _places, _rotations, _turns
from prompts.capabilities._deal import deal
from prompts.capabilities._drafts import different
from tools.cases import Case, Difficulty

SCORING = "partial_credit"
SUBTYPES = ("directions", "navigation", "relative_position", "rotation", "containment")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

_MAKERS: dict[str, Callable[[Difficulty, int, random.Random], Case | None]] = {
    "directions": _turns.directions,
    "navigation": _turns.navigation,
    "relative_position": _places.relative_position,
    "rotation": _rotations.rotation,
    "containment": _containment.containment,
}


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n problems, spread evenly over the sub-types and difficulties asked for."""
    difficulties = (difficulty,) if difficulty else DIFFICULTIES
    return deal("spatial_reasoning", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, rng: random.Random) -> Iterator[Case]:
    make = _MAKERS[subtype]
    # Every pool begins with another answer, so that short suites are balanced too.
    start = SUBTYPES.index(subtype) + DIFFICULTIES.index(difficulty)
    return different(lambda index: make(difficulty, start + index, rng))
