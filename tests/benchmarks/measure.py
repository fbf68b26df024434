"""What a row of the benchmark is, and how one is measured: both sides in turn in one process, medians of rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae


class Subjects:
    """What rows are measured on, loaded when a row first asks for it."""

    @cached_property
    def model(self) -> LanguageModel:
        """The embedded model."""
        from tools.models.load import load_model

        return load_model("embedded")

    @cached_property
    def sae(self) -> LoadedSae:
        """The demo SAE."""
        from tools.sae.load import load_sae

        return load_sae("demo")


@dataclass(frozen=True)
class Contest:
    """A piece of work and how it is done slowly. What each returns is held against the other's."""

    ours: Callable[[], Any]
    theirs: Callable[[], Any] | None = None
    """None where the row is about seconds alone."""
    difference: Callable[[Any, Any], float] | None = None
    """The largest difference between what both returned."""
    scale: float = 1.0
    """Where `theirs` does only a sample of the work: how many times as much there is."""
    rounds: int = 3
    note: str = ""


@dataclass(frozen=True)
class Measured:
    """How a row went."""

    ours_s: tuple[float, ...]
    theirs_s: tuple[float, ...]
    """Scaled up where it was measured on a sample; empty where there is no other side."""
    ours_cpu_s: tuple[float, ...]
    """Processor seconds of this process, which other work on the machine disturbs less."""
    theirs_cpu_s: tuple[float, ...]
    difference: float | None
    note: str

    @property
    def ours(self) -> float:
        """Median seconds."""
        return statistics.median(self.ours_s)

    @property
    def theirs(self) -> float | None:
        """Median seconds."""
        return statistics.median(self.theirs_s) if self.theirs_s else None

    @property
    def ratio(self) -> float | None:
        """How many times as long the slow way took: the median of the rounds' own ratios.

        Both sides of a round run one after the other, so that what else the machine does falls on both.
        """
        return _ratio(self.ours_s, self.theirs_s)

    @property
    def cpu_ratio(self) -> float | None:
        """The same of processor seconds."""
        return _ratio(self.ours_cpu_s, self.theirs_cpu_s)


def measured(contest: Contest, say: Callable[[str], None], *, rounds: int | None = None) -> Measured:
    """Run both sides in turn, the other one first in every second round."""
    wall: dict[str, list[float]] = {"ours": [], "theirs": []}
    cpu: dict[str, list[float]] = {"ours": [], "theirs": []}
    difference = None
    n_rounds = rounds or contest.rounds
    for number in range(n_rounds):
        say(f"round {number + 1} of {n_rounds}")
        results: dict[str, Any] = {}
        sides: Sequence[str] = ("ours", "theirs") if number % 2 == 0 else ("theirs", "ours")
        for side in sides:
            work = contest.ours if side == "ours" else contest.theirs
            if work is None:
                continue
            scale = 1.0 if side == "ours" else contest.scale
            started, started_cpu = time.perf_counter(), time.process_time()
            results[side] = work()
            wall[side].append(scale * (time.perf_counter() - started))
            cpu[side].append(scale * (time.process_time() - started_cpu))
        if contest.difference is not None:
            found = contest.difference(results.get("ours"), results.get("theirs"))
            difference = found if difference is None else max(difference, found)
    sides = (tuple(times[side]) for times in (wall, cpu) for side in ("ours", "theirs"))
    return Measured(*sides, difference, contest.note)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """The median of the rounds' ratios; None without another side."""
    return (
        statistics.median([slow / fast for fast, slow in zip(ours, theirs, strict=True)]) if theirs else None
    )
