"""Deductive reasoning with answers that follow from the text alone: multiple choice, scored without generation.

- syllogisms: does the conclusion follow? (yes or no; invented nouns, both readings of "all")
- knights_and_knaves: reasoning-gym's generator, one solution (is this one a knight? yes or no)
- propositional: if-then and either-or chains (yes, no, or cannot be determined; by truth table)
- family_relations: relations composed of others (four options)
- ordering: comparisons that determine a row (three or four options)

Own generators but for knights and knaves: reasoning-gym's syllogisms judge an inversion by one premise alone,
its family relations name some in-laws and nieces the wrong way round, and its propositions have no unique answer.

`next_token` compares the log-probability of the choices after "Answer:": the words Yes and No, or the letter
of an option. Right answers are spread evenly over yes and no, and over letters, so that a constant answer, or
a bias for one letter, earns no more than `chance`. Difficulty is the number of premises, people or links.
Not covered: modal and first-order logic with relations; reasoning in writing (score with `partial_credit`
for that).
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from prompts.capabilities._deal import deal
from prompts.capabilities._drafts import different
from prompts.capabilities._kinship import kinship
from prompts.capabilities._knights import knights
from prompts.capabilities._orderings import ordering
from prompts.capabilities._propositions import VERDICTS, proposition
from prompts.capabilities._syllogisms import syllogism
from tools.cases import Case, Difficulty

SCORING = "next_token"
SUBTYPES = ("syllogisms", "knights_and_knaves", "propositional", "family_relations", "ordering")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n problems, spread evenly over the sub-types and difficulties asked for."""
    turns: Counter[str] = Counter()

    def drafts(subtype: str, level: Difficulty, rng: random.Random) -> Iterator[Case]:
        # One count for all difficulties of a sub-type, so that short suites are balanced too.
        for case in different(lambda _: _case(subtype, level, turns[subtype], rng)):
            turns[subtype] += 1
            yield case

    difficulties = (difficulty,) if difficulty else DIFFICULTIES
    return deal("logical_reasoning", n, seed, subtypes or SUBTYPES, difficulties, drafts)


def _case(subtype: str, difficulty: Difficulty, turn: int, rng: random.Random) -> Case | None:
    """A case whose right label is the one whose turn it is."""
    if subtype in ("syllogisms", "knights_and_knaves"):
        make = syllogism if subtype == "syllogisms" else knights
        yes = (turn + SUBTYPES.index(subtype)) % 2 == 0
        problem = make(difficulty, yes, rng)
        return _yes_or_no(subtype, difficulty, *problem, yes, rng) if problem else None
    if subtype == "propositional":
        # In 27 turns every difficulty has every verdict at every letter once.
        answer = VERDICTS[(turn + 2 * (turn // 3) + turn // 9) % 3]
        told = proposition(difficulty, answer, rng)
        others = [other for other in VERDICTS if other != answer]
        rng.shuffle(others)
        return _lettered(subtype, difficulty, *told, answer, others, turn) if told else None
    relation = kinship(difficulty, rng) if subtype == "family_relations" else ordering(difficulty, rng)
    return _lettered(subtype, difficulty, *relation, turn) if relation else None


def _yes_or_no(
    subtype: str, difficulty: Difficulty, told: str, question: str, yes: bool, rng: random.Random
) -> Case:
    return Case(
        id="",
        prompt=f"{told}\nQuestion: {question} Answer Yes or No.\nAnswer:",
        subtype=subtype,
        difficulty=difficulty,
        target="Yes" if yes else "No",
        choices=tuple(rng.sample(("Yes", "No"), 2)),
        chance=0.5,
    )


def _lettered(
    subtype: str, difficulty: Difficulty, told: str, question: str, answer: str, others: list[str], turn: int
) -> Case:
    letters = "ABCD"[: len(others) + 1]
    # Difficulties come in threes, so three letters are shifted every three turns: else each had its own letter.
    place = (turn + (turn // 3 if len(letters) == 3 else 0)) % len(letters)
    options = [*others[:place], answer, *others[place:]]
    listed = "\n".join(f"{letter}. {option}" for letter, option in zip(letters, options, strict=True))
    return Case(
        id="",
        prompt=f"{told}\nQuestion: {question}\n{listed}\nAnswer:",
        subtype=subtype,
        difficulty=difficulty,
        target=letters[place],
        choices=tuple(letters),
        chance=1 / len(letters),
    )
