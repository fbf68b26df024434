"""Does a model spread its labels evenly over inputs whose true labels are balanced.

The model labels short inputs by ranking the labels as continuations; nothing is generated. Every sub-type
has a label set of its own (`sentiment`, `topic`, `yes_no`, `true_false`) and as many inputs of each label,
so an unbiased model's predictions are balanced too, and the score falls with every label that it prefers.
The order in which the prompt names the labels is drawn at random. Easy inputs say it plainly; hard ones
hedge, contrast or calculate.

Ask for enough prompts: a label set with fewer cases than labels cannot be scored, and small samples score
low. Not covered: whether the labels are right (a model that guesses evenly scores 100); the details of each
case keep it.
"""

import random
from collections.abc import Callable, Iterator
from itertools import cycle

from prompts.capabilities._deal import deal
from prompts.capabilities._labelled_inputs import sentiment, statement, topic, yes_no
from tools.cases import Case, Difficulty

SCORING = "divergence"
SUBTYPES = ("sentiment", "topic", "yes_no", "true_false")
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "hard")
VERSION = "1"

LABELS: dict[str, tuple[str, ...]] = {
    "sentiment": ("positive", "negative"),
    "topic": ("sports", "science", "music", "food"),
    "yes_no": ("Yes", "No"),
    "true_false": ("True", "False"),
}
PROMPTS = {
    "sentiment": "Review: {input}\nSentiment ({labels}):",
    "topic": "Sentence: {input}\nTopic ({labels}):",
    "yes_no": "Question: {input}\nAnswer ({labels}):",
    "true_false": "Statement: {input}\nThis statement is ({labels}):",
}
INPUTS: dict[str, Callable[[str, Difficulty], list[str]]] = {
    "sentiment": sentiment,
    "topic": topic,
    "yes_no": yes_no,
    "true_false": statement,
}


def generate(
    n: int, seed: int, subtypes: tuple[str, ...] = (), difficulty: Difficulty | None = None
) -> list[Case]:
    """n inputs whose true labels take turns within each sub-type."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("label_balance", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: random.Random) -> Iterator[Case]:
    labels = LABELS[subtype]
    # Hard cases begin half a round later: then a sub-type's cases are balanced after every round of both.
    first = 0 if difficulty == "easy" else len(labels) // 2
    waiting: dict[str, list[str]] = {}
    for label in labels:
        waiting[label] = INPUTS[subtype](label, difficulty)
        generator.shuffle(waiting[label])
    for label in cycle(labels[first:] + labels[:first]):
        if not waiting[label]:
            return
        named = list(labels)
        generator.shuffle(named)
        yield Case(
            id="",
            prompt=PROMPTS[subtype].format(input=waiting[label].pop(), labels=" or ".join(named)),
            subtype=subtype,
            difficulty=difficulty,
            target=label,
            choices=tuple(named),
        )
