"""Show each capability over the steps of the training run, with the drops that a paired test calls real."""

import time
from collections.abc import Iterator

from agent.events import CardReady, Event, Said
from agent.fan_out import why_here
from agent.planner.arguments import Nothing
from agent.training_suites import measure_steps, missing, panel, suites_to_track, training_run
from agent.workbench import Workbench
from tools.errors import Stopped
from tools.progress import Report


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """Run the last card's suites at every whole checkpoint where they have not run yet, then show the panel."""
    started = time.monotonic()
    training, suites = training_run(bench), suites_to_track(bench)
    if reason := why_here(bench):
        yield Said(reason)
    was_stopped = False
    for _, _, stopped in measure_steps(bench, missing(training, bench, suites), report):
        was_stopped = stopped
    card = panel(bench, training, suites, started=started)
    bench.store.save_card(card, training.name)
    yield CardReady(card)
    if was_stopped:
        raise Stopped


def seconds(arguments: Nothing, bench: Workbench, report: Report) -> float:
    """Expected seconds of what has not run yet, as if each checkpoint were the loaded one."""
    from tools.models.cost import expected_seconds

    training, suites = training_run(bench), suites_to_track(bench)
    todo = missing(training, bench, suites)
    if not todo:
        return 0.0
    model = bench.model(report)
    each = {suite.hash: expected_seconds(model, suite.cases, suite.scoring) for suite in suites}
    return sum(each[suite.hash] for _, lacking in todo for suite in lacking)
