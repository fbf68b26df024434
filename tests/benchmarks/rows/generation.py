"""Generation of a suite: batched, sorted by length, finished rows leave, against one prompt at a time."""

from tests.benchmarks.measure import Contest, Subjects
from tests.slow_twins import generate_one_at_a_time

WORK = "generation of a suite"
AGAINST = "one prompt at a time with generate"
TARGET = 4.0

PROMPTS, NEW_TOKENS = 24, 48


def contest(subjects: Subjects) -> Contest:
    """Prompts of the suite for CoT math, in the chat template."""
    prompts = suite_prompts(PROMPTS)

    def ours() -> list[str]:
        written = dict(subjects.model.generate(prompts, max_new_tokens=NEW_TOKENS))
        return [written[index].text for index in range(len(prompts))]

    return Contest(
        ours=ours,
        theirs=lambda: generate_one_at_a_time(subjects.model, prompts, NEW_TOKENS, chat=True),
        difference=share_that_differs,
        note=f"{PROMPTS} prompts of CoT math, up to {NEW_TOKENS} tokens each; difference: share of other texts",
    )


def suite_prompts(n: int) -> list[str]:
    """What a user would have generated."""
    from prompts.suite import write_suite

    return [case.prompt for case in write_suite("cot_math", n, seed=1).cases]


def share_that_differs(ours: list[str], theirs: list[str]) -> float:
    """Of texts. Rounding differs between batches, and a near tie may fall otherwise."""
    return sum(one != other for one, other in zip(ours, theirs, strict=True)) / len(ours)
