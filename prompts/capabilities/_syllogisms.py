"""Categorical syllogisms over invented nouns, with validity decided by models.

Invented nouns keep world knowledge out. Logicians differ on whether "all A are B" says that there are As;
only arguments on which both readings agree are used.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from tools.cases import Difficulty

# fmt: off
NOUNS = (
    "blickets", "brevons", "chardles", "cremples", "dalpers", "dorvins", "fendles", "flimons", "glorps", "grebbins",
    "hindels", "jompers", "kiblets", "lorpins", "mardens", "morvels", "nibbons", "numpers", "orbles", "plinders",
    "quibbons", "rompuses", "sterplins", "tarvels", "tumpuses", "vorpins", "wampers", "wumples", "yarvins", "zorbels",
)
# fmt: on
FORMS = {
    "A": "All {} are {}",
    "E": "No {} are {}",
    "I": "Some {} are {}",
    "O": "Some {} are not {}",
}
_NEGATION = {"A": "O", "O": "A", "E": "I", "I": "E"}


@dataclass(frozen=True)
class Statement:
    """A categorical statement about two terms, given by their indices."""

    form: str
    subject: int
    predicate: int

    @property
    def negation(self) -> "Statement":
        """The statement that is true exactly where this one is false."""
        return Statement(_NEGATION[self.form], self.subject, self.predicate)

    def text(self, nouns: Sequence[str]) -> str:
        """In words."""
        return FORMS[self.form].format(nouns[self.subject], nouns[self.predicate])


def satisfiable(statements: Sequence[Statement], n_terms: int, *, terms_exist: bool) -> bool:
    """Whether the statements can be true together, with `terms_exist` in a world with some of every term.

    Universal statements forbid kinds of individuals (a kind says of every term whether it applies); the rest
    is satisfiable where every particular statement still has an allowed kind as its example.
    """
    kinds = list(product((False, True), repeat=n_terms))
    for statement in statements:
        if statement.form in "AE":
            excluded = statement.form == "E"
            kinds = [k for k in kinds if not (k[statement.subject] and k[statement.predicate] == excluded)]
    examples = all(
        any(k[s.subject] and k[s.predicate] == (s.form == "I") for k in kinds)
        for s in statements
        if s.form in "IO"
    )
    return examples and (not terms_exist or all(any(k[term] for k in kinds) for term in range(n_terms)))


def follows(premises: Sequence[Statement], conclusion: Statement, n_terms: int) -> bool | None:
    """Whether the conclusion follows; None where the two readings of "all" disagree or the premises clash."""
    if not satisfiable(premises, n_terms, terms_exist=True):
        return None
    denied = [*premises, conclusion.negation]
    readings = {not satisfiable(denied, n_terms, terms_exist=exist) for exist in (False, True)}
    return readings.pop() if len(readings) == 1 else None


def syllogism(difficulty: Difficulty, wanted: bool, rng: random.Random) -> tuple[str, str] | None:
    """Premises and question of an argument that follows or not, as wanted; None where the draw is not one.

    Easy: two universal premises in chain order; medium: any two premises; hard: three premises in any order.
    """
    n_terms = 4 if difficulty == "hard" else 3
    pairs = [(term, term + 1) for term in range(n_terms - 1)]
    if difficulty != "easy":
        pairs = [pair if rng.random() < 0.5 else pair[::-1] for pair in pairs]
    forms = "AE" if difficulty == "easy" else "AAEIO"
    premises = [Statement(rng.choice(forms), *pair) for pair in pairs]
    ends = (0, n_terms - 1) if difficulty == "easy" or rng.random() < 0.5 else (n_terms - 1, 0)
    conclusion = Statement(rng.choice(forms), *ends)
    if follows(premises, conclusion, n_terms) is not wanted:
        return None
    if difficulty == "hard":
        rng.shuffle(premises)
    nouns = rng.sample(NOUNS, n_terms)
    told = " ".join(f"{premise.text(nouns)}." for premise in premises)
    claim = conclusion.text(nouns)
    return told, f"Does it follow that {claim[0].lower()}{claim[1:]}?"
