"""Spreads n cases evenly over sub-types and difficulties."""

from collections.abc import Sequence

from tools.cases import Difficulty


def spread(
    n: int,
    subtypes: Sequence[str],
    difficulties: Sequence[Difficulty],
) -> list[tuple[str, Difficulty]]:
    """The (sub-type, difficulty) of each of n cases: sub-types turn fastest, difficulties next.

    >>> spread(5, ["a", "b"], ["easy", "hard"])
    [('a', 'easy'), ('b', 'easy'), ('a', 'hard'), ('b', 'hard'), ('a', 'easy')]
    """
    return [(subtypes[i % len(subtypes)], difficulties[i // len(subtypes) % len(difficulties)]) for i in range(n)]
