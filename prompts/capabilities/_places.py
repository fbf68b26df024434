"""Spatial problems of places whose directions from each other are given in a chain."""

import random

from tools.cases import Case, Difficulty

# fmt: off
PLACES = (
    "airport", "bakery", "bank", "bridge", "castle", "chapel", "cinema", "clinic", "farm", "fountain",
    "harbor", "hotel", "library", "lighthouse", "mill", "museum", "office", "park", "pharmacy", "school",
    "stadium", "station", "temple", "theater", "tower", "university", "windmill", "zoo"
)
# fmt: on

DIRECTIONS = {
    "north": (0, 1),
    "northeast": (1, 1),
    "east": (1, 0),
    "southeast": (1, -1),
    "south": (0, -1),
    "southwest": (-1, -1),
    "west": (-1, 0),
    "northwest": (-1, 1),
}
"""Compass directions as (east, north) signs."""

_CARDINAL = ("north", "east", "south", "west")
_ASK = (
    "In which direction is the {} from the {}? Think step by step, then end with "
    '"The answer is X.", where X is north, northeast, east, southeast, south, southwest, west or northwest.'
)


def relative_position(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    """Where the last place of a chain lies from the first.

    Easy and medium chains never go back on themselves, so they need no distances; hard ones have distances and
    do. Medium and hard sentences are shuffled. Intermediate results: where each place on the way lies from the
    first, as far as it changes.
    """
    n_links = {"easy": 2, "medium": 3, "hard": rng.choice((3, 4))}[difficulty]
    places = rng.sample(PLACES, n_links + 1)
    wanted = list(DIRECTIONS)[index % 8]
    # Without ways back only the parts of the wanted direction can occur.
    usable = _CARDINAL if difficulty == "hard" else [part for part in _CARDINAL if part in wanted]
    links = [rng.choice(usable) for _ in range(n_links)]
    lengths = [rng.randint(1, 9) if difficulty == "hard" else 1 for _ in range(n_links)]
    turns_back = {"north", "south"} <= set(links) or {"east", "west"} <= set(links)
    if turns_back != (difficulty == "hard"):
        return None
    east = north = 0
    seen: list[str] = []
    for link, length in zip(links, lengths, strict=True):
        east += DIRECTIONS[link][0] * length
        north += DIRECTIONS[link][1] * length
        direction = compass(east, north)
        if direction is None:
            return None
        seen.append(direction)
    if seen[-1] != wanted:
        return None
    distances = [f"{length} km" if difficulty == "hard" else "directly" for length in lengths]
    sentences = [
        f"The {places[i + 1]} is {distance} {link} of the {places[i]}."
        for i, (distance, link) in enumerate(zip(distances, links, strict=True))
    ]
    if difficulty != "easy":
        rng.shuffle(sentences)
    way = tuple(place for i, place in enumerate(seen[:-1]) if i == 0 or place != seen[i - 1])
    return Case(
        id="",
        prompt=f"{' '.join(sentences)} {_ASK.format(places[-1], places[0])}",
        subtype="relative_position",
        difficulty=difficulty,
        target=seen[-1],
        intermediates=way if way[-1] != seen[-1] else way[:-1],
        chance=1 / 8,
    )


def compass(east: int, north: int) -> str | None:
    """The compass direction of a displacement by its signs; None where there is none."""
    signs = ((east > 0) - (east < 0), (north > 0) - (north < 0))
    return next((name for name, direction in DIRECTIONS.items() if direction == signs), None)
