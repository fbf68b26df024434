"""What an edit is asked to do: make a subject's fact read otherwise."""

from typing import Self

from pydantic import Field, model_validator

from tools.results import Result

PLACE = "{}"
"""Stands in a prompt where the subject goes."""


class EditRequest(Result):
    """A fact as it should read: the prompt with the subject in its place, continued by the target."""

    subject: str = Field(min_length=1)
    """E.g. `The Eiffel Tower`."""
    prompt: str
    """With `{}` once, where the subject goes: `{} is located in`."""
    target: str = Field(min_length=1)
    """The new continuation without its leading space, e.g. `Berlin`."""
    true_target: str | None = None
    """What the unedited model, or the data set, has in its place; None where that is not known."""

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if self.prompt.count(PLACE) != 1:
            raise ValueError(f"the prompt has the subject's place {PLACE} exactly once")
        return self

    @property
    def text(self) -> str:
        """The prompt with the subject in its place."""
        return self.prompt.replace(PLACE, self.subject)

    @property
    def statement(self) -> str:
        """The whole fact in a sentence without its full stop."""
        return f"{self.text} {self.target}"
