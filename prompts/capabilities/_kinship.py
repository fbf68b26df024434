"""Family relations that follow from a chain of two or three others.

Sex is part of every link, and names agree with it. Only compositions that are unique in families of
full siblings and blood relatives are used.
"""

import random

from prompts.capabilities._names import MEN, NAMES, WOMEN
from tools.cases import Difficulty

# A link's word for a man and a woman. "parent": the first person is the second one's father or mother.
LINKS = {
    "parent": ("father", "mother"),
    "child": ("son", "daughter"),
    "sibling": ("brother", "sister"),
    "spouse": ("husband", "wife"),
}
COMPOSED = {
    ("parent", "parent"): ("grandfather", "grandmother"),
    ("child", "child"): ("grandson", "granddaughter"),
    ("sibling", "parent"): ("uncle", "aunt"),
    ("child", "sibling"): ("nephew", "niece"),
    ("parent", "spouse"): ("father-in-law", "mother-in-law"),
    ("spouse", "child"): ("son-in-law", "daughter-in-law"),
    ("sibling", "spouse"): ("brother-in-law", "sister-in-law"),
    ("parent", "parent", "parent"): ("great-grandfather", "great-grandmother"),
    ("child", "child", "child"): ("great-grandson", "great-granddaughter"),
    ("sibling", "parent", "parent"): ("great-uncle", "great-aunt"),
    ("child", "child", "sibling"): ("great-nephew", "great-niece"),
    ("child", "sibling", "parent"): ("cousin", "cousin"),
}
"""Word for a man and a woman who stands at the beginning of the chain."""


def kinship(difficulty: Difficulty, rng: random.Random) -> tuple[str, str, str, list[str]] | None:
    """Told relations, question, answer, and wrong answers for a person of the same sex.

    Easy: two links; medium: three links; hard: three links, shuffled, with two more people who do not matter.
    """
    length = 2 if difficulty == "easy" else 3
    chain = rng.choice([links for links in COMPOSED if len(links) == length])
    sexes = [rng.randrange(2) for _ in range(length + 1)]
    if any(link == "spouse" and sexes[i] == sexes[i + 1] for i, link in enumerate(chain)):
        return None
    people = [rng.choice(WOMEN if sex else MEN) for sex in sexes] + rng.sample(NAMES, 2)
    if len(set(people)) < len(people):
        return None
    told = [f"{people[i]} is the {LINKS[link][sexes[i]]} of {people[i + 1]}." for i, link in enumerate(chain)]
    if difficulty == "hard":
        # People before the first of the chain say nothing about whom the others are.
        told.append(f"{people[-1]} is the {rng.choice(('neighbor', 'teacher', 'colleague'))} of {people[0]}.")
        told.append(f"{people[-2]} is the {rng.choice(('dentist', 'landlord', 'classmate'))} of {people[1]}.")
        rng.shuffle(told)
    answer = COMPOSED[chain][sexes[0]]
    others = sorted({words[sexes[0]] for words in [*COMPOSED.values(), *LINKS.values()]} - {answer})
    question = f"What is {people[0]} to {people[length]}?"
    return (
        " ".join(told),
        question,
        f"{people[0]} is the {answer} of {people[length]}",
        [f"{people[0]} is the {word} of {people[length]}" for word in rng.sample(others, 3)],
    )
