"""Spreads n cases evenly over sub-types and difficulties."""

from collections.abc import Sequence

from tools.cases import Difficulty


def spread(
    n: int,
    subtypes: Sequence[str],
    difficulties: Sequence[Difficulty],
) -> list[tuple[str, Difficulty]]:
    """The (sub-type, difficulty) of each of n cases: both turn with every case, so that few cases hold all of both.

    Each round of the sub-types begins one difficulty later, so that every pair comes equally often.

    >>> spread(5, ["a", "b"], ["easy", "hard"])
    [('a', 'easy'), ('b', 'hard'), ('a', 'hard'), ('b', 'easy'), ('a', 'easy')]
    """
    pairs = []
    for i in range(n):
        turn = i + i // len(subtypes) * (len(subtypes) % len(difficulties) == 0)
        pairs.append((subtypes[i % len(subtypes)], difficulties[turn % len(difficulties)]))
    return pairs
