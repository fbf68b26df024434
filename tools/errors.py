"""Errors that a user can cause, each told in one sentence with the next step. Anything else is a bug."""


class UserError(Exception):
    """Something that the user can put right: `message` says what happened, `next_step` what to do about it."""

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class ModelError(UserError):
    """A model that cannot be found, read or run."""


class SuiteError(UserError):
    """A suite that cannot be written as asked (no such sub-type, too many prompts, an empty data set)."""


class StoreError(UserError):
    """A session, card or file that cannot be read or written."""


class Stopped(Exception):
    """Raised by a `report` callable to stop the work under way; what is already scored is kept."""
