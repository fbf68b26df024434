"""What a sandboxed run may use (limits) and how it went (verdict)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.results import Result

Tier = Literal["bwrap", "monty", "none"]
Cause = Literal[
    "wrong_answer", "exception", "syntax_error", "time_limit", "memory_limit", "output_limit", "ended_early"
]

MAX_REASON_CHARACTERS = 400


class Limits(BaseModel):
    """What one run may use. Each bound holds for the candidate's code and for the tests' process alike."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wall_seconds: float = Field(default=10.0, gt=0)
    """Time on the clock, start of the sandbox included; more than `cpu_seconds`, so that a busy machine is
    no fault.
    """
    cpu_seconds: int = Field(default=3, ge=1)
    memory_mib: int = Field(default=256, ge=64)
    """Address space of the interpreter."""
    scratch_mib: int = Field(default=16, ge=1)
    """Size of /tmp, which lives in memory; one file may have a quarter of it."""
    output_kib: int = Field(default=64, ge=1)
    """What the code may print, and the size of one returned value."""


class Verdict(Result):
    """How code fared with its tests: passed, failed with a cause, or unscored because it could not be run."""

    status: Literal["passed", "failed", "unscored"]
    tier: Tier
    cause: Cause | None = None
    reason: str | None = None
    """One line; it may quote the candidate, so it is untrusted text."""
    output: str = ""
    """What the candidate printed, cut to the limit. Untrusted text."""
    seconds: float = 0.0


def one_line(text: str) -> str:
    """Untrusted text as one printable line of bounded length."""
    line = " ".join(text[: 2 * MAX_REASON_CHARACTERS].split())
    printable = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )
    return printable[:MAX_REASON_CHARACTERS]
