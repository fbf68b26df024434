"""What every form of a written case has: the draft that a language model gives, and the case that it makes."""

import random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from tools.cases import Case, Difficulty

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=4_000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Draft(BaseModel):
    """Base of what a model writes: further fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    difficulty: Difficulty

    @property
    def text(self) -> str:
        """What the subject will read, without what every prompt of the form says."""
        raise NotImplementedError

    @property
    def answer_in_words(self) -> str | None:
        """What must not stand in the prompt; None where there is no such thing."""
        return None

    @property
    def question(self) -> str | None:
        """What is put to the writer again, to see whether it answers the same; None: checked otherwise."""
        return None

    def fault(self) -> str | None:
        """Why the draft contradicts itself, or None."""
        return None

    def case(self, id: str, subtype: str, generator: random.Random) -> Case:
        """The case that it makes."""
        raise NotImplementedError
