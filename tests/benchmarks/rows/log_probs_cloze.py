"""Short cloze prompts: logits where they are read alone, and no padding."""

from tests.benchmarks.measure import Contest, Subjects
from tests.benchmarks.totals import largest_difference, our_log_probs
from tests.slow_twins import Hflm

WORK = "log-probs, short cloze prompts"
AGAINST = "lm-eval HFLM, same requests and batch size"
TARGET = 1.5

BATCH_SIZE = 8
PROMPTS = 48


def contest(subjects: Subjects) -> Contest:
    """The suite of factual recall, as it is."""
    from prompts.suite import write_suite
    from tools.scoring.next_token import with_space

    cases = write_suite("factual_recall", PROMPTS, seed=1).cases
    requests = [(case.prompt, with_space(case.prompt, case.target or "")) for case in cases]
    peer = Hflm(subjects.model, BATCH_SIZE)
    return Contest(
        ours=lambda: our_log_probs(subjects.model, requests),
        theirs=lambda: peer.log_probs(requests),
        difference=largest_difference,
        note=f"{PROMPTS} prompts of factual recall, batch size {BATCH_SIZE}",
    )
