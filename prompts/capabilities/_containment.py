"""Spatial problems of things in things that are carried from room to room."""

import random

from prompts.capabilities._names import NAMES
from tools.cases import Case, Difficulty

ROOMS = (
    "attic",
    "basement",
    "bedroom",
    "garage",
    "garden",
    "hallway",
    "kitchen",
    "office",
    "study",
    "workshop",
)
THINGS = (
    "apple",
    "ball",
    "book",
    "brush",
    "button",
    "candle",
    "coin",
    "key",
    "marble",
    "pen",
    "ring",
    "spoon",
)
CONTAINERS = (
    "pouch",
    "jar",
    "bowl",
    "bag",
    "box",
    "basket",
    "bucket",
    "case",
    "sack",
    "crate",
    "chest",
    "trunk",
)
"""From small to large: a thing goes into a smaller one, and that into a larger one."""


def containment(difficulty: Difficulty, index: int, rng: random.Random) -> Case | None:
    """In which room a thing is after containers have been filled, carried and emptied.

    Easy: one carried container; medium: two, one inside the other; hard: the thing may be taken out on the way.
    Four rooms are named, each is the answer equally often.
    """
    name, thing = rng.choice(NAMES), rng.choice(THINGS)
    rooms = rng.sample(ROOMS, 4)
    inner, outer, other = sorted(rng.sample(CONTAINERS, 3), key=CONTAINERS.index)
    where: dict[str, str] = {}
    told: list[str] = []

    def put(what: str, into: str) -> None:
        where[what] = into
        told.append(f"{name} puts the {what} in the {into}.")

    def carry(what: str, room: str) -> None:
        where[what] = room
        told.append(f"{name} carries the {what} to the {room}.")

    where |= {inner: rooms[0], outer: rooms[0], other: rooms[1]}
    told.append(f"The {inner} and the {outer} are in the {rooms[0]}, and the {other} is in the {rooms[1]}.")
    put(thing, inner)
    if difficulty == "easy":
        carry(rng.choice((inner, outer)), rng.choice(rooms[1:]))
        carry(other, rng.choice((rooms[0], *rooms[2:])))
    else:
        put(inner, outer)
        carry(outer, rng.choice(rooms[1:]))
        carry(other, rng.choice([room for room in rooms if room != where[other]]))
    if difficulty == "hard":
        here = where[outer]
        what = rng.choice((thing, inner))
        where[what] = here
        told.append(f"{name} takes the {what} out of the {inner if what == thing else outer}.")
        carry(outer, rng.choice([room for room in rooms if room != here]))
        if rng.random() < 0.5:
            carry(inner if what == inner else thing, rng.choice([room for room in rooms if room != here]))
    room = where[thing]
    while room not in rooms:
        room = where[room]
    named = sorted(rooms)
    if room != named[index % 4] or len(told) != len(set(told)):
        return None
    ask = (
        f"In which room is the {thing} now? Think step by step, then end with "
        f'"The answer is X.", where X is {named[0]}, {named[1]}, {named[2]} or {named[3]}.'
    )
    return Case(
        id="",
        prompt=f"{' '.join(told)} {ask}",
        subtype="containment",
        difficulty=difficulty,
        target=room,
        chance=0.25,
    )
