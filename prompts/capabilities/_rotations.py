"""Spatial problems of arrows and letter grids that are rotated and mirrored."""

import random
from collections.abc import Callable
from itertools import pairwise

from tools.cases import Case, Difficulty

ARROWS = ("up", "right", "down", "left")
"""Clockwise, so that a quarter turn clockwise is one step on."""

_LETTERS = "BCDFGHKLMNPRSTVXZ"  # without A and I, which are words too
_SHAPES = ("arrow", "fish", "hand", "pencil", "rocket", "snail", "spear", "train")
_COLORS = (
    "A black",
    "A blue",
    "A brown",
    "A gold",
    "A green",
    "A pink",
    "A purple",
    "A red",
    "A silver",
    "A white",
)
_ROTATIONS = {
    "rotated 90 degrees clockwise": 1,
    "rotated 180 degrees": 2,
    "rotated 90 degrees counterclockwise": 3,
}
_MIRRORS = {
    "mirrored so that left and right swap": (0, 3, 2, 1),
    "mirrored so that top and bottom swap": (2, 1, 0, 3),
}
_CELLS = {
    "top left corner": (0, 0),
    "middle of the top row": (0, 1),
    "top right corner": (0, 2),
    "middle of the left column": (1, 0),
    "middle of the right column": (1, 2),
    "bottom left corner": (2, 0),
    "middle of the bottom row": (2, 1),
    "bottom right corner": (2, 2),
}
Grid = list[list[str]]
_GRID_STEPS: dict[str, Callable[[Grid], Grid]] = {
    "rotated 90 degrees clockwise": lambda grid: [list(row) for row in zip(*grid[::-1], strict=True)],
    "rotated 180 degrees": lambda grid: [row[::-1] for row in grid[::-1]],
    "rotated 90 degrees counterclockwise": lambda grid: [list(row) for row in zip(*grid, strict=True)][::-1],
    "mirrored so that left and right swap": lambda grid: [row[::-1] for row in grid],
    "mirrored so that top and bottom swap": lambda grid: grid[::-1],
}


def rotation(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    """Where an arrow points after rotations (medium: and mirrors); hard: which letter of a grid is where.

    No intermediate results: "up", "right", "down" and "left" are words of other meanings too ("break it down"),
    which a chain of thought would reach by accident.
    """
    return _letter_grid(index, rng) if difficulty == "hard" else _arrow(difficulty, index, rng)


def _arrow(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    steps = list(_ROTATIONS) if difficulty == "easy" else [*_ROTATIONS, *_MIRRORS, *_MIRRORS]
    chosen = [
        rng.choice(steps) for _ in range(rng.choice((2, 3)) if difficulty == "easy" else rng.choice((3, 4)))
    ]
    undone = any(one == other and one in _MIRRORS for one, other in pairwise(chosen))
    if undone or (difficulty == "medium" and not set(chosen) & set(_MIRRORS)):
        return None
    shape, color = rng.choice(_SHAPES), rng.choice(_COLORS)
    pointed = [rng.randrange(4)]
    for step in chosen:
        turned = (pointed[-1] + _ROTATIONS[step]) % 4 if step in _ROTATIONS else _MIRRORS[step][pointed[-1]]
        pointed.append(turned)
    if pointed[-1] != index % 4:
        return None
    sentences = [
        f"{color} {shape} is drawn on a sheet of paper and points {ARROWS[pointed[0]]}.",
        *_told(chosen, "The sheet"),
    ]
    ask = (
        "Where does the drawing point now? Think step by step, then end with "
        '"The answer is X.", where X is up, right, down or left.'
    )
    return Case(
        id="",
        prompt=f"{' '.join(sentences)} {ask}",
        subtype="rotation",
        difficulty=difficulty,
        target=ARROWS[pointed[-1]],
        chance=0.25,
    )


def _letter_grid(index: int, rng: random.Random) -> Case | None:
    letters = rng.sample(_LETTERS, 9)
    grid = [letters[:3], letters[3:6], letters[6:]]
    drawn = "\n".join(" ".join(row) for row in grid)
    chosen = [rng.choice(list(_GRID_STEPS)) for _ in range(2)]
    after = grid
    for step in chosen:
        after = _GRID_STEPS[step](after)
    cell, (row, column) = list(_CELLS.items())[index % len(_CELLS)]
    if after == grid:
        return None
    ask = (
        f"Which letter is in the {cell} now? Think step by step, then end with "
        '"The answer is X.", where X is that letter.'
    )
    return Case(
        id="",
        prompt=f"Here is a 3x3 grid of letters:\n{drawn}\n{' '.join(_told(chosen, 'The grid'))} {ask}",
        subtype="rotation",
        difficulty="hard",
        target=after[row][column],
        chance=1 / 9,
    )


def _told(steps: list[str], thing: str) -> list[str]:
    return [f"{thing} is {step}." if i == 0 else f"Then it is {step}." for i, step in enumerate(steps)]
