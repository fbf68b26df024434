"""One edit on trial: put on the model, validated, and then entered in the ledger or taken off at once.

Until the ledger has it the edit is in memory only, so a process that is killed at any point leaves nothing behind.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from agent.edit_probes import neutral_texts, probe_author, probe_source
from agent.workbench import Workbench
from sessions.card import EditCard, ValidationRow
from sessions.context import Context
from sessions.ledger import LedgerEntry, new_edit_id
from tools.editing.probes import ProbeSet
from tools.editing.request import EditRequest
from tools.progress import Report

if TYPE_CHECKING:
    from tools.editing.apply import Committed
    from tools.editing.edit import Edit
    from tools.editing.validation import Check, Validation
    from tools.models.language_model import LanguageModel

T = TypeVar("T")
CONTINUATION_TOKENS = 12
"""What the model says by itself, beside the probability that it is led to."""


@dataclass(frozen=True)
class Answer:
    """What a model says after an edit's prompt."""

    p: float | None
    """Joint probability of the target's tokens; None where the logits are not numbers."""
    continuation: str


@dataclass(frozen=True)
class Findings:
    """What the trial showed."""

    before: Answer
    after: Answer
    validation: "Validation"
    paraphrases_from: str


@dataclass
class Trial:
    """An edit on its way to a card."""

    bench: Workbench
    model: "LanguageModel"
    request: EditRequest
    imported_from: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    """By part of the work."""
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.author = probe_author(self.bench.llm)
        self._source = probe_source(self.author)

    def run(self, made: "Callable[[], Edit]", report: Report) -> EditCard:
        """The stored card of what came of the edit that `made` returns.

        Whatever is raised, Stopped included, leaves the weights as they were. Raises EditError, StoreError.
        """
        from tools.editing.apply import commit

        probes = self._source.probes(self.request, ("paraphrase",), seed=self.bench.settings.seed)
        before = self._timed("asking before", lambda: self._asked(report))
        edit = self._timed("computing", made)
        committed = self._timed("applying", lambda: commit(self.model, edit))
        try:
            validation = self._timed("validating", lambda: self._validated(committed.edit, probes, report))
            after = self._timed("asking after", lambda: self._asked(report))
            findings = Findings(before, after, validation, probes.source)
            if validation.passed:
                return self._kept(committed, findings)
        except BaseException:
            committed.undo()
            raise
        committed.undo()
        card = self._card(committed.edit, findings, self.bench.context(self.model), None)
        self.bench.store.save_card(card)
        return card

    def _kept(self, committed: "Committed", findings: Findings) -> EditCard:
        """The card of an edit that passed, with its file and its place in the ledger: all of it or nothing."""
        from tools.editing.files import save_edit

        edits = self.bench.edits
        edit_id = new_edit_id()
        file = save_edit(committed.edit, edits.folder / f"{edit_id}.safetensors")
        entry = LedgerEntry(
            id=edit_id,
            session=self.bench.session_id,
            request_key=self.bench.request_key,
            card="",
            subject=self.request.subject,
            prompt=self.request.prompt,
            target=self.request.target,
            layer=committed.edit.layer,
            base_hash=committed.edit.base_hash,
            edited_hash=self.model.weights_hash,
            norm_ratio=_finite(committed.edit.norm_ratio),
            file=str(file),
        )
        context = self.bench.context(self.model)
        context = context.model_copy(update={"edits": (*context.edits, entry.statement)})
        card = self._card(committed.edit, findings, context, entry)
        try:
            edits.enter(entry.model_copy(update={"card": card.id}), committed, card)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return card

    def _asked(self, report: Report) -> Answer:
        ((_, score),) = self.model.log_probs(
            [(self.request.text.rstrip(), f" {self.request.target}")], report=report
        )
        ((_, written),) = self.model.generate(
            [self.request.text.rstrip()], max_new_tokens=CONTINUATION_TOKENS, chat=False, report=report
        )
        # Rounding can leave a log-probability a little above nought.
        p = None if math.isnan(score.total) else math.exp(min(0.0, score.total))
        return Answer(p, written.text)

    def _validated(self, edit: "Edit", probes: ProbeSet, report: Report) -> "Validation":
        from tools.editing.validation import ValidationThresholds, validate

        settings = self.bench.settings
        seed = settings.seed
        earlier = self.bench.store.edits(self.bench.session_id)
        return validate(
            self.model,
            edit,
            paraphrases=[probe.prompt for probe in probes.probes],
            unrelated=self._source.unrelated_texts(seed=seed),
            neutral=neutral_texts(seed),
            thresholds=ValidationThresholds(
                paraphrase_probability=settings.edit_probability,
                unrelated_kl=settings.edit_kl,
                cka=settings.edit_cka,
            ),
            earlier_norm_ratios=[entry.norm_ratio for entry in earlier if entry.norm_ratio is not None],
            report=report,
        )

    def _timed(self, part: str, work: Callable[[], T]) -> T:
        started = time.monotonic()
        result = work()
        self.seconds[part] = round(time.monotonic() - started, 3)
        return result

    def _card(
        self, edit: "Edit", findings: Findings, context: Context, entry: LedgerEntry | None
    ) -> EditCard:
        details = dict(edit.details)
        settings = details.pop("settings", {})
        return EditCard(
            session=self.bench.session_id,
            request=self.bench.request,
            context=context,
            duration_s=time.monotonic() - self.started,
            subject=self.request.subject,
            prompt=self.request.prompt,
            target=self.request.target,
            layer=edit.layer,
            module=edit.module,
            committed=entry is not None,
            validation=tuple(map(_row, findings.validation.checks)),
            base_hash=edit.base_hash,
            edited_hash=edit.edited_hash,
            p_before=findings.before.p,
            p_after=findings.after.p,
            continuation_before=findings.before.continuation,
            continuation_after=findings.after.continuation,
            norm_ratio=_finite(edit.norm_ratio),
            disabling_signs=tuple(map(_row, findings.validation.signs)),
            settings=settings,
            details=details | {"seconds": dict(self.seconds)},
            paraphrases_from=findings.paraphrases_from,
            rejected_prompts=tuple(self._source.rejected),
            edit=entry and entry.id,
            file=entry and entry.file,
            imported_from=self.imported_from,
        )


def _row(check: "Check") -> ValidationRow:
    return ValidationRow(**check.model_dump())


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
