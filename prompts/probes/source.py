"""Where an edit's probes come from: relation templates, else an LLM, else the edit's own prompt."""

import random
from collections.abc import Iterable, Iterator, Sequence

from prompts.probes import forms, generic, llm
from prompts.probes.aliases import ALIAS_AXES, Aliases, rule_aliases
from prompts.probes.checks import OTHER_SUBJECTS, Checked, refuse_hostile
from prompts.probes.facts import facts_outside, plain_texts
from prompts.probes.recognise import find_relation
from prompts.probes.synthetic import other_edits
from prompts.probes.wording import Wording
from prompts.rejections import RejectedDraft, Rejections
from tools.editing.probes import Axis, Probe, ProbeSet
from tools.editing.request import EditRequest
from tools.errors import UserError

COUNTS: dict[Axis, int] = {
    "direct": 1,
    "paraphrase": 6,
    "implied": 3,
    "rewording": 3,
    "indirect_reference": 2,
    "same_subject": 8,
    "unrelated": 8,
    "cross_domain": 8,
    "long_form": 6,
    "multi_hop": 4,
    "inference": 4,
    "active": 2,
    "passive": 2,
    "question": 2,
    "fill_in": 2,
    "nickname": 2,
    "abbreviation": 2,
    "description": 2,
    "sub_clause": 6,
    "surface": 6,
    "strong_paraphrase": 6,
    "zsre": 6,
}
"""Probes of each axis: six to eight on the axes that a benchmark asks together."""
N_TEXTS = 12


class RelationProbes:
    """A `ProbeSource` that recognises the edit's relation and fills that relation's templates.

    A `writer` is asked for other names of the subject, and for the probes of relations that have no templates.
    Without one, rules and the edit's own prompt are all there is; axes that need more are missing with a reason.
    """

    def __init__(self, writer: llm.ProbeWriter | None = None) -> None:
        self.rejected: list[RejectedDraft] = []
        """What the writer wrote and did not pass the checks. Untrusted text."""
        self._writer = writer

    def probes(self, request: EditRequest, axes: Sequence[Axis], *, seed: int) -> ProbeSet:
        """Checked probes on every axis asked for; an axis without any is missing with a reason.

        Raises UserError where subject, prompt or target are no names on one line.
        """
        refuse_hostile(request)
        asking = _Asking(request, self._writer, seed)
        found = asking.probes(axes)
        self.rejected += asking.rejections.drafts
        return found

    def paraphrases(self, request: EditRequest, seed: int) -> list[str]:
        """Prompts that say the fact in other statements, for validation before an edit is committed."""
        return [probe.prompt for probe in self.probes(request, ("paraphrase",), seed=seed).probes]

    def synthetic_edits(self, request: EditRequest, n: int, *, seed: int) -> list[EditRequest]:
        """At most n edits of other subjects, with targets that are not true."""
        refuse_hostile(request)
        return other_edits(request, n, seed=seed)

    def unrelated_texts(self, *, seed: int) -> list[str]:
        """Twelve beginnings of sentences about nothing in particular."""
        return plain_texts(N_TEXTS, random.Random(f"texts|{seed}"))


