"""The evidence of a real model: read before and after the edit, with every change of its weights undone."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from tools.edit_benchmarks._at_once import at_once
from tools.edit_benchmarks._evidence import EditBatch, EditSequence, Writing
from tools.edit_benchmarks._mentions import says
from tools.edit_benchmarks._probe_rows import probe_rows
from tools.edit_benchmarks._readout import Answers, Readout, divergence
from tools.editing.apply import applied, before_edit
from tools.editing.benchmark_result import ProbeRow
from tools.editing.edit import Edit, EditError, EditSettings
from tools.editing.judging import Judge, Paragraph
from tools.editing.probes import Axis, Probe, ProbeSet, ProbeSource
from tools.editing.request import EditRequest
from tools.editing.rome import compute_edit
from tools.progress import Report

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

N_FURTHER = 4
"""Edits that follow the one under test, or stand beside it in a batch."""
N_BASELINES = 16
"""Unrelated prompts whose next-token distributions are watched."""
N_PARAGRAPHS = 4
PARAGRAPH_TOKENS = 64
CONTINUATION_TOKENS = 8
WATCHED: tuple[Axis, ...] = ("same_subject", "cross_domain")
"""Axes of which the next-token distributions are compared."""


class MeasuredEdit:
    """What a model says before and after an edit, which may be on it or not; implements `Evidence`.

    Probes are asked of the source once. Each piece is read when a benchmark first asks for it and then kept.
    """

    def __init__(
        self,
        model: LanguageModel,
        edit: Edit,
        source: ProbeSource,
        axes: Sequence[Axis],
        *,
        settings: EditSettings,
        judge: Judge,
        seed: int,
        report: Report,
    ) -> None:
        self._model, self._edit, self._source, self._report = model, edit, source, report
        self._axes = tuple(axes)
        # Further edits go where this one went, and read the same covariance.
        self._settings = settings.model_copy(update={"layer": edit.layer})
        self.request, self.judge, self.seed = edit.request, judge, seed

    @property
    def probe_source(self) -> str:
        """Where the probes came from."""
        return self._probes.source

    def rows(self, *axes: Axis) -> tuple[ProbeRow, ...]:
        """The probes of these axes before and after the edit."""
        return tuple(row for row in self._rows[0] if row.axis in axes)

    def prefixed_rows(self) -> tuple[ProbeRow, ...]:
        """The cross-domain probes with the edit's statement put before them."""
        return self._rows[1]

    def missing(self, *axes: Axis) -> dict[str, str]:
        """Those of these axes that have no probes, with the reasons."""
        found = {probe.axis for probe in self._probes.probes}
        return {
            axis: self._probes.missing.get(axis, f"there are no probes on the axis {axis}")
            for axis in axes
            if axis not in found
        }

    def sequence(self) -> EditSequence | str:
        """The edit followed by others, or why that could not be done."""
        return self._further_edits if isinstance(self._further_edits, str) else self._further_edits[0]

    def batch(self) -> EditBatch | str:
        """The edit and others at once, or why that could not be done."""
        return self._batch

    def writing(self) -> Writing | str:
        """Paragraphs about the subject, or why there are none."""
        return self._writing

    @cached_property
    def _probes(self) -> ProbeSet:
        return self._source.probes(self.request, self._axes, seed=self.seed)

    @cached_property
    def _further(self) -> list[EditRequest]:
        """Edits of other subjects, each subject once."""
        made = self._source.synthetic_edits(self.request, N_FURTHER, seed=self.seed)
        by_subject = {self.request.subject.casefold(): self.request}
        for request in made:
            by_subject.setdefault(request.subject.casefold(), request)
        return list(by_subject.values())[1 : N_FURTHER + 1]

    @cached_property
    def _rows(self) -> tuple[tuple[ProbeRow, ...], tuple[ProbeRow, ...]]:
        """All probes with a target, and the prefixed ones."""
        probes = [probe for probe in self._probes.probes if probe.axis != "long_form"]
        prefixed = [
            probe.model_copy(update={"prompt": f"{self.request.statement}. {probe.prompt}"})
            for probe in probes
            if probe.axis == "cross_domain"
        ]
        every = [*probes, *prefixed]
        if not every:
            return (), ()
        readout = self._readout(every, [probe.prompt for probe in every if probe.axis in WATCHED])
        prompts = [probe.prompt for probe in every]
        with self._before():
            before, said_before = readout.read(self._report), self._continuations(prompts)
        with self._after():
            after, said_after = readout.read(self._report), self._continuations(prompts)
        rows = probe_rows(every, readout, before, after, said_before, said_after)
        return rows[: len(probes)], rows[len(probes) :]

    @cached_property
    def _further_edits(self) -> tuple[EditSequence, tuple[Edit, ...]] | str:
        """The sequence, and its edits with the one under test as the first."""
        baselines = self._source.unrelated_texts(seed=self.seed)[:N_BASELINES]
        if not self._further or not baselines:
            lacking = "further edits" if not self._further else "unrelated prompts"
            return f"Unscored: the probe source has no {lacking} for this one."
        everything = [_own_probe(request) for request in (self.request, *self._further)]
        readout = self._readout(everything, baselines)
        prompts = [probe.prompt for probe in everything]
        with self._before():
            before, said_before = readout.read(self._report), self._continuations(prompts)
        probes, edits, readings, skipped = everything[:1], [self._edit], [], {}
        with self._after(), ExitStack() as further:
            readings.append(readout.read(self._report))
            for request, probe in zip(self._further, everything[1:], strict=True):
                try:
                    edit = compute_edit(self._model, request, self._settings, report=self._report)
                except EditError as error:
                    skipped[request.statement] = error.message
                    continue
                further.enter_context(applied(self._model, edit))
                probes.append(probe)
                edits.append(edit)
                readings.append(readout.read(self._report))
            said_after = self._continuations([probe.prompt for probe in probes])
        if len(readings) < 2:
            return f"Unscored: no further edit could be made: {'; '.join(dict.fromkeys(skipped.values()))}"
        sequence = EditSequence(
            rows=probe_rows(probes, readout, before, readings[-1], said_before, said_after),
            probabilities=tuple(
                tuple(_p(reading, probe) for probe in probes[: k + 1]) for k, reading in enumerate(readings)
            ),
            baselines=tuple(baselines),
            divergences=tuple(
                tuple(
                    divergence(before.next_token.get(text), reading.next_token.get(text))
                    for text in baselines
                )
                for reading in readings
            ),
            skipped=skipped,
        )
        return sequence, tuple(edits)

    @cached_property
    def _batch(self) -> EditBatch | str:
        if isinstance(self._further_edits, str):
            return self._further_edits
        sequence, edits = self._further_edits
        probes = [_own_probe(edit.request) for edit in edits]
        prompts = [probe.prompt for probe in probes]
        readout = self._readout(probes, ())
        with self._before():
            before, said_before = readout.read(self._report), self._continuations(prompts)
            try:
                batch = at_once(self._model, edits, self._settings, report=self._report)
            except EditError as error:
                return f"Unscored: the batch could not be computed: {error.message}"
            with applied(self._model, batch):
                after, said_after = readout.read(self._report), self._continuations(prompts)
        return EditBatch(
            probe_rows(probes, readout, before, after, said_before, said_after), sequence.skipped
        )

    @cached_property
    def _writing(self) -> Writing | str:
        prompts = [probe.prompt for probe in self._probes.on("long_form")][:N_PARAGRAPHS]
        if not prompts:
            return f"Unscored: {'; '.join(self.missing('long_form').values())}."
        with self._after():
            after = self._continuations(prompts, PARAGRAPH_TOKENS)
        with self._before():
            before = self._continuations(prompts, PARAGRAPH_TOKENS)
            said = self._continuations([self.request.text])[self.request.text] or ""
            pairs = {
                prompt: (first, then)
                for prompt in prompts
                if (first := before[prompt]) is not None and (then := after[prompt]) is not None
            }
            mean_log_probs = self._mean_log_probs([(p, text) for p, pair in pairs.items() for text in pair])
        if not pairs:
            return "Unscored: the model's logits are not numbers, so it writes nothing."
        request, origin = _with_old_answer(self.request, said)

        def paragraphs(place: int) -> tuple[Paragraph, ...]:
            return tuple(
                Paragraph(
                    pair[place],
                    mean_log_probs.get((prompt, pair[place])),
                    mean_log_probs.get((prompt, pair[0])),
                )
                for prompt, pair in pairs.items()
            )

        return Writing(request, origin, tuple(pairs), paragraphs(0), paragraphs(1))

    def _mean_log_probs(self, written: Sequence[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """Mean log-probability per token of each text after its prompt; nothing for a text that has none."""
        scored = list(dict.fromkeys(pair for pair in written if pair[1]))
        means = {}
        for place, score in self._model.log_probs(scored, report=self._report):
            mean = score.total / len(score.log_probs)
            if math.isfinite(mean):
                means[scored[place]] = mean
        return means

    @contextmanager
    def _before(self) -> Iterator[None]:
        with _unchanged(self._model), before_edit(self._model, self._edit):
            yield

    @contextmanager
    def _after(self) -> Iterator[None]:
        # On its own base, so that edits which were made on top of it are not measured along.
        with self._before(), applied(self._model, self._edit):
            yield

    def _readout(self, probes: Sequence[Probe], distributions: Sequence[str]) -> Readout:
        return Readout(
            self._model,
            [(probe.prompt, probe.target) for probe in probes],
            distributions=distributions,
            entry=self._edit.layer,
        )

    def _continuations(
        self, prompts: Sequence[str], max_new_tokens: int = CONTINUATION_TOKENS
    ) -> dict[str, str | None]:
        """What the model writes greedily after each prompt; None where it cannot."""
        distinct = list(dict.fromkeys(prompts))
        return {
            distinct[place]: None if generation.stopped_by.startswith("error") else generation.text
            for place, generation in self._model.generate(
                [prompt.rstrip() for prompt in distinct],
                max_new_tokens=max_new_tokens,
                chat=False,
                report=self._report,
            )
        }


@contextmanager
def _unchanged(model: LanguageModel) -> Iterator[None]:
    """Proves that everything inside has left the weights as they were, bit for bit. Raises EditError where not."""
    before = model.weights_hash
    try:
        yield
    finally:
        if model.weights_hash != before:
            raise EditError("A benchmark did not restore the model's weights.", "Load the model again.")


def _own_probe(request: EditRequest) -> Probe:
    return Probe(axis="direct", prompt=request.text, target=request.target)


def _p(reading: Answers, probe: Probe) -> float | None:
    answer = reading.to.get((probe.prompt, probe.target))
    return None if answer is None else answer.p


_FIRST_WORDS = re.compile(r"[^\W_][\w'’.-]*(?: [^\W_][\w'’-]*){0,3}")


def _with_old_answer(request: EditRequest, said: str) -> tuple[EditRequest, str]:
    """The request with the old answer filled in from what the unedited model says, where it is not known."""
    if request.true_target:
        return request, "the request"
    found = _FIRST_WORDS.match(said.strip())
    if found is None or says(found[0], request.target):
        return request, "not known"
    return request.model_copy(
        update={"true_target": found[0].rstrip(".")}
    ), "what the unedited model says first"
