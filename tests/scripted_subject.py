"""A subject whose answers are written down, for tests of what stands above the model."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from tools.models.subject import ContinuationScore, Generation
from tools.progress import Progress, Report, silent


class ScriptedSubject:
    """Answers prompts from a table or function, and scores continuations from a table of probabilities."""

    name = "scripted"
    has_chat_template = False

    def __init__(
        self,
        answers: Mapping[str, str] | Callable[[str], str] | None = None,
        probabilities: Mapping[tuple[str, str], Sequence[float]] | None = None,
    ) -> None:
        self.answers = answers or {}
        self.probabilities = probabilities or {}
        self.prompts_seen: list[str] = []

    def log_probs(
        self, requests: Sequence[tuple[str, str]], *, report: Report = silent
    ) -> Iterator[tuple[int, ContinuationScore]]:
        """Per-token probabilities from the table; a request that is not in it raises KeyError."""
        for index, request in enumerate(requests):
            report(Progress("scripted", index, len(requests)))
            tokens = self.probabilities[request]
            log_probs = tuple(math.log(p) if p == p else math.nan for p in tokens)
            yield index, ContinuationScore(tuple(range(len(tokens))), log_probs, all(p > 0.5 for p in tokens))

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
        """The scripted answer to each prompt."""
        for index, prompt in enumerate(prompts):
            report(Progress("scripted", index, len(prompts)))
            self.prompts_seen.append(prompt)
            text = self.answers(prompt) if callable(self.answers) else self.answers[prompt]
            yield index, Generation(text, len(text.split()), "eos")
