"""Multiple choice with few-shot examples: what a suite's prompts begin with in common is read once."""

from tests.benchmarks.measure import Contest, Subjects
from tests.benchmarks.totals import largest_difference, our_log_probs
from tests.slow_twins import Hflm

WORK = "log-probs, few-shot multiple choice"
AGAINST = "lm-eval HFLM, same requests and batch size"
TARGET = 4.0

BATCH_SIZE = 8
SHOTS, QUESTIONS = 5, 12


def contest(subjects: Subjects) -> Contest:
    """Questions of the knowledge suite, each after the same solved ones."""
    requests = few_shot_requests(SHOTS, QUESTIONS)
    peer = Hflm(subjects.model, BATCH_SIZE)
    return Contest(
        ours=lambda: our_log_probs(subjects.model, requests),
        theirs=lambda: peer.log_probs(requests),
        difference=largest_difference,
        note=f"{QUESTIONS} questions, {len(requests)} requests, {SHOTS} shots, batch size {BATCH_SIZE}",
    )


def few_shot_requests(shots: int, questions: int) -> list[tuple[str, str]]:
    """Each choice of each question, after the same solved questions."""
    from prompts.suite import write_suite
    from tools.scoring.next_token import with_space

    cases = write_suite("knowledge_mcq", shots + questions, seed=1).cases
    solved = "".join(
        f"{case.prompt}{with_space(case.prompt, case.target or '')}\n\n" for case in cases[:shots]
    )
    return [
        (solved + case.prompt, with_space(case.prompt, choice))
        for case in cases[shots:]
        for choice in case.choices
    ]
