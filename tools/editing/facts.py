"""A fact to edit together with the prompts that tell whether the edit carries over and stays where it belongs."""

from typing import Literal

from pydantic import Field

from tools.editing.request import EditRequest
from tools.results import Result

Form = Literal["success", "accuracy"]
"""How a data set's numbers are published: by which of two answers is likelier, or by greedy answers."""


class AskedPrompt(Result):
    """A prompt with the answer that should follow it."""

    prompt: str = Field(min_length=1)
    target: str = Field(min_length=1)
    """Without its leading space."""
    group: str = ""
    """A part of its kind, e.g. `Reasoning` of portability."""


class Fact(Result):
    """One record: an edit and its prompts."""

    number: int = Field(ge=1)
    """Its place in the file, from 1."""
    request: EditRequest
    paraphrases: tuple[str, ...] = ()
    """Prompts after which the new target should follow."""
    neighbourhood: tuple[AskedPrompt, ...] = ()
    """Prompts of which the answer should stay as it is."""
    portability: tuple[AskedPrompt, ...] = ()
    """Prompts whose answers follow from the new fact."""


class RejectedFact(Result):
    """A record that no edit can be made of."""

    number: int = Field(ge=1)
    reason: str


class EditFacts(Result):
    """All that a file (or a table of our own) has."""

    name: str
    layout: str
    """E.g. `CounterFact`."""
    form: Form
    hash: str
    """SHA-256 of what was read, so that interrupted work goes on with the same facts only."""
    facts: tuple[Fact, ...]
    rejected: tuple[RejectedFact, ...] = ()

    @property
    def n_records(self) -> int:
        """Records that there are, usable or not."""
        return len(self.facts) + len(self.rejected)
