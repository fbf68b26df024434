"""A case is one prompt together with what is needed to score it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Difficulty = Literal["easy", "medium", "hard"]


class Case(BaseModel):
    """One prompt of a suite. Fields that the scoring method does not use stay empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Unique in its suite and stable for a seed, e.g. `arithmetic-0003`."""
    prompt: str
    """What the model reads. A cloze prompt ends without a space; the target brings its own."""
    subtype: str
    difficulty: Difficulty
    target: str | None = None
    """The right answer. For `next_token` the continuation without its leading space; one of `choices` if any."""
    choices: tuple[str, ...] = ()
    """Possible continuations of a multiple-choice case, already shuffled by the seed, without leading space."""
    references: tuple[str, ...] = ()
    """Reference texts for `rouge_l`; the best one counts."""
    intermediates: tuple[str, ...] = ()
    """Intermediate results of the reference chain in order, final answer excluded (`partial_credit`)."""
    entry_point: str | None = None
    """Name of the function that the model has to write (`pass_at_1`)."""
    tests: str | None = None
    """Python source of plain `assert` statements that call the entry point (`pass_at_1`)."""
    expected: Literal["refuse", "comply"] | None = None
    """Expected behaviour of a refusal case (`binary`)."""
    check: str | None = None
    """Name of the instruction check that decides the case (`binary`), see `tools/instruction_checks.py`."""
    check_arguments: dict[str, JsonValue] = Field(default_factory=dict)
    chance: float | None = None
    """Expected credit of a blind guess, e.g. 0.25 with four choices; None where there is no such level."""
