"""Own word problems with worked solutions, where reasoning-gym's templates are too few for a kind."""

import random
from dataclasses import dataclass
from fractions import Fraction

from prompts.capabilities._names import NAMES
from prompts.capabilities._worked_solutions import calculated


@dataclass(frozen=True)
class WordProblem:
    """A question with slots, the range of each slot, and the steps of the solution."""

    question: str
    """`{one}`, `{two}`, `{three}` are different names; other slots are numbers."""
    ranges: dict[str, tuple[int, int]]
    steps: tuple[str, ...]
    """Calculations with slots; `{s1}` is the result of the first step, and so on."""

    def write(self, rng: random.Random) -> tuple[str, str]:
        """Question and worked solution; its last equation gives the answer."""
        slots: dict[str, str] = {slot: str(rng.randint(*bounds)) for slot, bounds in self.ranges.items()}
        names = dict(zip(("one", "two", "three"), rng.sample(NAMES, 3), strict=True))
        lines = []
        for number, step in enumerate(self.steps, 1):
            calculation = step.format(**slots)
            result: Fraction = calculated(calculation)
            slots[f"s{number}"] = str(result)
            lines.append(f"{calculation} = {result}")
        return self.question.format(**slots, **names), "\n".join(lines)


WORD_PROBLEMS = {
    "library": WordProblem(
        "{one} looks after a library with {shelves} shelves of {books} books each. Today {lent} books were lent and "
        "{back} books came back. How many books are in the library now?",
        {"shelves": (4, 15), "books": (12, 40), "lent": (20, 45), "back": (3, 18)},
        ("{shelves} * {books}", "{s1} - {lent}", "{s2} + {back}"),
    ),
    "orchard": WordProblem(
        "An orchard has {rows} rows of {trees} trees. A storm fells {felled} trees. {one} then plants {loads} cart "
        "loads of young trees, with {young} trees in each load. How many trees does the orchard have now?",
        {"rows": (5, 14), "trees": (6, 18), "felled": (3, 20), "loads": (2, 6), "young": (3, 9)},
        ("{rows} * {trees}", "{s1} - {felled}", "{loads} * {young}", "{s2} + {s3}"),
    ),
    "stadium": WordProblem(
        "A small stadium has {blocks} blocks with {rows} rows each, and every row has {seats} seats. {broken} seats "
        "are broken, and {taken} of the other seats are taken. How many working seats are still free?",
        {"blocks": (3, 9), "rows": (6, 15), "seats": (8, 20), "broken": (4, 30), "taken": (40, 120)},
        ("{blocks} * {rows}", "{s1} * {seats}", "{s2} - {broken}", "{s3} - {taken}"),
    ),
    "change": WordProblem(
        "{one} buys {count} notebooks for ${price} each and pays with ${paid}. How many dollars of change does {one} "
        "get?",
        {"count": (3, 9), "price": (2, 9), "paid": (85, 120)},
        ("{count} * {price}", "{paid} - {s1}"),
    ),
    "ages": WordProblem(
        "{one} is {age} years old. {two} is {times} times as old as {one}, and {three} is {less} years younger than "
        "{two}. How old are {two} and {three} together?",
        {"age": (6, 15), "times": (3, 5), "less": (2, 11)},
        ("{age} * {times}", "{s1} - {less}", "{s1} + {s2}"),
    ),
    "stamps": WordProblem(
        "{one} has {own} stamps. {two} has {times} times as many stamps as {one}, and {three} has {fewer} fewer "
        "stamps than {two}. How many more stamps does {three} have than {one}?",
        {"own": (25, 90), "times": (3, 6), "fewer": (3, 40)},
        ("{own} * {times}", "{s1} - {fewer}", "{s2} - {own}"),
    ),
    "cyclists": WordProblem(
        "{one} cycled {km} km in May. {two} cycled {times} times as far as {one}, and {three} cycled {more} km more "
        "than {one}. How many more kilometers did {two} cycle than {one} and {three} together?",
        {"km": (30, 80), "times": (4, 7), "more": (5, 29)},
        ("{km} * {times}", "{km} + {more}", "{km} + {s2}", "{s1} - {s3}"),
    ),
    "bakery": WordProblem(
        "{one}'s bakery makes {trays} trays of {rolls} rolls every morning. {sold} rolls are sold one by one, and "
        "the rest are packed in bags of {bag}, which sell for ${price} each. How many dollars do the bags bring in?",
        {"trays": (6, 16), "rolls": (12, 30), "sold": (20, 90), "bag": (4, 8), "price": (3, 9)},
        ("{trays} * {rolls}", "{s1} - {sold}", "{s2} / {bag}", "{s3} * {price}"),
    ),
    "school_trip": WordProblem(
        "{pupils} pupils and {adults} adults go on a school trip in buses with {seats} seats each, all of them full. "
        "Every bus costs ${bus}, and the school pays ${gift} of the total. How many dollars are left to pay?",
        {"pupils": (90, 230), "adults": (6, 22), "seats": (20, 50), "bus": (110, 390), "gift": (100, 300)},
        ("{pupils} + {adults}", "{s1} / {seats}", "{s2} * {bus}", "{s3} - {gift}"),
    ),
    "reading": WordProblem(
        "{one} reads {pages} pages a day and has {left} pages left of a book of {book} pages. {two} began the same "
        "book on the same day and reads {faster} pages a day more. How many pages has {two} read?",
        {"pages": (8, 24), "left": (30, 120), "book": (200, 450), "faster": (2, 6)},
        ("{book} - {left}", "{s1} / {pages}", "{pages} + {faster}", "{s2} * {s3}"),
    ),
}
