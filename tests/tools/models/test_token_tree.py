import numpy as np

from tools.models.token_tree import stretch, tree_of

# Sorted: (1,2), (1,2,3), (1,2,4,5), (6). A tree of six columns: 1 2 3 | 4 5 | 6.
SEQUENCES = [(1, 2, 4, 5), (6,), (1, 2), (1, 2, 3)]


def test_what_sequences_share_stands_in_the_tree_once() -> None:
    tree, columns = tree_of(SEQUENCES, [3, 1, 2, 1])
    assert tree.tokens.tolist() == [1, 2, 3, 4, 5, 6]
    assert tree.depths.tolist() == [0, 1, 2, 2, 3, 0]
    assert tree.starts.tolist() == [0, 2, 3, 5, 6]
    # The last three tokens of (1, 2, 4, 5) are columns 1, 3 and 4, and so on.
    assert [each.tolist() for each in columns] == [[1, 3, 4], [5], [0, 1], [2]]


def test_equal_sequences_share_every_column() -> None:
    tree, columns = tree_of([(7, 8), (7, 8)], [1, 2])
    assert tree.tokens.tolist() == [7, 8]
    assert [each.tolist() for each in columns] == [[1], [0, 1]]


def test_a_column_sees_its_own_sequence_up_to_itself() -> None:
    tree, _ = tree_of(SEQUENCES, [1, 1, 1, 1])
    whole = stretch(tree, 0, 6)
    assert whole.sees.astype(int).tolist() == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 0, 1, 0, 0],
        [1, 1, 0, 1, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]
    assert whole.key_depths.tolist() == [0, 1, 2, 2, 3, 0] and whole.path.tolist() == []


def test_a_stretch_keeps_the_path_to_the_column_after_it_and_nothing_else() -> None:
    tree, _ = tree_of(SEQUENCES, [1, 1, 1, 1])
    first = stretch(tree, 0, 4)  # the next column is 5 in (1, 2, 4, 5)
    assert first.path.tolist() == [0, 1, 3]
    second = stretch(tree, 4, 6)  # its keys: the path 1 2 4, then its own 5 and 6
    assert second.key_depths.tolist() == [0, 1, 2, 3, 0]
    assert second.sees.astype(int).tolist() == [[1, 1, 1, 1, 0], [0, 0, 0, 0, 1]]


def test_stretches_of_any_size_see_what_the_whole_tree_sees() -> None:
    generator = np.random.default_rng(0)
    sequences = [tuple(generator.integers(0, 2, size=generator.integers(1, 9)).tolist()) for _ in range(20)]
    tree, _ = tree_of(sequences, [1] * 20)
    whole = stretch(tree, 0, len(tree))
    for size in (1, 2, 3, 5, 8):
        path = np.zeros(0, dtype=np.int64)  # columns of the whole tree
        for start in range(0, len(tree), size):
            part = stretch(tree, start, min(start + size, len(tree)))
            keys = np.concatenate([path, np.arange(start, start + len(part.tokens))])
            for row, sees in enumerate(part.sees):
                assert keys[sees].tolist() == np.flatnonzero(whole.sees[start + row]).tolist()
            path = keys[part.path]


def test_no_sequences_are_an_empty_tree() -> None:
    tree, columns = tree_of([], [])
    assert len(tree) == 0 and columns == []
