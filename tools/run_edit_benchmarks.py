"""Runs the edit benchmarks on one edit: probes asked for once, read before and after, shared among all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tools.edit_benchmarks import named
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.judging import Judge
from tools.editing.probes import ProbeSource
from tools.progress import Progress, Report, silent
from tools.registry import Entry

if TYPE_CHECKING:
    from tools.editing.edit import Edit, EditSettings
    from tools.models.language_model import LanguageModel


def run_edit_benchmarks(
    model: "LanguageModel",
    edit: "Edit",
    source: ProbeSource,
    *,
    names: Sequence[str] = (),
    settings: "EditSettings",
    judge: Judge | None = None,
    seed: int = 0,
    report: Report = silent,
) -> Iterator[BenchmarkResult]:
    """One result after another, in the order of the table; `names` are titles or module names, none means all.

    The edit may be on the model or not; either way the model's weights are the same, bit for bit, whenever a result
    is yielded and when the work ends, by an exception too. `settings` are those of the further edits; `judge` scores
    paragraphs, None is the deterministic offline one. Raises UserError, at the call, for an unknown name; EditError,
    while running, for an edit of another base or of several facts.
    """
    entries = named(*names)
    if len(edit.requests) != 1:
        from tools.editing.edit import EditError

        raise EditError(
            f"The benchmarks are for an edit of one fact, and this one has {len(edit.requests)}.",
            "Name an edit of one fact.",
        )
    return _results(entries, model, edit, source, settings, judge, seed, report)


def _results(
    entries: Sequence[Entry],
    model: "LanguageModel",
    edit: "Edit",
    source: ProbeSource,
    settings: "EditSettings",
    judge: Judge | None,
    seed: int,
    report: Report,
) -> Iterator[BenchmarkResult]:
    from tools.edit_benchmarks._measured import MeasuredEdit
    from tools.edit_benchmarks._offline_judge import OfflineJudge

    title = ""

    def of_the_benchmark(progress: Progress) -> None:
        report(replace(progress, task=f"{title}: {progress.task}"))

    evidence = MeasuredEdit(
        model,
        edit,
        source,
        [axis for entry in entries for axis in entry.module.AXES],
        settings=settings,
        judge=judge or OfflineJudge(),
        seed=seed,
        report=of_the_benchmark,
    )
    for done, entry in enumerate(entries):
        report(Progress("edit benchmarks", done, len(entries), "benchmarks"))
        title = entry.module.TITLE
        result = entry.module.measure(evidence)
        origin = {"probe_source": evidence.probe_source} if entry.module.AXES else {}
        yield result.model_copy(update={"details": result.details | {"seed": seed} | origin})
    report(Progress("edit benchmarks", len(entries), len(entries), "benchmarks"))


READINGS: dict[tuple[bool, bool, bool], tuple[str, str]] = {
    (True, True, True): (
        "robust, general and local",
        "It holds, carries over to other wordings, and leaves the subject's other facts alone.",
    ),
    (True, True, False): (
        "general, but ripples on the subject",
        "It holds and carries over, and other facts of the subject have moved with it.",
    ),
    (True, False, True): (
        "surface memorisation",
        "It holds in wordings like its own and has not been taken in: other wordings miss it.",
    ),
    (True, False, False): (
        "memorised, and ripples on the subject",
        "It holds in wordings like its own only, and still has moved other facts of the subject. Roll it back and "
        "try another layer or wording.",
    ),
    (False, True, True): (
        "weak but even",
        "It is under the threshold where asked directly, and reaches the lower one in other wordings: a weak edit "
        "of the fact itself rather than of words.",
    ),
    (False, True, False): (
        "weak and leaking",
        "Asked directly it is under the threshold, while the target shows in other wordings and other facts of the "
        "subject have moved: it changed the subject more than the fact.",
    ),
    (False, False, True): ("did not hold", "The new target does not come even when asked for directly."),
    (False, False, False): (
        "did not hold, and did damage",
        "The new target does not come, and other facts of the subject have moved. Roll it back.",
    ),
}
"""By whether EditBench, EditGeneralization and RippleBench pass."""

CORE = ("EditBench", "EditGeneralization", "RippleBench")


def reading(results: Sequence[BenchmarkResult]) -> str:
    """What the results say together, in a few plain sentences; what lacks a result is left out or said to lack."""
    by_name = {result.name: result for result in results}
    core = [by_name.get(name) for name in CORE]
    sentences = []
    verdicts = [None if result is None else result.passed for result in core]
    if None in verdicts:
        lacking = [
            f"{name} is {'not measured' if result is None else 'unscored'}"
            for name, result in zip(CORE, core, strict=True)
            if result is None or result.passed is None
        ]
        sentences.append(f"No reading: {', '.join(lacking)}.")
    else:
        name, meaning = READINGS[bool(verdicts[0]), bool(verdicts[1]), bool(verdicts[2])]
        sentences.append(f"{name[0].upper()}{name[1:]}. {meaning}")
        unsure = [result.name for result in core if result is not None and _spans_threshold(result)]
        if unsure:
            verb = "interval reaches" if len(unsure) == 1 else "intervals reach"
            sentences.append(f"Not sure: the {verb} across the threshold of {', '.join(unsure)}.")
    return " ".join([*sentences, *_notes(by_name)])


def _spans_threshold(result: BenchmarkResult) -> bool:
    if result.interval is None or result.threshold is None:
        return False
    return result.interval[0] < result.threshold <= result.interval[1]


def _notes(by_name: dict[str, BenchmarkResult]) -> list[str]:
    """What other benchmarks add to the reading."""
    passed = {name: result.passed for name, result in by_name.items()}
    notes = []
    memorised = passed.get("EditBench") and passed.get("EditGeneralization") is False
    if passed.get("PreservationVsMemorization") is False:
        ratio = by_name["PreservationVsMemorization"].score
        notes.append(
            f"PreservationVsMemorization ({ratio:.2f}) confirms memorisation of the surface."
            if memorised
            else f"PreservationVsMemorization is low ({ratio:.2f}): strong paraphrases fall behind the own wording."
        )
    elif memorised and passed.get("PreservationVsMemorization"):
        notes.append("PreservationVsMemorization does not confirm memorisation: strong paraphrases keep up.")
    if passed.get("LEME") is False and passed.get("EditBench"):
        notes.append("LEME fails while EditBench passes: it holds in cloze prompts, not in writing.")
    if passed.get("IndirectFactRecovery") is False and passed.get("EditGeneralization"):
        notes.append(
            "IndirectFactRecovery fails while EditGeneralization passes: the model paraphrases the fact but cannot "
            "reason from it."
        )
    return notes
