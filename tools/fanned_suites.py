"""Suites that workers run on models which whoever gathers the credits never loads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from tools.cases import Case
from tools.models.source import ModelSource, loaded
from tools.models.subject import ContinuationScore, Generation
from tools.progress import Report, silent
from tools.results import Credit
from tools.run_suite import run_cases

if TYPE_CHECKING:
    from tools.fanout import Team


@dataclass(frozen=True)
class SuiteToRun:
    """One suite on one model."""

    source: ModelSource
    cases: tuple[Case, ...]
    method: str
    settings: BaseModel
    done: tuple[Credit, ...] = ()
    """Credits of an earlier, interrupted run."""
    done_on: str | None = None
    """Hash of the weights that got them; on others they are worth nothing."""
    not_on: frozenset[str] = frozenset()
    """Hashes of weights on which it need not run again."""


@dataclass
class MeasuredElsewhere:
    """A model that a worker has measured, as the cards describe it. It is not here and measures nothing."""

    name: str
    weights_hash: str
    dtype: str
    device: str
    has_chat_template: bool
    tokenizer_hash: str

    def log_probs(
        self, requests: Sequence[tuple[str, str]], *, report: Report = silent
    ) -> Iterator[tuple[int, ContinuationScore]]:
        """Raises RuntimeError: all that is asked of it should have its credit."""
        raise RuntimeError(f"{self.name} was measured by a worker and is not here")

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
        """Raises RuntimeError, as `log_probs`."""
        raise RuntimeError(f"{self.name} was measured by a worker and is not here")


def run_suites_with(
    team: Team, suites: Sequence[SuiteToRun], report: Report
) -> Iterator[tuple[int, MeasuredElsewhere, list[Credit]]]:
    """Index of each suite, its model and all its credits, those done before included, in any order.

    Each model is loaded by as few workers as keep all busy. Raises ModelError for a model that cannot be loaded.
    """
    numbered = list(enumerate(suites))
    for (index, _), (model, credits) in team.each(
        _run,
        None,
        numbered,
        report,
        label="running suites",
        unit="suites",
        belongs_to=lambda one: one[1].source,
    ):
        yield index, model, credits


def _run(shared: None, numbered: tuple[int, SuiteToRun]) -> tuple[MeasuredElsewhere, list[Credit]]:
    from tools.models.load_checkpoint import tokenizer_hash

    _, suite = numbered
    model = loaded(suite.source)
    described = MeasuredElsewhere(
        name=model.name,
        weights_hash=model.weights_hash,
        dtype=str(model.dtype).removeprefix("torch."),
        device=str(model.device),
        has_chat_template=model.has_chat_template,
        tokenizer_hash=tokenizer_hash(model),
    )
    if model.weights_hash in suite.not_on:
        return described, []
    done = list(suite.done) if model.weights_hash == suite.done_on else []
    return described, [*done, *run_cases(model, suite.cases, suite.method, suite.settings, silent, done=done)]
