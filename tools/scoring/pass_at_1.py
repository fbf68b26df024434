"""Whether the first code that the model writes passes every test (execution-based pass@1).

The credit is 1 where all tests of the case pass, else 0 with the cause in the details: `no_code`, `syntax_error`,
`wrong_answer`, `exception`, `time_limit`, `memory_limit`, `output_limit`, `ended_early`. One greedy sample a
case; the score is the mean of the credits.

Source: Chen et al. (2021), "Evaluating Large Language Models Trained on Code", section 2.1, pass@k with k = 1
and one sample.

The code is the first fenced block that defines the function, else the function in the plain text, else the text
as the continuation of the function that the prompt has begun; what follows the function (examples of use, prose)
is left out. It runs in the sandbox only, and each credit names the tier: `bwrap` (CPython, standard library only,
one process, one thread) or `monty` (a Python subset). Unscored: an empty text, code that needs a module or a
feature which the sandbox lacks, and everything where there is no sandbox.

Caveats: passing the tests is not being right, and calls are by value, so changing an argument in place is not seen.
Scores of different tiers are comparable only case by case, as the second one scores fewer cases.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tools.cases import Case
from tools.models.subject import Generation, Subject
from tools.progress import Progress, Report
from tools.results import Credit
from tools.sandbox import Limits, run_tests
from tools.scoring._first_attempt import first_attempt

GENERATES = True

PARALLEL_RUNS = 2
POLL_SECONDS = 0.5
MAX_PRINTED_CHARACTERS = 500


class Settings(BaseModel):
    """Knobs of pass@1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_new_tokens: int = Field(default=384, ge=1, le=8192)
    """Where the model's text is cut off."""
    cpu_seconds: int = Field(default=3, ge=1)
    """Processor time of one case's tests."""
    wall_seconds: float = Field(default=10.0, gt=0)
    """Time on the clock of one case's tests."""
    memory_mib: int = Field(default=256, ge=64)
    """Memory of the interpreter that runs the code."""


def score(subject: Subject, cases: Sequence[Case], settings: Settings, report: Report) -> Iterator[Credit]:
    """One credit for each case. The code of one case runs while the model writes the next."""
    limits = Limits(
        cpu_seconds=settings.cpu_seconds, wall_seconds=settings.wall_seconds, memory_mib=settings.memory_mib
    )
    stop = threading.Event()
    running: set[Future[Credit]] = set()
    pool = ThreadPoolExecutor(PARALLEL_RUNS, thread_name_prefix="sandbox")
    try:
        prompts = [case.prompt for case in cases]
        for index, generation in subject.generate(
            prompts, max_new_tokens=settings.max_new_tokens, report=report
        ):
            running.add(pool.submit(_credit, cases[index], generation, limits, stop))
            done, running = wait(running, timeout=0)
            yield from (future.result() for future in done)
        while running:
            done, running = wait(running, POLL_SECONDS, FIRST_COMPLETED)
            report(Progress("pass_at_1: running code", len(cases) - len(running), len(cases)))
            yield from (future.result() for future in done)
    finally:  # also where the caller or `report` ends it: no run goes on unseen
        stop.set()
        pool.shutdown(cancel_futures=True)


def _credit(case: Case, generation: Generation, limits: Limits, stop: threading.Event) -> Credit:
    details: dict[str, JsonValue] = {"stopped_by": generation.stopped_by, "n_tokens": generation.n_tokens}

    def unscored(reason: str) -> Credit:
        return Credit(case_id=case.id, unscored_reason=reason, output=generation.text, details=details)

    if case.entry_point is None or case.tests is None:
        return unscored("the case has no tests")
    if generation.stopped_by.startswith("error"):
        return unscored(f"generation failed: {generation.stopped_by}")
    if not generation.text.strip():
        return unscored("the model wrote nothing")
    attempt = first_attempt(generation.text, case.prompt, case.entry_point)
    if attempt is None:
        details |= {"cause": "no_code", "reason": f"no code for {case.entry_point} in the text"}
        return Credit(case_id=case.id, value=0.0, output=generation.text, details=details)
    verdict = run_tests(attempt.code, case.tests, limits=limits, stop=stop)
    details |= {"tier": verdict.tier, "form": attempt.form, "code": attempt.code}
    if verdict.output:
        details["printed"] = verdict.output[:MAX_PRINTED_CHARACTERS]
    if verdict.status == "unscored":
        return unscored(verdict.reason or "the sandbox could not run it")
    details |= {"cause": verdict.cause, "reason": verdict.reason}
    passed = verdict.status == "passed"
    return Credit(case_id=case.id, value=1.0 if passed else 0.0, output=generation.text, details=details)
