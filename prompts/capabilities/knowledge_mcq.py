"""Whether a model picks the right one of four answers to a question of general knowledge.

The facts are those of `factual_recall`; wrong answers are of the same kind as the right one and never right
themselves. Difficulty is how widely known the fact is, and how near the wrong answers are: for `easy` they
come from anywhere, for `medium` and `hard` from the same continent, from works and people as widely known, from
years close by. The right answer stands equally often in each place.

The prompt is the bare question, and each choice is scored as its continuation: the cloze formulation of
multiple choice. The other usual one, lettered options in the prompt and the letters as choices, asks for
something that small models cannot do: on the embedded model it gave chance (26 % of 42 questions) where the
cloze formulation gave 69 %. OLMES (Gu et al. 2024) uses the cloze formulation for small models on the same
ground. The summed log-probability favours short and common answers; the length-normalised choice stands beside
it in each credit.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from prompts.capabilities import _culture_facts as culture
from prompts.capabilities import _nature_facts as nature
from prompts.capabilities._countries import Country, countries
from prompts.capabilities._deal import deal, in_turns
from prompts.capabilities._fact_tables import Table, gives_away
from tools.cases import Case, Difficulty

SCORING = "next_token"
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

CHOICES = 4
YEARS_APART: dict[Difficulty, tuple[int, int]] = {"easy": (12, 60), "medium": (6, 25), "hard": (3, 12)}
"""How far wrong years lie from the right one, at least and at most."""
LATEST_YEAR = 2020
"""A year in the future would be no answer to believe in."""

Question = tuple[str, str, list[str]]
"""Question, right answer, and at least three wrong ones to draw from."""
Kind = Callable[[Difficulty], Iterator[Question]]
"""All questions of one kind and difficulty."""


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n questions with four choices, spread evenly; fewer where the facts asked for do not suffice."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    drafts = deal("knowledge_mcq", n, seed, subtypes or SUBTYPES, difficulties, _drafts)
    places: list[int] = []
    generator = Random(f"knowledge_mcq-{seed}-places")
    while len(places) < len(drafts):
        places += generator.sample(range(CHOICES), CHOICES)
    return [_placed(draft, place) for draft, place in zip(drafts, places, strict=False)]


def _drafts(subtype: str, difficulty: Difficulty, generator: Random) -> Iterator[Case]:
    """Questions, the kinds of a sub-type taking turns; the right answer is the first choice."""
    kinds = []
    for kind in KINDS[subtype]:
        questions = [q for q in kind(difficulty) if not gives_away(q[0], q[1])]
        generator.shuffle(questions)
        kinds.append(questions)
    for question, right, wrong in in_turns(kinds):
        choices = (right, *generator.sample(wrong, CHOICES - 1))
        yield Case(
            id="draft",
            prompt=f"Question: {question}\nAnswer:",
            subtype=subtype,
            difficulty=difficulty,
            target=right,
            choices=choices,
            chance=1 / CHOICES,
        )


def _placed(draft: Case, place: int) -> Case:
    """The case with its right answer in that place."""
    right, *wrong = draft.choices
    return draft.model_copy(update={"choices": (*wrong[:place], right, *wrong[place:])})


def _of_country(question: str, attribute: str) -> Kind:
    """Questions about an attribute of countries."""

    def questions(difficulty: Difficulty) -> Iterator[Question]:
        known = [country for country in countries() if getattr(country, attribute) is not None]
        for country in known:
            if country.difficulty == difficulty:
                right = getattr(country, attribute)
                yield question.format(country.name), right, _wrong(country, known, attribute, difficulty)

    return questions


def _wrong(country: Country, known: Sequence[Country], attribute: str, difficulty: Difficulty) -> list[str]:
    """Values that other countries have: those of the same continent, where it has three, except for `easy`."""
    right = getattr(country, attribute)
    near = [c for c in known if c.region == country.region]
    values = {getattr(c, attribute) for c in (known if difficulty == "easy" else near)} - {right}
    if len(values) < CHOICES - 1:
        values = {getattr(c, attribute) for c in known} - {right}
    return sorted(values)


def _city_countries(difficulty: Difficulty) -> Iterator[Question]:
    by_code = {country.code: country for country in countries()}
    known = list(by_code.values())
    for city, code in nature.CITIES[difficulty]:
        wrong = [name.removeprefix("the ") for name in _wrong(by_code[code], known, "name", difficulty)]
        yield f"In which country is the city of {city}?", by_code[code].name.removeprefix("the "), wrong


def _of_table(question: str, table: Table) -> Kind:
    """Questions about a table of facts, with the table's other answers as wrong ones."""

    def questions(difficulty: Difficulty) -> Iterator[Question]:
        rows = table[difficulty]
        for asked, right in rows:
            yield question.format(asked), right, sorted({answer for _, answer in rows} - {right})

    return questions


def _symbol_elements(difficulty: Difficulty) -> Iterator[Question]:
    names = [name for name, _ in nature.SYMBOLS[difficulty]]
    for name, symbol in nature.SYMBOLS[difficulty]:
        yield f"Which chemical element has the symbol {symbol}?", name, [n for n in names if n != name]


def _years(difficulty: Difficulty) -> Iterator[Question]:
    nearest, farthest = YEARS_APART[difficulty]
    for event, year in culture.EVENTS[difficulty]:
        years = range(int(year) - farthest, min(int(year) + farthest, LATEST_YEAR) + 1)
        yield (
            f"{event}. In which year was that?",
            year,
            [str(y) for y in years if abs(y - int(year)) >= nearest],
        )


KINDS: dict[str, tuple[Kind, ...]] = {
    "geography": (_of_country("What is the capital of {}?", "capital"), _city_countries),
    "science": (_of_table("What is the chemical symbol for {}?", nature.SYMBOLS), _symbol_elements),
    "language": (_of_country("What is the official language of {}?", "language"),),
    "currency": (_of_country("What is the currency of {} called?", "currency"),),
    "history": (_years,),
    "literature": (_of_table("Who wrote {}?", culture.AUTHORS),),
    "people": (_of_table("Where was {} born?", culture.BIRTHPLACES),),
}
"""What is asked in each sub-type."""

SUBTYPES: tuple[str, ...] = tuple(KINDS)
