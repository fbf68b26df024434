"""Rows of results from two readings of the same probes."""

from collections.abc import Mapping, Sequence

from tools.edit_benchmarks._mentions import says
from tools.edit_benchmarks._readout import Answers, Readout, divergence
from tools.editing.benchmark_result import ProbeRow
from tools.editing.probes import Probe

Continuations = Mapping[str, str | None]
"""What the model writes after each prompt; None where it cannot."""


def probe_rows(
    probes: Sequence[Probe],
    readout: Readout,
    before: Answers,
    after: Answers,
    said_before: Continuations,
    said_after: Continuations,
) -> tuple[ProbeRow, ...]:
    """A row for each probe, with what the model answers and what it writes, before and after."""
    return tuple(
        _row(
            probe,
            readout,
            before,
            after,
            said_before.get(probe.prompt),
            said_after.get(probe.prompt),
        )
        for probe in probes
    )


def _row(
    probe: Probe,
    readout: Readout,
    before: Answers,
    after: Answers,
    said_before: str | None,
    said_after: str | None,
) -> ProbeRow:
    question = probe.prompt, probe.target
    first, then = before.to.get(question), after.to.get(question)
    reason = readout.unreadable.get(question)
    if reason is None and (first is None or then is None or first.p is None or then.p is None):
        reason = "The model's logits are not numbers."
    kl = divergence(before.next_token.get(probe.prompt), after.next_token.get(probe.prompt))
    if reason is None and kl is None and probe.prompt in readout.distributions:
        reason = "The divergence from before to after is no finite number."
    return ProbeRow(
        axis=probe.axis,
        prompt=probe.prompt,
        target=probe.target,
        is_positive=probe.is_positive,
        p_before=None if first is None else first.p,
        p_after=None if then is None else then.p,
        greedy_before=None if first is None else first.is_greedy,
        greedy_after=None if then is None else then.is_greedy,
        kl=kl,
        continuation_before=said_before,
        continuation_after=said_after,
        said_before=None if said_before is None else says(said_before, probe.target),
        said_after=None if said_after is None else says(said_after, probe.target),
        unscored_reason=reason,
    )
