"""Progress is data: tools report it, doors render it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far one piece of work is."""

    task: str
    """What is being done, e.g. `cot_math: generating`."""
    done: int
    total: int | None = None
    """None where the end is not known."""
    unit: str = "prompts"


Report = Callable[[Progress], None]
"""Called often (at least once a second or per forward pass). It may raise `Stopped` to end the work."""


def silent(progress: Progress) -> None:
    """A report that shows nothing and never stops the work."""
