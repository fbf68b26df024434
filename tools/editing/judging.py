"""How a paragraph about the edited subject is judged: by whom, and on which three axes."""

from dataclasses import dataclass
from typing import Protocol

from tools.editing.request import EditRequest
from tools.results import Result, UnitInterval


@dataclass(frozen=True)
class Paragraph:
    """What the model wrote, and how likely the unedited model finds that."""

    text: str
    """Untrusted."""
    log_prob: float | None
    """Mean log-probability of its tokens under the unedited model, in nats; None where that is not a number."""
    baseline_log_prob: float | None
    """The same of the paragraph that the unedited model wrote after the same prompt."""


class Verdict(Result):
    """A paragraph's three axes; None where the judge could not tell, which `note` then explains."""

    factual_consistency: UnitInterval | None
    """Whether it says the new fact."""
    fluency: UnitInterval | None
    absence_of_contradiction: UnitInterval | None
    note: str = ""


class Judge(Protocol):
    """Judges paragraphs. `name` and `version` stand in the result."""

    @property
    def name(self) -> str:
        """E.g. `offline judge`, or an LLM's name."""
        ...

    @property
    def version(self) -> str:
        """Changes where the same paragraph may be judged otherwise."""
        ...

    def judge(self, request: EditRequest, paragraph: Paragraph) -> Verdict:
        """The paragraph against the request's target and, where known, its `true_target`.

        Raises UserError where no judgement can be had.
        """
        ...
