"""Facts of other subjects with their own answers, and plain beginnings of sentences (`facts.toml`)."""

import random
from collections.abc import Iterator

from prompts.probes.relation import FOLDER, read_table

TEXTS = "texts"


def domains() -> tuple[str, ...]:
    """Fields of life that there are facts of."""
    return tuple(name for name in read_table(FOLDER / "facts.toml") if name != TEXTS)


def facts_outside(domain: str | None, generator: random.Random) -> Iterator[tuple[str, str]]:
    """Prompts with their answers, one domain after the other so that few facts are of many domains.

    Facts of `domain` are left out; None leaves none out.
    """
    table = read_table(FOLDER / "facts.toml")
    chosen = [name for name in domains() if name != domain]
    generator.shuffle(chosen)
    drawn = [generator.sample(table[name], len(table[name])) for name in chosen]
    for turn in range(max(map(len, drawn))):
        for rows in drawn:
            if turn < len(rows):
                prompt, answer = rows[turn]
                yield prompt, answer


def plain_texts(n: int, generator: random.Random) -> list[str]:
    """At most n beginnings of sentences about nothing in particular."""
    texts = read_table(FOLDER / "facts.toml")[TEXTS]
    return generator.sample(texts, min(n, len(texts)))
