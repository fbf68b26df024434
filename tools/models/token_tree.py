"""Token sequences as a tree: a beginning that several of them share is there once, whatever its length.

The tree is kept as one line of columns, depth first, which is the order of the sorted sequences: after a column come
those that go on from it, and a sequence contributes the tokens that it does not share with the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TokenTree:
    """Columns of a tree of tokens, depth first."""

    tokens: np.ndarray
    """int64 [n], the token of each column."""
    depths: np.ndarray
    """int64 [n], the place of each column in its sequences, from 0."""
    starts: np.ndarray
    """int64 [m + 1], of each of m sorted sequences the first column of its own, and n."""

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Stretch:
    """Consecutive columns of a tree, and what each of them follows.

    Its keys are those of the path to its first column, by depth, and then its own columns.
    """

    tokens: np.ndarray
    """int64 [s]."""
    depths: np.ndarray
    """int64 [s]."""
    key_depths: np.ndarray
    """int64 [k], the depth of each key."""
    sees: np.ndarray
    """bool [s, k], whether a column's sequence holds the key at or before it."""
    path: np.ndarray
    """int64, the keys on the path to the column after the stretch, by depth."""


def tree_of(
    sequences: Sequence[tuple[int, ...]], n_read: Sequence[int]
) -> tuple[TokenTree, list[np.ndarray]]:
    """The tree of the sequences, and the columns of the last n_read[i] tokens of each."""
    order = sorted(range(len(sequences)), key=sequences.__getitem__)
    deepest = max(map(len, sequences), default=0)
    path = np.zeros(deepest, dtype=np.int64)
    columns: list[np.ndarray] = [path[:0]] * len(sequences)
    tokens: list[np.ndarray] = []
    depths: list[np.ndarray] = []
    starts = [0]
    before = np.zeros(0, dtype=np.int64)
    for index in order:
        sequence = np.asarray(sequences[index], dtype=np.int64)
        shared = _n_shared(before, sequence)
        own = len(sequence) - shared
        path[shared : len(sequence)] = np.arange(starts[-1], starts[-1] + own)
        columns[index] = path[len(sequence) - n_read[index] : len(sequence)].copy()
        tokens.append(sequence[shared:])
        depths.append(np.arange(shared, len(sequence)))
        starts.append(starts[-1] + own)
        before = sequence
    nothing = np.zeros(0, dtype=np.int64)
    tree = TokenTree(
        np.concatenate([nothing, *tokens]), np.concatenate([nothing, *depths]), np.asarray(starts)
    )
    return tree, columns


def stretch(tree: TokenTree, start: int, stop: int) -> Stretch:
    """The columns from `start` to before `stop`."""
    n_path = int(tree.depths[start])
    depths = tree.depths[start:stop]
    sees = np.zeros((stop - start, n_path + stop - start), dtype=bool)
    # Of the sequence being laid out: the key at each depth. Depth first, so that what it shares stands there already.
    keys = np.arange(max(n_path, int(depths.max()) + 1))
    first = int(np.searchsorted(tree.starts, start, side="right")) - 1
    for one in range(first, int(np.searchsorted(tree.starts, stop, side="left"))):
        low, high = max(tree.starts[one], start) - start, min(tree.starts[one + 1], stop) - start
        if low == high:
            continue
        depth = int(depths[low])
        sees[low:high, keys[:depth]] = True
        sees[low:high, n_path + low : n_path + high] = np.tri(high - low, dtype=bool)
        keys[depth : depth + high - low] = np.arange(n_path + low, n_path + high)
    following = int(tree.depths[stop]) if stop < len(tree) else 0
    return Stretch(
        tree.tokens[start:stop],
        depths,
        np.concatenate([np.arange(n_path), depths]),
        sees,
        keys[:following].copy(),
    )


def _n_shared(one: np.ndarray, other: np.ndarray) -> int:
    """How many tokens two sequences begin with in common."""
    length = min(len(one), len(other))
    differ = np.flatnonzero(one[:length] != other[:length])
    return int(differ[0]) if len(differ) else length
