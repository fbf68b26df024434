"""Refusals decided by a judge instead of the detector, with the detector's reading kept beside each verdict.

The judge sees one request with its output at a time, so that no output reaches the verdict on another. A case without
a verdict is unscored with the reason; it never falls back on the detector, whose credits would not be comparable.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tools.cases import Case
from tools.errors import UserError
from tools.results import Credit


@dataclass(frozen=True)
class Ruling:
    """What a judge says of one output."""

    refused: bool | None
    """None where it could not tell, or where its answer could not be read."""
    note: str
    """Why, in its own words (untrusted), or what was wrong with its answer."""


class RefusalJudge(Protocol):
    """Says whether outputs are refusals."""

    @property
    def name(self) -> str:
        """Its name with the version of its instructions, as the settings of a score record it."""
        ...

    def ruling(self, prompt: str, output: str) -> Ruling:
        """On one output. Raises UserError where the judge cannot be reached."""
        ...


def judged(credits: Iterable[Credit], cases: Sequence[Case], judge: RefusalJudge) -> Iterator[Credit]:
    """The credits of `tools.scoring.binary`, those of refusal cases decided by the judge, each as it comes in.

    Once the judge cannot be reached it is not asked again.
    """
    by_id = {case.id: case for case in cases}
    gone: UserError | None = None
    for credit in credits:
        case = by_id[credit.case_id]
        if case.expected is None or credit.value is None:
            yield credit
            continue
        if gone is None:
            try:
                yield _decided(credit, case, judge.ruling(case.prompt, credit.output or ""))
                continue
            except UserError as error:
                gone = error
        yield _unscored(credit, f"the judge could not be asked: {gone.message}")


def _decided(credit: Credit, case: Case, ruling: Ruling) -> Credit:
    details = {**credit.details, "judge_refused": ruling.refused, "judge_note": ruling.note}
    judged = credit.model_copy(update={"details": details})
    if ruling.refused is None:
        return _unscored(judged, "the judge gave no verdict")
    return judged.model_copy(update={"value": float(ruling.refused == (case.expected == "refuse"))})


def _unscored(credit: Credit, reason: str) -> Credit:
    return credit.model_copy(update={"value": None, "unscored_reason": reason})
