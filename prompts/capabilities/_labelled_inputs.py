"""Inputs with a known label, each label's in equal number and of equal form."""

from itertools import product

from tools.cases import Difficulty

THINGS = (
    "hotel",
    "film",
    "restaurant",
    "book",
    "phone",
    "course",
    "concert",
    "museum",
    "jacket",
    "taxi ride",
)
PRAISE = ("wonderful", "excellent", "delightful", "a real pleasure", "worth every cent")
BLAME = ("terrible", "awful", "dreadful", "a real disappointment", "a waste of money")
FRAMES = ("The {} was {}.", "I found the {} {}.", "Everybody in my family thought that the {} was {}.")
MIXED = {
    "positive": (
        "I had expected the worst, but the {} won me over completely.",
        "The {} had a slow start, yet by the end I did not want it to be over.",
        "People complain about the {}; I cannot see why, and I would choose it again.",
        "The {} is not cheap, but it is hard to think of a better one.",
        "I was wrong to doubt the {}: there was nothing to criticise.",
        "After two bad ones, the {} was just what we needed.",
    ),
    "negative": (
        "I had expected the best, but the {} let me down completely.",
        "The {} had a promising start, yet by the end I was glad that it was over.",
        "People praise the {}; I cannot see why, and I would not choose it again.",
        "The {} is cheap, but it is hard to think of a worse one.",
        "I was wrong to trust the {}: there was nothing to like.",
        "After two good ones, the {} was the last thing we needed.",
    ),
}

TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "sports": {
        "who": ("The striker", "Our goalkeeper", "The tennis champion", "A young swimmer", "The coach"),
        "easy": (
            "won the match",
            "trained for the final",
            "broke the record",
            "scored twice",
            "lost the race",
        ),
        "hard": ("left the pitch early", "was faster than last year", "asked for a rest", "wore number ten"),
    },
    "science": {
        "who": ("The physicist", "Our chemist", "The astronomer", "A young biologist", "The laboratory"),
        "easy": (
            "measured the particles",
            "published the experiment",
            "tested the theory",
            "found a new star",
            "studied the cells",
        ),
        "hard": ("repeated it three times", "was unsure of the cause", "asked for more data", "drew a curve"),
    },
    "music": {
        "who": ("The violinist", "Our choir", "The jazz singer", "A young drummer", "The orchestra"),
        "easy": (
            "played the symphony",
            "rehearsed the song",
            "recorded an album",
            "tuned the strings",
            "wrote a melody",
        ),
        "hard": ("left the stage early", "was louder than last year", "asked for a pause", "missed an entry"),
    },
    "food": {
        "who": ("The baker", "Our cook", "The pastry chef", "A young waiter", "The restaurant"),
        "easy": (
            "served the soup",
            "roasted the vegetables",
            "seasoned the stew",
            "iced the cake",
            "tasted the sauce",
        ),
        "hard": (
            "left the kitchen early",
            "was slower than last year",
            "asked for more salt",
            "cut it in half",
        ),
    },
}
WHEN = ("yesterday", "last week", "on Sunday")

KINDS: dict[str, tuple[str, ...]] = {
    "an animal": ("dog", "horse", "salmon", "sparrow", "tiger", "beetle"),
    "a plant": ("rose", "oak", "tulip", "cactus", "fern", "birch"),
    "a tool": ("hammer", "saw", "drill", "spanner", "chisel", "pair of pliers"),
    "a vehicle": ("bus", "lorry", "tram", "bicycle", "ferry", "motorcycle"),
}


def sentiment(label: str, difficulty: Difficulty) -> list[str]:
    """Reviews that are `positive` or `negative`; hard ones praise or blame after a turn."""
    if difficulty == "hard":
        return [sentence.format(thing) for sentence, thing in product(MIXED[label], THINGS)]
    words = PRAISE if label == "positive" else BLAME
    return [frame.format(thing, word) for frame, thing, word in product(FRAMES, THINGS, words)]


def topic(label: str, difficulty: Difficulty) -> list[str]:
    """Sentences about `sports`, `science`, `music` or `food`; in hard ones only the subject tells."""
    drawn = TOPICS[label]
    return [f"{who} {deed} {when}." for who, deed, when in product(drawn["who"], drawn[difficulty], WHEN)]


def yes_no(label: str, difficulty: Difficulty) -> list[str]:
    """Questions whose answer is `Yes` or `No`: what a thing is; hard ones compare numbers."""
    if difficulty == "easy":
        return [f"Is a {thing} {kind}?" for thing, kind in _memberships(label == "Yes")]
    return [f"Is {a} + {b} greater than {limit}?" for a, b, limit in _sums(label == "Yes")]


def statement(label: str, difficulty: Difficulty) -> list[str]:
    """Statements that are `True` or `False`: what a thing is; hard ones calculate."""
    if difficulty == "easy":
        return [f"A {thing} is {kind}." for thing, kind in _memberships(label == "True")]
    return [f"{a} + {b} is greater than {limit}." for a, b, limit in _sums(label == "True")]


def _memberships(holds: bool) -> list[tuple[str, str]]:
    """(thing, kind) with equal numbers of every kind: each thing with its own kind, or with the next one."""
    kinds = list(KINDS)
    return [
        (thing, kind if holds else kinds[(place + 1) % len(kinds)])
        for place, kind in enumerate(kinds)
        for thing in KINDS[kind]
    ]


def _sums(holds: bool) -> list[tuple[int, int, int]]:
    """(a, b, limit): the limit lies a little below the sum, or as much above it."""
    return [
        (a, b, a + b + (-gap if holds else gap))
        for a in range(12, 60, 7)
        for b in (15, 28, 46)
        for gap in (3, 8)
    ]
