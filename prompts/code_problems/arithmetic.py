"""Problems about whole numbers and simple formulae."""

# Reference solutions look like what a model writes, so they have no annotations.
# mypy: disable-error-code="no-untyped-def, var-annotated"

from prompts.code_problems.draws import integers
from prompts.code_problems.problem import problem


@problem(
    difficulty="easy",
    names=("add_bonus", "with_bonus", "raise_by_bonus", "plus_bonus"),
    constants={"k": range(3, 60)},
    inputs=lambda random, k: (random.randint(-50, 500),),
    edges=((0,), (-7,)),
    mutant=("+", "-"),
)
def bonus(points, *, k):
    """Return `points` plus a bonus of $k."""
    return points + k


@problem(
    difficulty="easy",
    names=("total_price", "price_with_fee", "order_total", "cost_of_order"),
    constants={"fee": range(2, 40)},
    inputs=lambda random, fee: (random.randint(1, 90), random.randint(0, 20)),
    edges=((5, 0), (1, 1)),
    mutant=("price * count", "price + count"),
)
def order(price, count, *, fee):
    """Return the price of `count` items at `price` each, plus a delivery fee of $fee."""
    return price * count + fee


@problem(
    difficulty="easy",
    names=("is_multiple", "can_be_shared", "divides_evenly", "is_divisible"),
    constants={"k": range(3, 30)},
    inputs=lambda random, k: (random.choice((k * random.randint(-9, 30), random.randint(-99, 300))),),
    edges=((0,), (1,)),
    mutant=("== 0", "!= 0"),
)
def multiple(number, *, k):
    """Return True if `number` is divisible by $k, otherwise False."""
    return number % k == 0


@problem(
    difficulty="easy",
    names=("to_minutes", "minutes_of", "in_minutes", "total_minutes"),
    constants={"break_minutes": range(5, 56)},
    inputs=lambda random, break_minutes: (random.randint(0, 12), random.randint(0, 59)),
    edges=((0, 0), (0, 59)),
    mutant=("60", "100"),
)
def duration(hours, minutes, *, break_minutes):
    """Return in minutes the length of a day of `hours` and `minutes`, plus a break of $break_minutes minutes."""
    return hours * 60 + minutes + break_minutes


@problem(
    difficulty="medium",
    names=("clamp", "limit_value", "keep_in_range", "bounded"),
    constants={"low": range(-20, 5), "high": range(10, 70)},
    inputs=lambda random, low, high: (random.randint(low - 40, high + 40),),
    edges=((-1000,), (1000,), (7,)),
    boundaries=lambda low, high: ((low,), (high,)),
    mutant=("max", "min"),
)
def clamped(value, *, low, high):
    """Return `value`, but $low if it is smaller than $low, and $high if it is larger than $high."""
    return max(low, min(high, value))


@problem(
    difficulty="medium",
    names=("sum_of_multiples", "add_multiples", "multiples_total", "multiples_below"),
    constants={"a": range(3, 7), "b": range(7, 14)},
    inputs=lambda random, a, b: (random.randint(5, 200),),
    edges=((0,), (1,)),
    boundaries=lambda a, b: ((a,), (a * b + 1,)),
    mutant=(" or ", " and "),
)
def multiples(limit, *, a, b):
    """Return the sum of all positive integers below `limit` that are divisible by $a or by $b (or by both)."""
    return sum(n for n in range(1, limit) if n % a == 0 or n % b == 0)


@problem(
    difficulty="medium",
    names=("digit_sum", "sum_digits", "checksum", "digit_total"),
    constants={"k": range(2, 12)},
    inputs=lambda random, k: (random.randint(0, 10 ** random.randint(2, 7)),),
    edges=((0,), (9,), (1000,)),
    mutant=("* k", "+ k"),
)
def digits(number, *, k):
    """Return $k times the sum of the decimal digits of the non-negative integer `number`."""
    return sum(int(digit) for digit in str(number)) * k


