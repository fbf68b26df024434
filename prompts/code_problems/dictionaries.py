"""Problems about dictionaries."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import SHORT_WORDS, integers, stock, words
from prompts.code_problems.problem import problem


@problem(
    difficulty="easy",
    names=("get_price", "look_up", "find_amount", "amount_of"),
    constants={"k": range(1, 40)},
    inputs=lambda random, k: (
        {**stock(random, 1, 3, 90), "tea": random.randint(1, 90)},
        random.choice(("tea", "ice")),
    ),
    edges=(({}, "tea"), ({"ice": 0}, "ice")),
    mutant=("k)", "0)"),
)
def lookup(table, key, *, k):
    """Return the value of `key` in the dictionary `table`, or $k if it has no such key."""
    return table.get(key, k)


@problem(
    difficulty="easy",
    names=("total_stock", "sum_values", "add_values", "total_of"),
    constants={"k": range(2, 40)},
    inputs=lambda random, k: (stock(random, 1, 5, 60),),
    edges=(({},), ({"a": 1},)),
    mutant=("values()", "values() if value != 1"),
)
def value_sum(table, *, k):
    """Return the sum of all values of the dictionary `table`, each multiplied by $k."""
    return sum(value * k for value in table.values())


@problem(
    difficulty="easy",
    names=("set_value", "with_entry", "add_entry", "updated"),
    constants={"key": ("size", "count", "level", "price", "code"), "k": range(1, 30)},
    inputs=lambda random, key, k: (
        {**stock(random, 0, 3, 60), **({key: 0} if random.random() < 0.4 else {"extra": 5})},
    ),
    edges=(({},), ({"size": 1},)),
    mutant=("key: k", "key: k + 1"),
)
def entry(table, *, key, k):
    """Return a dictionary with everything in `table` and the value $k for the key "$key" (replacing the value that is
    there, if any).
    """
    return {**table, key: k}


@problem(
    difficulty="easy",
    names=("has_enough", "in_stock", "is_available", "can_order"),
    constants={"k": range(5, 50)},
    inputs=lambda random, k: (
        {"tea": random.choice((0, k - 1, k, k + 1, 99)), **stock(random, 1, 2, 9)},
        random.choice(("tea", "tea", "none")),
    ),
    edges=(({}, "tea"), ({"ice": 1000}, "ice")),
    boundaries=lambda k: (({"tea": k}, "tea"), ({"tea": k - 1}, "tea")),
    mutant=(">= k", "> k"),
)
def available(table, item, *, k):
    """Return True if `item` is a key of the dictionary `table` and its value is at least $k, otherwise False."""
    return table.get(item, -1) >= k


@problem(
    difficulty="medium",
    names=("count_words", "word_counts", "tally", "frequencies"),
    constants={"k": range(2, 6)},
    inputs=lambda random, k: (
        [random.choice(("tea", "ice", "a", "on", "garden", "map", "level")) for _ in range(9)],
    ),
    edges=(([],), (["a", "b", "a"],), (["map"] * 6,)),
    boundaries=lambda k: ((["a" * k, "a" * (k - 1)],),),
    mutant=(">= k", ">= 1"),
)
def frequent(items, *, k):
    """Return a dictionary that says how often each string occurs in the list `items`, with only those strings that
    are at least $k letters long.
    """
    counts = {}
    for item in items:
        if len(item) >= k:
            counts[item] = counts.get(item, 0) + 1
    return counts


@problem(
    difficulty="medium",
    names=("keys_above", "popular_items", "large_entries", "sorted_keys_above"),
    constants={"k": range(10, 50)},
    inputs=lambda random, k: ({**stock(random, 2, 6, 60), "tea": random.choice((k, k + 1, 99))},),
    edges=(({},), ({"b": 99, "a": 98},)),
    boundaries=lambda k: (({"a": k, "c": k + 1},),),
    mutant=("sorted", "list"),
)
def keys_over(table, *, k):
    """Return the keys of the dictionary `table` whose value is greater than $k, as a list in alphabetical order."""
    return sorted(key for key in table if table[key] > k)


@problem(
    difficulty="medium",
    names=("merge_stock", "combine_counts", "add_tables", "joined_counts"),
    constants={"k": range(2, 12)},
    inputs=lambda random, k: (
        stock(random, 1, 4, 9),
        {**stock(random, 0, 2, 30), "tea": random.randint(1, 9)},
    ),
    edges=(({}, {}), ({"a": 1}, {"a": 2}), ({"a": 1}, {"b": 2})),
    mutant=("* k", "+ k"),
)
def stock_merged(first, second, *, k):
    """Return a dictionary with all keys of the dictionaries `first` and `second`. Each key's value is its value in
    `first` plus $k times its value in `second`, where a missing key counts as 0.
    """
    return {key: first.get(key, 0) + second.get(key, 0) * k for key in [*first, *second]}


@problem(
    difficulty="medium",
    names=("swap_keys", "turn_around", "invert", "by_value"),
    constants={"k": range(1, 20)},
    inputs=lambda random, k: (
        dict(zip(random.sample(SHORT_WORDS, 4), random.sample(range(40), 4), strict=True)),
    ),
    edges=(({},), ({"a": 40, "b": 0},)),
    boundaries=lambda k: (({"a": k, "c": k - 1},),),
    mutant=(">= k", "<= k"),
)
def inverted(table, *, k):
    """The dictionary `table` has strings as keys and different integers as values. Return a dictionary from values to
    keys, with only those values that are at least $k.
    """
    return {value: key for key, value in table.items() if value >= k}


@problem(
    difficulty="hard",
    names=("group_by_length", "words_by_length", "sort_into_groups", "by_length"),
    constants={"k": range(4, 9)},
    inputs=lambda random, k: (words(random, 4, 9),),
    edges=(([],), (["aa", "b", "aa", "cc"],), (["abcdefghij", "abcdefghi", "b"],)),
    mutant=("min(len(word), k)", "len(word)"),
)
def grouped(items, *, k):
    """Group the strings in the list `items` by their length: return a dictionary from each length to the list of the
    strings of that length, in alphabetical order and without repeats. Strings longer than $k all go under the key $k.
    """
    groups = {}
    for word in sorted(set(items)):
        groups.setdefault(min(len(word), k), []).append(word)
    return groups


@problem(
    difficulty="hard",
    names=("top_items", "most_common", "ranking", "best_sellers"),
    constants={"k": range(2, 5)},
    inputs=lambda random, k: ([random.choice("abcdef") for _ in range(random.randint(6, 12))],),
    edges=(([],), (["b", "a"],), (list("cbacba"),), (list("ddccbbaa"),)),
    mutant=("-items.count(item)", "items.count(item)"),
)
def top(items, *, k):
    """Return a list of the $k strings that occur most often in the list `items`, the most frequent first. Strings
    that occur equally often are in alphabetical order. If there are fewer than $k different strings, return all.
    """
    return sorted(set(items), key=lambda item: (-items.count(item), item))[:k]


@problem(
    difficulty="hard",
    names=("count_nested", "leaf_sum", "sum_tree", "deep_total"),
    constants={"key": ("size", "cost", "weight", "points")},
    inputs=lambda random, key: (
        {key: random.randint(1, 30), "parts": [{key: n, "parts": []} for n in integers(random, 1, 3, 1, 20)]},
    ),
    edges=(
        ({"parts": []},),
        ({"size": 1, "cost": 2, "weight": 3, "points": 4, "parts": [{"size": 5, "parts": [{"size": 7}]}]},),
        ({"cost": 1, "parts": [{"parts": [{"cost": 3, "weight": 8, "points": 2}]}]},),
    ),
    mutant=("table.get('parts', [])", "table.get('parts', [])[:1]"),
)
def tree_total(table, *, key):
    """`table` is a dictionary that may have the key "$key" (an integer) and the key "parts" (a list of dictionaries
    of the same kind, to any depth). Return the sum of all values of "$key" in it and in all of its parts.
    """
    return table.get(key, 0) + sum(tree_total(part, key=key) for part in table.get("parts", []))


@problem(
    difficulty="hard",
    names=("apply_orders", "update_stock", "process_orders", "remaining_stock"),
    constants={"k": range(6)},
    inputs=lambda random, k: (
        {"tea": random.randint(5, 20), "ice": random.randint(0, 15)},
        [[random.choice(("tea", "ice", "map")), random.randint(1, 9)] for _ in range(random.randint(2, 5))],
    ),
    edges=(
        ({}, []),
        ({"tea": 5}, [["tea", 5]]),
        ({"tea": 9, "ice": 8}, [["tea", 4], ["tea", 1], ["ice", 3]]),
    ),
    boundaries=lambda k: (({"tea": k + 3}, [["tea", 3], ["tea", 1]]),),
    mutant=(">= k", "> k"),
)
def after_orders(table, orders, *, k):
    """The dictionary `table` says how many of each item there are; `orders` is a list of [item, count] pairs. Go
    through the orders one after the other: if the item is in the table and at least $k of it would remain, take
    `count` of it away, otherwise skip the order. Return the dictionary of what is left.
    """
    left = dict(table)
    for item, count in orders:
        if item in left and left[item] - count >= k:
            left[item] -= count
    return left
