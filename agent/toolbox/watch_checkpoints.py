"""Watch a training run: benchmark each new whole checkpoint once, and say when a capability dropped."""

import time
from collections.abc import Iterator, Sequence

from agent.events import CardReady, Event, Said
from agent.fan_out import why_here
from agent.planner.arguments import Nothing
from agent.training import TrainingRun
from agent.training_suites import measure_steps, missing, panel, suites_to_track, training_run
from agent.workbench import Workbench
from prompts.suite import Suite
from sessions.card import CapabilityCard
from tools.errors import Stopped, StoreError
from tools.progress import Progress, Report

POLL_S = 0.25
"""Between two looks at the stop switch."""


def run(arguments: Nothing, bench: Workbench, report: Report) -> Iterator[Event]:
    """Go on until stopped, or until nothing new has come for as long as the settings say."""
    training, suites = training_run(bench), suites_to_track(bench)
    settings = bench.settings
    names = ", ".join(suite.capability for suite in suites)
    yield Said(f"Watching {training.source}: {names} at each new checkpoint. Stop with Ctrl-C.")
    if reason := why_here(bench):
        yield Said(reason)
    last_news = time.monotonic()
    while True:
        started = time.monotonic()
        todo = missing(training, bench, suites)
        for step, card, stopped in measure_steps(bench, todo, report):
            if stopped:
                raise Stopped
            last_news = time.monotonic()
            yield Said(_told(step, card))
            yield from _drops(bench, training, suites, started)
        idle = time.monotonic() - last_news
        if settings.watch_idle_s is not None and idle >= settings.watch_idle_s:
            yield Said(f"No new checkpoint for {settings.watch_idle_s:.0f} s, so the watch ends.")
            return
        _wait(settings.watch_every_s, training.source, report)


def _drops(
    bench: Workbench, training: TrainingRun, suites: Sequence[Suite], started: float
) -> Iterator[Event]:
    """The panel, where the newest step has lost something."""
    try:
        card = panel(bench, training, suites, started=started)
    except StoreError:
        return  # one step alone has nothing to fall from
    if not card.drops:
        return
    for drop in card.drops:
        yield Said(drop)
    bench.store.save_card(card, training.name)
    yield CardReady(card)


def _told(step: int, card: CapabilityCard | None) -> str:
    if card is None:
        return f"Step {step}: nothing could be scored."
    scores = ", ".join(
        f"{each.capability} {'unscored' if each.score is None else f'{each.score:.1f}'}"
        for each in card.dimensions
    )
    return f"Step {step}: {scores} ({card.id})."


def _wait(seconds: float, source: str, report: Report) -> None:
    """Wait, looking at the stop switch all the while."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        report(
            Progress(f"waiting for checkpoints of {source}", round(seconds - left), round(seconds), "seconds")
        )
        time.sleep(min(POLL_S, left))
