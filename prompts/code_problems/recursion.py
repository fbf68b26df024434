"""Problems whose natural solution calls itself, or follows a rule step by step."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import integers, letters
from prompts.code_problems.problem import problem


def nested(random, depth):
    """A list of integers and lists of the same kind."""
    return [
        nested(random, depth - 1) if depth and random.random() < 0.4 else random.randint(-9, 30)
        for _ in range(random.randint(1, 4))
    ]


@problem(
    difficulty="easy",
    names=("count_up_sum", "sum_to", "triangle", "add_up_to"),
    constants={"k": range(1, 60)},
    inputs=lambda random, k: (random.randint(1, 60),),
    edges=((0,), (1,), (2,)),
    mutant=("n - 1", "n - 2"),
)
def sum_up(n, *, k):
    """Return $k plus the sum of all integers from 1 to `n`. For `n` = 0 this is $k."""
    return k if n <= 0 else n + sum_up(n - 1, k=k)


@problem(
    difficulty="easy",
    names=("power_of", "raise_to", "repeated_product", "times_itself"),
    constants={"base": range(2, 13)},
    inputs=lambda random, base: (random.randint(1, 15),),
    edges=((0,), (1,)),
    mutant=("else 1", "else 0"),
)
def power(exponent, *, base):
    """Return $base to the power of the non-negative integer `exponent`."""
    return base * power(exponent - 1, base=base) if exponent else 1


@problem(
    difficulty="easy",
    names=("countdown", "steps_down", "count_down", "descend"),
    constants={"k": range(2, 9)},
    inputs=lambda random, k: (random.randint(1, 40),),
    edges=((0,), (1,), (2,)),
    mutant=("> 0", "> 1"),
)
def down(start, *, k):
    """Return the list of numbers that begins with `start` and goes down in steps of $k as long as the number is
    positive. For `start` = 0 the list is empty.
    """
    return [start, *down(start - k, k=k)] if start > 0 else []


@problem(
    difficulty="easy",
    names=("scaled_factorial", "product_to", "factorial_times", "multiply_down"),
    constants={"k": range(2, 50)},
    inputs=lambda random, k: (random.randint(2, 12),),
    edges=((0,), (1,)),
    mutant=("n < 2", "n < 3"),
)
def factorial(n, *, k):
    """Return $k times the factorial of `n` (the product of all integers from 1 to `n`, which is 1 for `n` = 0)."""
    return k if n < 2 else n * factorial(n - 1, k=k)


@problem(
    difficulty="medium",
    names=("sequence_term", "fib_like", "next_in_series", "series_value"),
    constants={"a": range(6), "b": range(1, 9)},
    inputs=lambda random, a, b: (random.randint(2, 20),),
    edges=((0,), (1,), (2,)),
    mutant=("n - 2", "n - 1"),
)
def fibonacci(n, *, a, b):
    """A sequence begins with $a (term 0) and $b (term 1); every further term is the sum of the two before it. Return
    term `n`.
    """
    return (a, b)[n] if n < 2 else fibonacci(n - 1, a=a, b=b) + fibonacci(n - 2, a=a, b=b)


@problem(
    difficulty="medium",
    names=("count_steps", "halving_steps", "steps_to_one", "collatz_steps"),
    constants={"k": range(1, 12, 2)},
    inputs=lambda random, k: (random.randint(2, 60),),
    edges=((1,), (2,), (3,)),
    mutant=("n + k", "n + k + 2"),
)
def steps(n, *, k):
    """Count steps: as long as the positive integer `n` is greater than $k, replace it by half of it if it is even,
    and by itself plus $k if it is odd. Return how many steps it takes until `n` is at most $k.
    """
    if n <= k:
        return 0
    return 1 + steps(n // 2 if n % 2 == 0 else n + k, k=k)


@problem(
    difficulty="medium",
    names=("greatest_divisor", "common_divisor", "shared_divisor", "scaled_gcd"),
    constants={"k": range(2, 20)},
    inputs=lambda random, k: (random.randint(1, 12) * random.randint(1, 12), random.randint(1, 12) * 6),
    edges=((0, 7), (9, 0), (12, 18), (7, 13)),
    mutant=("a * k", "a + k"),
)
def divisor(a, b, *, k):
    """Return $k times the greatest common divisor of the non-negative integers `a` and `b`, which are not both 0."""
    return divisor(b, a % b, k=k) if b else a * k


@problem(
    difficulty="medium",
    names=("nested_sum", "sum_deep", "total_nested", "add_nested"),
    constants={"k": range(1, 15)},
    inputs=lambda random, k: (nested(random, 2),),
    edges=(([],), ([[], [[]]],), ([1, [20, [30, -4]], 5],)),
    boundaries=lambda k: (([k, [k + 1]],),),
    mutant=("item > k", "item >= 0"),
)
def sum_nested(items, *, k):
    """`items` is a list of integers and of lists of the same kind, to any depth. Return the sum of all integers in it
    that are greater than $k.
    """
    return sum(sum_nested(item, k=k) if isinstance(item, list) else item if item > k else 0 for item in items)


@problem(
    difficulty="medium",
    names=("climb_ways", "count_climbs", "ways_up", "step_ways"),
    constants={"k": range(2, 5)},
    inputs=lambda random, k: (random.randint(1, 14),),
    edges=((0,), (1,), (4,), (6,)),
    mutant=("k + 1", "k"),
)
def climbs(stairs, *, k):
    """Return in how many different orders one can climb `stairs` stairs when each step takes from 1 to $k stairs.
    There is one way to climb 0 stairs.
    """
    if stairs == 0:
        return 1
    return sum(climbs(stairs - step, k=k) for step in range(1, k + 1) if step <= stairs)


@problem(
    difficulty="hard",
    names=("flatten_to_depth", "flatten_some", "unpack_lists", "flatten_levels"),
    constants={"k": range(1, 4)},
    inputs=lambda random, k: (nested(random, 3),),
    edges=(([],), ([1, [2, [3, [4, [5, [6]]]]]],), ([[[[[]]]]],)),
    mutant=("depth > 0", "depth > 1"),
)
def flattened(items, *, k):
    """`items` is a list of integers and of lists of the same kind, to any depth. Return a list in which nested lists
    are replaced by their elements, down to $k levels: with one level, [1, [2, [3]]] becomes [1, 2, [3]]. Deeper lists
    stay as they are.
    """

    def flat(part, depth):
        result = []
        for item in part:
            result += flat(item, depth - 1) if isinstance(item, list) and depth > 0 else [item]
        return result

    return flat(items, k)


@problem(
    difficulty="hard",
    names=("subset_count", "count_subsets", "ways_to_sum", "sum_choices"),
    constants={"k": range(6, 22)},
    inputs=lambda random, k: (integers(random, 3, 9, 1, 12),),
    edges=(([],), ([22],), ([1, 2, 3, 4, 5, 6],), ([3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1],)),
    mutant=("len(numbers)", "len(numbers) - 1"),
)
def subsets(numbers, *, k):
    """`numbers` is a list of positive integers. Return in how many ways one can choose elements of it (each position
    at most once) that add up to exactly $k.
    """

    def ways(start, left):
        if left <= 0 or start == len(numbers):
            return int(left == 0)
        return ways(start + 1, left) + ways(start + 1, left - numbers[start])

    return ways(0, k)


@problem(
    difficulty="hard",
    names=("all_codes", "letter_codes", "build_codes", "list_codes"),
    constants={"letters_used": ("ab", "xy", "01", "on", "LR")},
    inputs=lambda random, letters_used: (random.randint(2, 7), random.randint(1, 3)),
    edges=((0, 1), (1, 1), (4, 2), (6, 2)),
    mutant=("<= most", "< most"),
)
def codes(length, most, *, letters_used):
    """Return the list of all strings of `length` letters, each letter one of those in "$letters_used", in which the
    last letter of "$letters_used" occurs at most `most` times. The strings are in alphabetical order.
    """
    if length == 0:
        return [""]
    shorter = codes(length - 1, most, letters_used=letters_used)
    grown = sorted(text + letter for text in shorter for letter in letters_used)
    return [text for text in grown if text.count(letters_used[-1]) <= most]


@problem(
    difficulty="hard",
    names=("grid_paths", "count_paths", "routes", "ways_through"),
    constants={"wall": "#xX"},
    inputs=lambda random, wall: (
        [letters(random, "...." + wall, 4, 4) for _ in range(random.randint(2, 4))],
    ),
    edges=(
        (["."],),
        (["...", "...", "..."],),
        (["#x.X", "...."],),
        (["....", ".#xX", "...."],),
        (["...", "...", "...", "..."],),
    ),
    mutant=("column + 1", "column + 2"),
)
def paths(grid, *, wall):
    """`grid` is a list of strings of the same length. Return how many ways lead from the first character of the first
    string to the last character of the last one, when each step goes one place to the right or one place down and no
    way touches a "$wall" (start and end included).
    """

    def ways(row, column):
        if row == len(grid) or column >= len(grid[0]) or grid[row][column] == wall:
            return 0
        if row == len(grid) - 1 and column == len(grid[0]) - 1:
            return 1
        return ways(row + 1, column) + ways(row, column + 1)

    return ways(0, 0)