@problem(
    difficulty="medium",
    names=("ticket_price", "fare", "entry_price", "admission"),
    constants={"child": range(2, 9), "adult": range(12, 30), "age": range(14, 19)},
    inputs=lambda random, child, adult, age: (random.randint(0, 90),),
    edges=((0,), (64,), (65,)),
    boundaries=lambda child, adult, age: ((age - 1,), (age,)),
    mutant=(">= 65", "> 65"),
)
def ticket(years, *, child, adult, age):
    """Return the price of a ticket for a person of `years` years: $child below the age of $age,
    half of $adult (rounded down) from the age of 65 on, and $adult otherwise.
    """
    if years < age:
        return child
    return adult // 2 if years >= 65 else adult


@problem(
    difficulty="medium",
    names=("average_above", "mean_over_limit", "mean_of_large", "average_of_large"),
    constants={"k": range(3, 30)},
    inputs=lambda random, k: (integers(random, 2, 8, 0, 60),),
    edges=(([],), ([1, 2],)),
    boundaries=lambda k: (([k, k + 1],),),
    mutant=("> k", ">= 0"),
    tolerant=True,
)
def mean_above(values, *, k):
    """Return the arithmetic mean of those numbers in `values` that are greater than $k, or 0.0 if there are none."""
    large = [value for value in values if value > k]
    return sum(large) / len(large) if large else 0.0


@problem(
    difficulty="hard",
    names=("count_primes", "primes_between", "how_many_primes", "prime_count"),
    constants={"k": range(2, 30)},
    inputs=lambda random, k: (random.randint(0, 150),),
    edges=((1,), (2,), (4,)),
    boundaries=lambda k: ((k,), (k + 130,)),
    mutant=("d * d > n", "d * d >= n"),
)
def primes(limit, *, k):
    """Return how many prime numbers p there are with $k <= p <= `limit`."""
    count = 0
    for n in range(k, limit + 1):
        d = 2
        while d * d <= n and n % d:
            d += 1
        count += d * d > n
    return count


@problem(
    difficulty="hard",
    names=("to_base", "write_in_base", "in_base", "convert_base"),
    constants={"base": range(3, 10)},
    inputs=lambda random, base: (random.randint(1, 10 ** random.randint(1, 5)),),
    edges=((0,), (1,)),
    boundaries=lambda base: ((base,), (base * base - 1,)),
    mutant=("'0'", "''"),
)
def base_digits(number, *, base):
    """Return the non-negative integer `number` written in base $base, as a string of digits without leading zeros
    ("0" for zero).
    """
    text = ""
    while number > 0:
        text = str(number % base) + text
        number //= base
    return text or "0"


@problem(
    difficulty="hard",
    names=("fewest_coins", "coin_count", "minimum_coins", "coins_needed"),
    constants={"a": range(3, 6), "b": range(7, 11)},
    inputs=lambda random, a, b: (random.randint(1, 80),),
    edges=((0,), (1,), (12,), (14,)),
    mutant=("min(", "max("),
)
def coins(amount, *, a, b):
    """Return the smallest number of coins that add up to exactly `amount`, with as many coins of the values
    1, $a and $b as you like.
    """
    best = [0]
    for value in range(1, amount + 1):
        best.append(1 + min(best[value - coin] for coin in (1, a, b) if coin <= value))
    return best[amount]


@problem(
    difficulty="hard",
    names=("years_to_reach", "periods_until", "growth_time", "years_until"),
    constants={"rate": range(4, 16), "deposit": range(5, 60, 5)},
    inputs=lambda random, rate, deposit: (random.randint(50, 400), random.randint(300, 3000)),
    edges=((500, 500), (900, 100), (100, 101)),
    mutant=("//", "%"),
)
def growth(start, goal, *, rate, deposit):
    """A savings account holds `start`. At the end of each year it grows by $rate percent (interest rounded down to a
    whole number), and then $deposit are paid in. Return after how many years it holds at least `goal` for the first
    time (0 if it does from the start).
    """
    years = 0
    while start < goal:
        start += start * rate // 100 + deposit
        years += 1
    return years
