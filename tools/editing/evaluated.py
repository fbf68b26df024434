"""What came of editing one fact: every prompt's answers, as likely as the model finds them before and after."""

import math
from typing import Literal

from pydantic import Field

from tools.results import Result, UnitInterval

Kind = Literal["efficacy", "paraphrase", "neighbourhood", "portability"]


class Likelihood(Result):
    """How likely a model finds a target after a prompt."""

    log_p: float = Field(le=0.0, allow_inf_nan=False)
    """Joint log-probability of the target's tokens, in nats."""
    n_tokens: int = Field(ge=1)
    greedy: UnitInterval
    """Share of the tokens that are the most probable at their place, given the right ones before them."""

    @property
    def p(self) -> float:
        """The joint probability."""
        return math.exp(self.log_p)

    @property
    def per_token(self) -> float:
        """The geometric mean of the tokens' probabilities."""
        return math.exp(self.log_p / self.n_tokens)


class Contest(Result):
    """The two answers after one prompt."""

    expected: Likelihood
    rival: Likelihood | None
    """None where there is no other answer to hold it against."""


class EvaluatedPrompt(Result):
    """One prompt of a fact: the answer that should win, the one that should not, before and after the edit.

    After the edit the new target should win, and of neighbours the true one.
    """

    kind: Kind
    group: str = ""
    prompt: str
    expected: str
    rival: str | None
    before: Contest | None
    after: Contest | None
    unscored_reason: str | None = None


class EvaluatedFact(Result):
    """One edit, applied alone to the base weights."""

    number: int = Field(ge=1)
    """Its place in the file, from 1."""
    subject: str
    prompt: str
    """With `{}` in the subject's place."""
    target: str
    true_target: str | None
    prompts: tuple[EvaluatedPrompt, ...]
    layer: int | None
    """None where no edit could be computed; then nothing changed, and that is what was scored."""
    norm_ratio: float | None = None
    not_edited: str | None = None
    """Why no edit could be computed."""
    seconds: float = Field(ge=0.0)