class _Asking:
    """The probes of one request with one seed."""

    def __init__(self, request: EditRequest, writer: llm.ProbeWriter | None, seed: int) -> None:
        self._request = request
        self._writer = writer
        self._seed = seed
        self._relation = find_relation(request)
        self._wording = Wording(request, self._relation.kind if self._relation else "")
        self._by_rule: Aliases = rule_aliases(self._wording)
        self.rejections = Rejections()
        """Of what the writer wrote."""
        self._named: list[Axis] = []
        """Axes whose other names the writer supplied."""
        self._silent = ""
        """Why the writer gave no answer, once it gave none: it is not asked again."""

    def probes(self, axes: Sequence[Axis]) -> ProbeSet:
        checked = Checked(self._request)
        missing: dict[Axis, str] = {}
        written: list[Axis] = []
        for axis in dict.fromkeys(axes):
            before = checked.rejected.total()
            names = self._names(axis)
            taken = 0
            if self._relation is None and self._writer is not None and llm.can_write(axis):
                candidates = self._as_probes(axis, self._written(axis))
                taken = checked.take(candidates, COUNTS[axis], rejections=self.rejections)
                written += [axis] * (taken > 0)
            if not taken:
                taken = checked.take(self._candidates(axis, names), COUNTS[axis], aliases=names)
            if not taken:
                missing[axis] = self._why_missing(axis, checked.rejected.total() - before)
        return ProbeSet(
            probes=tuple(checked.probes),
            source=self._source(written),
            seed=self._seed,
            rejected=dict(checked.rejected),
            missing=missing,
        )

    def _generator(self, axis: Axis) -> random.Random:
        return random.Random(f"{axis}|{self._seed}|{self._request.statement}")

    def _candidates(self, axis: Axis, names: Sequence[str]) -> Iterator[Probe]:
        generator, relation = self._generator(axis), self._relation
        if axis in OTHER_SUBJECTS:
            outside = relation.domain if relation and axis == "cross_domain" else None
            for prompt, answer in facts_outside(outside, generator):
                yield Probe(axis=axis, prompt=prompt, target=answer)
        elif relation is not None:
            prompts = forms.prompts_on(axis, relation, self._wording, generator, names)
            yield from self._as_probes(axis, prompts)
        else:
            yield from self._as_probes(axis, generic.prompts_on(axis, self._wording, generator, names))

    def _as_probes(self, axis: Axis, prompts: Iterable[str]) -> Iterator[Probe]:
        for prompt in prompts:
            if prompt:
                target, is_positive = self._request.target, axis != "same_subject"
                yield Probe(axis=axis, prompt=prompt, target=target, is_positive=is_positive)

    def _written(self, axis: Axis) -> list[str]:
        """What the writer offers for an axis; nothing once it could not be reached."""
        if self._writer is None or self._silent:
            return []
        try:
            return list(llm.prompts_on(axis, self._request, self._writer, COUNTS[axis], seed=self._seed))
        except UserError as error:
            self._silent = error.message
            return []

    def _names(self, axis: Axis) -> tuple[str, ...]:
        """Other names on an alias axis: the writer's where it knows any, else those that rules make."""
        if axis not in ALIAS_AXES:
            return ()
        if self._writer is not None and not self._silent:
            try:
                found = llm.names_on(axis, self._request, self._writer, seed=self._seed)
            except UserError as error:
                self._silent = error.message
            else:
                if found:
                    self._named.append(axis)
                    return found
        return self._by_rule.names.get(axis, ())

    def _why_missing(self, axis: Axis, rejected: int) -> str:
        if axis in self._by_rule.missing and not rejected:
            return self._by_rule.missing[axis]
        if rejected:
            return f"none of {rejected} candidates passed the checks"
        return generic.reason_without(axis, self._silent)

    def _source(self, written: Sequence[Axis]) -> str:
        """Where the probes came from: who wrote what with which instructions, and why it wrote no more."""
        base = generic.SOURCE if self._relation is None else f"relation templates: {self._relation.name}"
        if self._writer is None:
            return base
        who = f"LLM {self._writer.name}"
        told = base
        if written:
            versions = " ".join(dict.fromkeys(llm.instructions_of(axis) for axis in written))
            told = f"{who}, {versions} ({', '.join(written)}), else {base}"
        if self._named:
            told += f"; names by {who}, {llm.names_instructions()} ({', '.join(self._named)})"
        if self._silent:
            no_more = "no further answer" if written or self._named else "no answer"
            told += f" ({who} gave {no_more}: {self._silent})"
        if self.rejections.reasons:
            reasons = self.rejections.reasons
            why = ", ".join(f"{count} × {reason}" for reason, count in reasons.items())
            told += f"; {sum(reasons.values())} written and rejected ({why})"
        return told
