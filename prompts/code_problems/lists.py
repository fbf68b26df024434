"""Problems about lists."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import integers, words
from prompts.code_problems.problem import problem


@problem(
    difficulty="easy",
    names=("add_to_all", "shift_all", "increase_all", "raise_each"),
    constants={"k": range(2, 60)},
    inputs=lambda random, k: (integers(random, 1, 7, -30, 90),),
    edges=(([],), ([0],)),
    mutant=("+", "-"),
)
def increased(numbers, *, k):
    """Return a new list with $k added to every number in `numbers`."""
    return [number + k for number in numbers]


@problem(
    difficulty="easy",
    names=("sum_plus", "total_with_start", "list_total", "sum_from"),
    constants={"k": range(5, 90)},
    inputs=lambda random, k: (integers(random, 1, 7, -30, 90),),
    edges=(([],), ([4],)),
    mutant=("+", "*"),
)
def sum_and(numbers, *, k):
    """Return the sum of all numbers in `numbers`, plus $k. The sum of an empty list is 0."""
    return sum(numbers) + k


@problem(
    difficulty="easy",
    names=("keep_large", "greater_than", "above_limit", "only_large"),
    constants={"k": range(5, 50)},
    inputs=lambda random, k: (integers(random, 2, 8, k - 20, k + 20),),
    edges=(([],),),
    boundaries=lambda k: (([k, k + 1, k - 1],),),
    mutant=("> k", ">= k"),
)
def larger(numbers, *, k):
    """Return a list of those numbers in `numbers` that are greater than $k, in the same order."""
    return [number for number in numbers if number > k]


@problem(
    difficulty="easy",
    names=("last_items", "tail", "newest", "take_last"),
    constants={"k": range(2, 7)},
    inputs=lambda random, k: (words(random, 1, 9),),
    edges=(([],), (["a"],), (list("abcdefghi"),)),
    mutant=("-k:", "-k - 1:"),
)
def last_of(items, *, k):
    """Return a list of the last $k elements of `items`, in the same order (all of them if there are fewer)."""
    return items[-k:]


@problem(
    difficulty="medium",
    names=("count_in_range", "how_many_between", "number_in_range", "count_between"),
    constants={"low": range(15), "high": range(20, 45)},
    inputs=lambda random, low, high: (integers(random, 3, 10, low - 10, high + 10),),
    edges=(([],),),
    boundaries=lambda low, high: (([low, high, low - 1, high + 1],),),
    mutant=("<= high", "< high"),
)
def between(numbers, *, low, high):
    """Return how many numbers in `numbers` are at least $low and at most $high."""
    return sum(low <= number <= high for number in numbers)


@problem(
    difficulty="medium",
    names=("rotate_left", "move_to_end", "rotated", "turn_list"),
    constants={"k": range(3, 8)},
    inputs=lambda random, k: (integers(random, 2, 8, 0, 60),),
    edges=(([],), ([1],)),
    boundaries=lambda k: ((list(range(k - 1)),), (list(range(k)),)),
    mutant=("% len(items)", "% (len(items) + 1)"),
)
def rotation(items, *, k):
    """Return `items` rotated to the left by $k places: the first element goes to the end, $k times over. The list may
    be shorter than that, and it may be empty.
    """
    if not items:
        return []
    start = k % len(items)
    return items[start:] + items[:start]


@problem(
    difficulty="medium",
    names=("split_in_groups", "make_groups", "in_chunks", "group_items"),
    constants={"k": range(2, 6)},
    inputs=lambda random, k: (integers(random, 3, 11, 0, 60),),
    edges=(([],), ([1],), (list(range(12)),)),
    mutant=("i + k", "i + k - 1"),
)
def chunks(items, *, k):
    """Split `items` into consecutive groups of $k elements and return the list of groups (lists). The last group
    holds what is left over and may be shorter.
    """
    return [items[i : i + k] for i in range(0, len(items), k)]


@problem(
    difficulty="medium",
    names=("remove_repeats", "unique_in_order", "drop_duplicates", "first_occurrences"),
    constants={"k": range(9)},
    inputs=lambda random, k: (integers(random, 4, 10, 0, 9),),
    edges=(([],), ([3, 3, 3],)),
    boundaries=lambda k: (([k, 9, k],),),
    mutant=("and", "or"),
)
def without_repeats(numbers, *, k):
    """Return the numbers of `numbers` in order, each one only at its first occurrence, and without any $k."""
    kept = []
    for number in numbers:
        if number != k and number not in kept:
            kept.append(number)
    return kept


@problem(
    difficulty="medium",
    names=("position_of_max", "index_of_largest", "where_is_max", "find_largest"),
    constants={"default": range(-9, 0)},
    inputs=lambda random, default: (integers(random, 2, 9, -9, 30),),
    edges=(([],), ([5, 9, 9, 1],), ([-3],)),
    mutant=("> numbers", ">= numbers"),
)
def largest_index(numbers, *, default):
    """Return the index of the largest number in `numbers` (the first such index if it occurs more than once), or
    $default if the list is empty.
    """
    best = default
    for index in range(len(numbers)):
        if index == 0 or numbers[index] > numbers[best]:
            best = index
    return best


@problem(
    difficulty="hard",
    names=("longest_rise", "longest_growing_run", "best_streak", "rising_length"),
    constants={"k": range(1, 6)},
    inputs=lambda random, k: (integers(random, 4, 12, 0, 25),),
    edges=(([],), ([7],), ([1, 2, 3, 10, 11, 30],)),
    boundaries=lambda k: (([0, k, 2 * k, 3 * k, 3 * k],),),
    mutant=(">= k", "> k"),
)
def rise(numbers, *, k):
    """Return the length of the longest run of consecutive elements of `numbers` in which every element is larger than
    the one before it by $k or more. One element alone is a run of length 1; an empty list gives 0.
    """
    longest = current = 0
    for index, number in enumerate(numbers):
        current = current + 1 if index and number - numbers[index - 1] >= k else 1
        longest = max(longest, current)
    return longest


@problem(
    difficulty="hard",
    names=("pairs_with_sum", "count_pairs", "matching_pairs", "pair_count"),
    constants={"k": range(8, 30)},
    inputs=lambda random, k: (integers(random, 4, 10, 0, k),),
    edges=(([],), ([4],)),
    boundaries=lambda k: (([1, k - 1, k, 0, 1],),),
    mutant=("== k", ">= k"),
)
def pair_sums(numbers, *, k):
    """Return how many pairs of elements at two different positions of `numbers` add up to $k. Each pair of positions
    counts once.
    """
    return sum(
        numbers[first] + numbers[second] == k
        for first in range(len(numbers))
        for second in range(first + 1, len(numbers))
    )


@problem(
    difficulty="hard",
    names=("merge_ranges", "join_intervals", "merge_intervals", "combine_ranges"),
    constants={"gap": range(4)},
    inputs=lambda random, gap: (
        [[start, start + random.randint(0, 5)] for start in integers(random, 2, 6, 0, 30)],
    ),
    edges=(([],), ([[1, 2]],), ([[5, 9], [1, 2], [2, 3], [6, 7]],)),
    mutant=("max(", "min("),
)
def merged(ranges, *, gap):
    """`ranges` is a list of [first, last] pairs of integers, in any order. Join ranges that overlap or whose distance
    (first of the later one minus last of the earlier one) is at most $gap, and return the list of joined [first,
    last] pairs in ascending order.
    """
    joined = []
    for first, last in sorted(ranges):
        if joined and first - joined[-1][1] <= gap:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return joined


@problem(
    difficulty="hard",
    names=("best_window", "largest_window", "strongest_stretch", "max_window_sum"),
    constants={"k": range(2, 5)},
    inputs=lambda random, k: (integers(random, 3, 10, -20, 30),),
    edges=(([],), ([5],), ([-5, -4, -3, -2, -1],)),
    boundaries=lambda k: ((list(range(k)),), (list(range(k - 1)),)),
    mutant=("- k + 1", "- k"),
)
def window(numbers, *, k):
    """Return the largest sum of $k consecutive elements of `numbers`, or None if there are fewer than $k elements."""
    sums = [sum(numbers[i : i + k]) for i in range(len(numbers) - k + 1)]
    return max(sums) if sums else None
