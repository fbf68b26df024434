"""Runs a frozen suite with a scoring method and sums its credits up, by sub-type and by difficulty."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, JsonValue, ValidationError

from tools.cases import Case, Difficulty
from tools.errors import UserError
from tools.models.subject import Subject
from tools.progress import Report
from tools.registry import load
from tools.results import Credit, Result, Score
from tools.scoring import CONTRACT
from tools.stats import mean_score

SMALLEST_FOR_LIMITS = 5
"""With fewer prompts nearly every interval touches something: a lack of prompts, no floor or ceiling."""

TOUCHES = 0.0005
"""A bound this near to a limit touches it: 0.05 points of 100, less than a card shows."""

Name = TypeVar("Name", bound=str)

SettingsLike = BaseModel | Mapping[str, JsonValue] | None
"""A method's own `Settings`, or the ones that differ from the defaults by name, or None for the defaults."""


class DimensionScores(Result):
    """One dimension of a card: its score, what is missing from it, and the same taken apart."""

    score: Score
    n_unscored: int
    unscored_reasons: dict[str, int]
    """How many cases were unscored for which reason, most frequent first."""
    subtypes: tuple[tuple[str, Score], ...]
    difficulties: tuple[tuple[Difficulty, Score], ...]
    """From easy to hard."""
    chance: float | None
    """Mean score of a blind guess on the scored cases; None where no case has such a level."""
    at: Literal["floor", "ceiling"] | None
    """Where the suite cannot tell models apart: the interval touches chance (or 0), or 1."""
    partial: bool
    """Whether some cases have no credit yet, because the run was stopped."""


def method_settings(method: str, settings: SettingsLike = None) -> BaseModel:
    """The complete settings of a scoring method. Raises UserError for unknown names and wrong values."""
    return _settings_of(_scoring(method), method, settings)


def run_cases(
    subject: Subject,
    cases: Sequence[Case],
    method: str,
    settings: SettingsLike,
    report: Report,
    done: Iterable[Credit] = (),
) -> Iterator[Credit]:
    """Score the cases that have no credit in `done` (from an earlier, interrupted run): one credit for each.

    Credits come in any order, each as soon as it is known; those in `done` are not repeated. A case that the
    method passed over is unscored with that reason. Raises UserError for an unknown method or wrong settings
    and ValueError where `done` does not belong to the cases (both before anything runs);
    RuntimeError, while running, where the method returns a credit twice or for no case of the suite.
    """
    module = _scoring(method)
    complete = _settings_of(module, method, settings)
    earlier = [credit.case_id for credit in done]
    finished, known = set(earlier), {case.id for case in cases}
    if len(known) != len(cases):
        raise ValueError("two cases have the same id")
    if not known >= finished or len(finished) != len(earlier):
        raise ValueError("credits of the earlier run do not belong to these cases")
    remaining = [case for case in cases if case.id not in finished]
    return _one_credit_each(module, subject, remaining, complete, report)


def _one_credit_each(
    module: ModuleType, subject: Subject, cases: list[Case], settings: BaseModel, report: Report
) -> Iterator[Credit]:
    waiting = {case.id for case in cases}
    if not waiting:
        return
    for credit in module.score(subject, cases, settings, report):
        if credit.case_id not in waiting:
            raise RuntimeError(f"{module.__name__} returned a second or foreign credit: {credit.case_id!r}")
        waiting.remove(credit.case_id)
        yield credit
    for case in cases:
        if case.id in waiting:
            yield Credit(
                case_id=case.id, unscored_reason="the scoring method returned no credit for this case"
            )


def summarise(
    cases: Sequence[Case], credits: Sequence[Credit], method: str, settings: SettingsLike = None
) -> DimensionScores:
    """Sum up the credits of a suite, all of them or (`partial`) those that a stopped run left.

    Raises ValueError where a credit belongs to no case or a case has two.
    """
    module = _scoring(method)
    complete = _settings_of(module, method, settings)
    by_id = {credit.case_id: credit for credit in credits}
    if len(by_id) != len(credits) or not {case.id for case in cases}.issuperset(by_id):
        raise ValueError("credits do not belong to these cases")

    def score_of(chosen: Iterable[Case]) -> Score:
        pairs = [(case, by_id[case.id]) for case in chosen if case.id in by_id]
        if hasattr(module, "summarise"):
            own: Score = module.summarise(
                [case for case, _ in pairs], [credit for _, credit in pairs], complete
            )
            return own
        return mean_score([credit.value for _, credit in pairs if credit.value is not None])

    reasons = Counter(credit.unscored_reason for credit in credits if credit.unscored_reason is not None)
    scored = [case for case in cases if case.id in by_id and by_id[case.id].unscored_reason is None]
    score, chance = score_of(cases), _chance(scored)
    return DimensionScores(
        score=score,
        n_unscored=sum(reasons.values()),
        unscored_reasons=dict(reasons.most_common()),
        subtypes=_by(
            lambda case: case.subtype, cases, dict.fromkeys(case.subtype for case in cases), score_of
        ),
        difficulties=_by(lambda case: case.difficulty, cases, get_args(Difficulty), score_of),
        chance=chance,
        at=_limit(score, chance),
        partial=len(by_id) < len(cases),
    )


def _by(
    name_of: Callable[[Case], Name],
    cases: Sequence[Case],
    names: Iterable[Name],
    score_of: Callable[[Iterable[Case]], Score],
) -> tuple[tuple[Name, Score], ...]:
    slices = [(name, [case for case in cases if name_of(case) == name]) for name in names]
    return tuple((name, score_of(chosen)) for name, chosen in slices if chosen)


def _chance(scored: Sequence[Case]) -> float | None:
    """Beside cases with a chance level, those without count as 0: a blind guess gets nothing there."""
    if all(case.chance is None for case in scored):
        return None
    return sum(case.chance or 0.0 for case in scored) / len(scored)


def _limit(score: Score, chance: float | None) -> Literal["floor", "ceiling"] | None:
    """An interval that touches both limits says only that there are too few prompts, and claims nothing.

    So does one that reaches from the lower half up to 1, as divergence scores of few prompts have.
    """
    if score.interval is None or score.n < SMALLEST_FOR_LIMITS:
        return None
    low, high = score.interval
    touches_floor = low <= (chance or 0.0) + TOUCHES
    touches_ceiling = high >= 1.0 - TOUCHES
    if touches_floor and not touches_ceiling:
        return "floor"
    return "ceiling" if touches_ceiling and not touches_floor and low > 0.5 else None


def _scoring(method: str) -> ModuleType:
    return load("tools.scoring", method, CONTRACT).module


def _settings_of(module: ModuleType, method: str, settings: SettingsLike) -> BaseModel:
    kind: type[BaseModel] = module.Settings
    if isinstance(settings, kind):
        return settings
    # Another method's Settings object is not worth more than its values: it has to fit by name.
    given = settings.model_dump() if isinstance(settings, BaseModel) else dict(settings or {})
    choices = ", ".join(kind.model_fields) or "none"
    unknown = [name for name in given if name not in kind.model_fields]
    if unknown:
        raise UserError(f"{method} has no setting {unknown[0]!r}.", f"It has: {choices}.")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UserError(f"The setting {name!r} of {method} is wrong: {first['msg']}.") from error
