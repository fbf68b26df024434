"""Deals cases of different prompts from pools of drafts, one pool for each sub-type and difficulty."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

from prompts.capabilities._spread import spread
from tools.cases import Case, Difficulty

Drafts = Callable[[str, Difficulty, random.Random], Iterable[Case]]
"""All drafts of a sub-type and difficulty, in the order the random generator gives. Their ids are void."""

T = TypeVar("T")


def deal(
    capability: str,
    n: int,
    seed: int,
    subtypes: Sequence[str],
    difficulties: Sequence[Difficulty],
    drafts: Drafts,
) -> list[Case]:
    """n cases spread evenly, with ids; fewer than n where the pools hold no more different prompts.

    Where a pool runs dry, its turns go to the other difficulties of its sub-type, then to the other
    sub-types. A smaller n gives a prefix of a larger one.
    """
    pools: dict[tuple[str, Difficulty], Iterator[Case]] = {}
    for subtype in subtypes:
        for difficulty in difficulties:
            generator = random.Random(f"{capability}-{seed}-{subtype}-{difficulty}")
            pools[subtype, difficulty] = iter(drafts(subtype, difficulty, generator))
    dealt: dict[str, Case] = {}
    for slot in spread(n, subtypes, difficulties):
        same_subtype = [pool for pool in pools if pool[0] == slot[0] and pool != slot]
        others = [pool for pool in pools if pool[0] != slot[0]]
        for pool in [slot, *same_subtype, *others]:
            draft = next((case for case in pools[pool] if case.prompt not in dealt), None)
            if draft is not None:
                dealt[draft.prompt] = draft.model_copy(update={"id": f"{capability}-{len(dealt):04d}"})
                break
        else:
            break
    return list(dealt.values())


def in_turns(sequences: Iterable[Iterable[T]]) -> Iterator[T]:
    """One item of each sequence, then a second of each, until all are used up.

    >>> list(in_turns(["abc", "x"]))
    ['a', 'x', 'b', 'c']
    """
    nothing = object()
    for items in zip_longest(*sequences, fillvalue=nothing):
        for item in items:
            if item is not nothing:
                yield item  # type: ignore[misc]
