"""What a conversation emits, and doors render: plain data, no markup. All text may quote the model: untrusted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tools.progress import Progress

if TYPE_CHECKING:
    from agent.planner.plan import Plan
    from sessions.card import Card
    from sessions.drill_down import DrillDown
    from tools.editing.benchmark_result import BenchmarkResult


@dataclass(frozen=True)
class Planned:
    """The request was understood as this plan."""

    plan: "Plan"


@dataclass(frozen=True)
class Working:
    """Work is under way."""

    progress: Progress


@dataclass(frozen=True)
class Said:
    """A sentence or two for the user."""

    text: str


@dataclass(frozen=True)
class Benchmarked:
    """One of the edit benchmarks is done; the card with all of them follows."""

    result: "BenchmarkResult"


@dataclass(frozen=True)
class CardReady:
    """A card was stored and can be shown."""

    card: "Card"


@dataclass(frozen=True)
class TakenApart:
    """A score of a stored card was taken apart."""

    drill_down: "DrillDown"


@dataclass(frozen=True)
class Asked:
    """A question that the next message answers: which reading is meant, or whether to go ahead."""

    question: str
    about: Literal["meaning", "approval"]


@dataclass(frozen=True)
class Failed:
    """The request could not be met: what happened and what to do about it."""

    message: str
    next_step: str = ""


Event = Planned | Working | Said | Benchmarked | CardReady | TakenApart | Asked | Failed
