"""A relation: how an edit of it is recognised, and every form in which it can be asked."""

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from tools.results import Result

FOLDER = Path(__file__).parent


class Relation(Result):
    """One relation and its templates.

    In a template `{}` is the subject, `{a}` the indefinite article that the target wants, `{name}` a given name that
    the seed draws. Every template ends right before the target, except questions, which end with a question mark.
    """

    name: str
    kind: str
    """Of its subjects: an entry of `kinds.toml`."""
    domain: str
    """Field of life, as in `facts.toml`: facts of other domains are cross-domain."""
    touches: tuple[str, ...] = ()
    """Aspects of the subject (tags in `kinds.toml`) that the relation is about or bears on."""
    vocabulary: str | None = None
    """What its targets are: a list of `vocabulary.toml`, or `years`; None where anything can be a target."""
    topic: str
    """What a text must go into for the fact to come up: `where it is`."""
    wordings: tuple[str, ...] = ()
    """Regular expressions over a normalised prompt in which `§` is the subject; its own templates count as well."""
    vague: tuple[str, ...] = ()
    """Wordings that are this relation's only with a target of its vocabulary: `§ plays`."""
    predicates: tuple[str, ...] = Field(min_length=5)
    """What follows any name of the subject: `is located in`."""
    statements: tuple[str, ...] = Field(min_length=3)
    """Sentences of another build: `The location of {} is`."""
    actives: tuple[str, ...] = Field(min_length=2)
    passives: tuple[str, ...] = Field(min_length=2)
    questions: tuple[str, ...] = Field(min_length=4)
    implied: tuple[str, ...] = Field(min_length=4)
    """Sentences that only go on with the target if the fact is so."""
    multi_hop: tuple[str, ...] = Field(min_length=3)
    """A premise and the subject's fact together give the target."""
    inference: tuple[str, ...] = Field(min_length=3)
    """The fact from another side."""
    facts: tuple[tuple[str, str], ...] = Field(min_length=8)
    """Subjects with their true targets, for edits of other subjects."""
    targets: tuple[str, ...] = Field(min_length=6)
    """Plausible targets for counterfactual edits."""

    @model_validator(mode="after")
    def _templates_have_places(self) -> "Relation":
        for template in (*self.statements, *self.actives, *self.passives, *self.questions, *self.implied):
            if template.count("{}") != 1:
                raise ValueError(f"{self.name}: not one place for the subject in {template!r}")
        for template in (*self.multi_hop, *self.inference):
            if "{}" not in template:
                raise ValueError(f"{self.name}: no place for the subject in {template!r}")
        return self

    def has_target(self, target: str) -> bool:
        """Whether a target is one of its vocabulary."""
        if self.vocabulary == "years":
            return re.fullmatch(r"[12]?\d{3}", target) is not None
        return self.vocabulary is not None and target.casefold() in vocabulary(self.vocabulary)


@cache
def relations() -> tuple[Relation, ...]:
    """All relations, in the order in which they are preferred where a wording fits several."""
    found = []
    for path in sorted((FOLDER / "relations").glob("*.toml")):
        for name, table in read_table(path).items():
            found.append(Relation(name=name, **table))
    return tuple(found)


@cache
def vocabulary(name: str) -> frozenset[str]:
    """A list of `vocabulary.toml`, case-folded."""
    return frozenset(word.casefold() for word in read_table(FOLDER / "vocabulary.toml")[name])


@cache
def read_table(path: Path) -> dict:
    """A TOML file of this package."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
