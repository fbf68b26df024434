"""What goes around a sentence, whatever the relation (`frames.toml`), and what is known of kinds (`kinds.toml`)."""

import random
from collections.abc import Iterator, Sequence
from functools import cache

from prompts.probes.relation import FOLDER, read_table
from tools.results import Result


class Kind(Result):
    """A kind of subjects: how one is brought up, meant without a name, and what else can be said of it."""

    noun: str
    intros: tuple[str, ...]
    anaphors: tuple[str, ...]
    same_subject: tuple[tuple[str, str], ...]
    """(aspect, template)"""


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    return {name: Kind(**table) for name, table in read_table(FOLDER / "kinds.toml").items()}


def frames(name: str) -> tuple[str, ...]:
    """A list of `frames.toml`."""
    return tuple(read_table(FOLDER / "frames.toml")[name])


def spun(
    templates: Sequence[str], around: Sequence[str], generator: random.Random, rounds: int = 4
) -> Iterator[tuple[str, str]]:
    """Pairs of a template and a frame: every template once, in drawn order with a drawn frame, and so on again."""
    for _ in range(rounds if around else 0):
        for template in generator.sample(templates, len(templates)):
            yield template, generator.choice(around)
