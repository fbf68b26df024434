"""Generation of a suite against lm-eval's own batched generation."""

from tests.benchmarks.measure import Contest, Subjects
from tests.benchmarks.rows.generation import NEW_TOKENS, PROMPTS, share_that_differs, suite_prompts
from tests.slow_twins import Hflm

WORK = "generation of a suite, with a stop string"
AGAINST = "lm-eval HFLM, same requests and batch size"
TARGET = 1.0

STOP = "\n\n"


def contest(subjects: Subjects) -> Contest:
    """Plain prompts, since HFLM sees none other, in one batch on both sides."""
    prompts = suite_prompts(PROMPTS)
    peer = Hflm(subjects.model, PROMPTS)

    def ours() -> list[str]:
        settings = {"max_new_tokens": NEW_TOKENS, "stop": [STOP], "chat": False}
        written = dict(subjects.model.generate(prompts, **settings))
        return [written[index].text for index in range(len(prompts))]

    return Contest(
        ours=ours,
        theirs=lambda: peer.generate(prompts, NEW_TOKENS, [STOP]),
        difference=share_that_differs,
        note=f"{PROMPTS} prompts of CoT math, up to {NEW_TOKENS} tokens each; difference: share of other texts",
    )
