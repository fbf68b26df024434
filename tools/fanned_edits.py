"""The same evaluation of edits, its facts spread over many workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.editing.edit import EditError, EditSettings
from tools.editing.evaluated import EvaluatedFact
from tools.editing.facts import Fact
from tools.evaluate_edits import TRIED, evaluate_edit
from tools.models.source import ModelSource, check_same, loaded
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    from tools.fanout import Team
    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class _Job:
    """What a worker needs for any fact."""

    model: ModelSource
    base_hash: str
    settings: EditSettings


def evaluate_edits_with(
    team: Team,
    source: ModelSource,
    model: LanguageModel,
    facts: Sequence[Fact],
    settings: EditSettings,
    *,
    report: Report = silent,
) -> Iterator[EvaluatedFact]:
    """What `evaluate_edits` yields, in any order, by a team whose workers load `source`.

    Where the layer is still to be chosen it is chosen here, on the first facts, as without workers. Raises what
    `evaluate_edits` raises, and ModelError for a worker that has other weights.
    """
    from tools.editing.layer_choice import known_layer

    first = min(TRIED, len(facts))
    numbers = [fact.number for fact in facts]
    failed: dict[int, EditError] = {}

    def counted(evaluated: EvaluatedFact, why: EditError | None) -> EvaluatedFact:
        if why is not None:
            failed[evaluated.number] = why
            if all(number in failed for number in numbers[:first]):
                raise failed[numbers[0]]
        return evaluated

    left = list(facts)
    layer = settings.layer
    while left and layer is None and (layer := known_layer(model, settings.folder)) is None:
        yield counted(*evaluate_edit(model, left.pop(0), settings, report))
    if not left:
        return
    before = len(facts) - len(left)

    def of_all(progress: Progress) -> None:
        report(replace(progress, done=before + progress.done, total=len(facts)))

    # The texts travel with the job, and the layer: a worker elsewhere may have no cache of ours.
    texts = tuple(settings.texts())
    sent = settings.model_copy(update={"texts": lambda: texts, "layer": layer})
    job = _Job(source, model.weights_hash, sent)
    for _, (evaluated, why) in team.each(
        _evaluated, job, left, of_all, label="evaluating edits", unit="edits"
    ):
        yield counted(evaluated, why)


def _evaluated(job: _Job, fact: Fact) -> tuple[EvaluatedFact, EditError | None]:
    model = loaded(job.model)
    check_same(model.name, model.weights_hash, job.base_hash)
    found = evaluate_edit(model, fact, job.settings)
    if model.weights_hash != job.base_hash:
        raise RuntimeError(f"an edit of {fact.request.subject!r} was left on the weights of a worker")
    return found
