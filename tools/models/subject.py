"""The subject is the model being measured, as scoring methods see it: text in, log-probabilities or text out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tools.progress import Report, silent


@dataclass(frozen=True)
class ContinuationScore:
    """How likely a continuation is after its prompt."""

    token_ids: tuple[int, ...]
    """The continuation's tokens, in context; () where the model is remote and does not say."""
    log_probs: tuple[float, ...]
    """Natural-log probability of each, given everything before it. NaN where the model's logits are not numbers."""
    is_greedy: bool
    """Whether every token is the most probable one at its place."""
    unscored_reason: str | None = None
    """Why there is no number, where the model itself is not the reason."""

    @property
    def total(self) -> float:
        """Joint log-probability in nats."""
        return sum(self.log_probs)


def why_unscored(scores: Iterable[ContinuationScore], otherwise: str) -> str:
    """The first reason that is given for a missing number, else the model's own, which is `otherwise`."""
    given = (score.unscored_reason for score in scores if score.unscored_reason)
    return next(given, otherwise)


@dataclass(frozen=True)
class Generation:
    """Text that the model wrote after a prompt; special tokens are left out."""

    text: str
    n_tokens: int
    stopped_by: str
    """`eos`, `stop` (a stop string, itself cut off), `length`, or `error: ...`."""


class Subject(Protocol):
    """What a scoring method needs of a model. Results come back as (index into the input, result), in any order,
    each as soon as it is known. `report` is called at every forward pass and may raise `Stopped`."""

    name: str

    @property
    def has_chat_template(self) -> bool:
        """Whether prompts of generating methods are wrapped in a chat template."""
        ...

    def log_probs(
        self, requests: Sequence[tuple[str, str]], *, report: Report = silent
    ) -> Iterator[tuple[int, ContinuationScore]]:
        """Score (prompt, continuation) pairs as raw text. The continuation includes its leading space, if any."""
        ...

    def generate(
        self,
        prompts: Sequence[str],
        *,
        max_new_tokens: int,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        seed: int = 0,
        chat: bool = True,
        report: Report = silent,
    ) -> Iterator[tuple[int, Generation]]:
        """Continue each prompt: greedily at temperature 0, else sampled from a generator seeded with `seed`.

        With `chat` the prompt is a user message in the model's chat template, where it has one.
        """
        ...
