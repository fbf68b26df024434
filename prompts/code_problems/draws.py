"""Draws inputs of programming problems: words, sentences, numbers."""

from random import Random

WORDS = (  # noqa: SIM905 - a list of forty lines is no easier to read
    "apple river stone level cloud noon garden kayak winter paper silver radar music table orange civic "
    "window forest bridge madam yellow candle pepper summer mirror planet rotor button coffee ladder"
).split()
SHORT_WORDS = "on at the cat dog sun map red pen box fox tea ant key ice hat".split()  # noqa: SIM905


def integers(random: Random, shortest: int, longest: int, low: int, high: int) -> list[int]:
    """A list of `shortest` to `longest` integers between `low` and `high`."""
    return [random.randint(low, high) for _ in range(random.randint(shortest, longest))]


def words(random: Random, fewest: int, most: int) -> list[str]:
    """A list of `fewest` to `most` English words."""
    return [random.choice(random.choice((WORDS, SHORT_WORDS))) for _ in range(random.randint(fewest, most))]


def sentence(random: Random, fewest: int, most: int) -> str:
    """Words with spaces between them, some with a capital."""
    return " ".join(w.capitalize() if random.random() < 0.3 else w for w in words(random, fewest, most))


def letters(random: Random, alphabet: str, shortest: int, longest: int) -> str:
    """A string over `alphabet`."""
    return "".join(random.choice(alphabet) for _ in range(random.randint(shortest, longest)))


def stock(random: Random, fewest: int, most: int, high: int) -> dict[str, int]:
    """A dictionary from words to integers from 0 to `high`."""
    return {word: random.randint(0, high) for word in words(random, fewest, most)}
