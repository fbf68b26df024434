"""Whether a model can translate an English sentence into French, German or Spanish.

Source sentences and references are our own: everyday phrases, and patterns that CLDR (babel) fills with names of
countries, languages, currencies, days and months. Where usage allows several translations (tu or vous, du or
Sie, word order, regional words) each of them is a reference, and the best one counts. Difficulty is length and
grammar: `easy` is one short main clause, `hard` has subordinate clauses, conditionals or passives.

Each case carries its English source as baseline: what a model scores that answers without translating. Not
covered: other directions, texts of several sentences, and right translations that no reference thought of.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from prompts.capabilities._deal import deal, in_turns
from tools.cases import Case, Difficulty

SCORING = "rouge_l"
SUBTYPES: tuple[str, ...] = ("to_french", "to_german", "to_spanish")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

CODES = {"to_french": "fr", "to_german": "de", "to_spanish": "es"}
DRAWS = 1_500
"""How often a pattern is filled at most; some sentences come out equal."""

Sentence = tuple[str, tuple[str, ...]]
"""An English sentence and its translations into one language."""


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n sentences to translate, spread evenly; fewer where there are no more different ones."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("translation", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: Random) -> Iterator[Case]:
    """Two plain phrases, then a filled pattern, and so on; only patterns once the phrases are used up."""
    language = CODES[subtype]
    phrases = [(row["en"], tuple(row[language])) for row in _rows(difficulty)]
    generator.shuffle(phrases)
    sentences = in_turns([phrases[::2], phrases[1::2], _filled(language, difficulty, generator)])
    for source, translations in sentences:
        name = subtype.removeprefix("to_").capitalize()
        yield Case(
            id="draft",
            prompt=f"Translate into {name}. Answer with the translation only.\n\nEnglish: {source}\n{name}:",
            subtype=subtype,
            difficulty=difficulty,
            references=translations,
            check_arguments={"language": language, "baseline": source, "stop": ["\n"]},
        )


def _filled(language: str, difficulty: Difficulty, generator: Random) -> Iterator[Sentence]:
    from prompts.capabilities._localized import draw

    patterns = [row for row in _rows("patterns") if row["difficulty"] == difficulty]
    for _ in range(DRAWS):
        generator.shuffle(patterns)
        for pattern in patterns:
            slots = draw(generator)
            translations = tuple(text.format(**slots[language]) for text in pattern[language])
            yield pattern["en"].format(**slots["en"]), translations


@cache
def _rows(name: str) -> tuple[dict[str, Any], ...]:
    text = files("prompts.phrases").joinpath(f"{name}.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))
