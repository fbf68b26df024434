import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import pytest

from tests.tools.edit_benchmarks.test_readout import slowly
from tools.edit_benchmarks import _measured, edit_benchmarks, named
from tools.editing.apply import applied, commit
from tools.editing.benchmark_result import BenchmarkResult
from tools.editing.edit import Edit, EditError, EditSettings
from tools.editing.probes import Axis, Probe, ProbeSet
from tools.editing.request import EditRequest
from tools.errors import Stopped, UserError
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder
from tools.progress import Progress, silent
from tools.run_edit_benchmarks import READINGS, reading, run_edit_benchmarks

TITLES = [
    "EditBench",
    "EditGeneralization",
    "RippleBench",
    "FineTuneDiff",
    "SequentialCollapseThreshold",
    "BatchEditConsistency",
    "SequentialEditRetention",
    "LocalitySensitivityScore",
    "LEME",
    "IndirectFactRecovery",
    "PortabilitySubMetrics",
    "PreservationVsMemorization",
    "zsRE",
]
REQUEST = EditRequest(subject="the quick brown fox", prompt="{} jumps over", target="the river")
SETTINGS = EditSettings(texts=lambda: ["the sea"], corpus_id="a test's", essence="{} is a")


class WrittenSource:
    """Two probes on each axis, three further edits, two unrelated prompts."""

    def __init__(self) -> None:
        self.asked: list[tuple[Axis, ...]] = []

    def probes(self, request: EditRequest, axes: Sequence[Axis], *, seed: int) -> ProbeSet:
        self.asked.append(tuple(axes))
        words = ("one two three", "and then the river runs to the sea, and")
        made = [
            Probe(
                axis=axis,
                prompt=f"{axis.replace('_', ' ')} {start}",
                target=request.target,
                is_positive=axis != "same_subject",
            )
            for axis in dict.fromkeys(axes)
            for start in words
        ]
        return ProbeSet(probes=tuple(made), source="written", seed=seed)

    def synthetic_edits(self, request: EditRequest, n: int, *, seed: int) -> list[EditRequest]:
        subjects = ("the lazy dog", "the capital", "ten", "the capital", request.subject)
        return [EditRequest(subject=one, prompt="{} runs to", target="France") for one in subjects][: n + 2]

    def unrelated_texts(self, *, seed: int) -> list[str]:
        return ["the sea and", "five six"]


def random_edit(model: LanguageModel, *requests: EditRequest, seed: int = 0, layer: int = 1) -> Edit:
    """A rank-one change of a tiny model that moves everything somewhat."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    decoder_layer = find_decoder(model.model).layers[layer]
    left, right = torch.randn(32, 1, generator=generator), torch.randn(1, 64, generator=generator)
    return Edit(
        requests,
        layer,
        decoder_layer.down_projection_name,
        0.3 * left,
        0.3 * right,
        model.weights_hash,
        None,
        0.1,
    )


@pytest.fixture
def scripted_edits(monkeypatch: pytest.MonkeyPatch) -> list[EditRequest]:
    """Further edits are random changes of the model as it is when they are computed; which were, in order."""
    computed: list[EditRequest] = []

    def one(model: LanguageModel, request: EditRequest, settings: EditSettings, *, report: Any) -> Edit:
        computed.append(request)
        report(Progress("editing", 0, 1))
        return random_edit(model, request, seed=len(request.subject), layer=settings.layer or 0)

    def batch(model: LanguageModel, edits: Sequence[Edit], settings: EditSettings, *, report: Any) -> Edit:
        report(Progress("editing", 0, 1))
        return random_edit(model, *(one.request for one in edits), seed=99, layer=settings.layer or 0)

    monkeypatch.setattr(_measured, "compute_edit", one)
    monkeypatch.setattr(_measured, "at_once", batch)
    monkeypatch.setattr(_measured, "PARAGRAPH_TOKENS", 12)
    return computed


def run(
    model: LanguageModel, edit: Edit, *names: str, source: Any = None, report: Any = silent
) -> list[BenchmarkResult]:
    """All results, with the weights found the same at each."""
    before = model.weights_hash
    results = []
    for result in run_edit_benchmarks(
        model, edit, source or WrittenSource(), names=names, settings=SETTINGS, report=report
    ):
        assert model.weights_hash == before
        results.append(result)
    assert model.weights_hash == before
    return results


def test_the_thirteen_are_found_in_the_order_of_the_table() -> None:
    entries = edit_benchmarks()
    assert [entry.module.TITLE for entry in entries] == TITLES
    assert [entry.module.NUMBER for entry in entries] == list(range(1, 14))
    for entry in entries:
        assert set(entry.module.AXES) <= set(get_args(Axis))
        assert "score" in (entry.module.__doc__ or "") and "Caveats" in (entry.module.__doc__ or "")


def test_thresholds_are_those_of_the_table() -> None:
    thresholds = [entry.module.THRESHOLD for entry in edit_benchmarks()]
    assert thresholds == [0.5, 0.4, 0.7, 0.6, None, 0.6, 0.7, 0.6, 0.5, 0.35, 0.4, 0.5, 0.4]


def test_benchmarks_are_named_by_title_or_module_in_any_spelling() -> None:
    assert [e.module.TITLE for e in named("zsre", "edit bench", "LEME")] == [
        "EditBench",
        "LEME",
        "zsRE",
    ]
    assert [e.name for e in named("fine_tune_diff", "FineTuneDiff")] == ["fine_tune_diff"]
    with pytest.raises(UserError, match="no edit benchmark 'speed'"):
        named("speed")


def test_one_run_gives_all_thirteen_from_one_question_to_the_source(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    source = WrittenSource()
    results = run(own_tiny, random_edit(own_tiny, REQUEST), source=source)
    assert [result.name for result in results] == TITLES
    assert len(source.asked) == 1
    assert results[0].details["probe_source"] == "written"
    for result in results:
        json.dumps(result.model_dump(mode="json"), allow_nan=False)
        assert result.score is not None or result.explanation.startswith("Unscored")
        assert result.probes
        assert result.details["seed"] == 0
        assert result.before is not None or result.before_note or result.score is None
    # The subject of the edit itself and the second edit of a subject are left out.
    assert [request.subject for request in scripted_edits] == ["the lazy dog", "the capital", "ten"]


def test_rows_hold_what_plain_passes_give_before_and_after(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = random_edit(own_tiny, REQUEST)
    (ripple,) = run(own_tiny, edit, "RippleBench")
    row = ripple.probes[1]
    p_before, greedy_before, distribution_before = slowly(own_tiny, row.prompt, row.target)
    with applied(own_tiny, edit):
        p_after, greedy_after, distribution_after = slowly(own_tiny, row.prompt, row.target)
        ((_, written),) = own_tiny.generate([row.prompt], max_new_tokens=8, chat=False)
    assert (row.p_before, row.p_after) == (
        pytest.approx(p_before, rel=1e-4),
        pytest.approx(p_after, rel=1e-4),
    )
    assert (row.greedy_before, row.greedy_after) == (greedy_before, greedy_after)
    kl = float((distribution_before.exp() * (distribution_before - distribution_after)).sum())
    assert row.kl == pytest.approx(kl, rel=1e-3) and kl > 0.01
    assert row.continuation_after == written.text


def test_an_edit_that_changes_nothing_moves_nothing(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = random_edit(own_tiny, REQUEST)
    nothing = replace(edit, left=edit.left * 0)
    results = {result.name: result for result in run(own_tiny, nothing)}
    assert results["LocalitySensitivityScore"].score == 1.0
    assert results["FineTuneDiff"].score == 0.0
    for name in ("EditBench", "RippleBench", "zsRE", "LEME"):
        assert results[name].score == pytest.approx(results[name].before)


def test_it_is_the_same_whether_the_edit_is_on_the_model_or_not(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = random_edit(own_tiny, REQUEST)
    off = run(own_tiny, edit)
    made = commit(own_tiny, edit)
    assert run(own_tiny, edit) == off
    later = commit(own_tiny, random_edit(own_tiny, REQUEST, seed=5, layer=0))
    assert run(own_tiny, edit) == off  # edits on top of it are not measured along
    later.undo()
    made.undo()
    assert own_tiny.weights_hash == edit.base_hash


def test_further_edits_are_in_place_one_after_another_and_gone_afterwards(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = random_edit(own_tiny, REQUEST)
    collapse, retention = run(own_tiny, edit, "SequentialCollapseThreshold", "SequentialEditRetention")
    assert len(scripted_edits) == 3  # one sequence for both
    assert collapse.n == 3 and len(collapse.details["mean_kl"]) == 4  # type: ignore[arg-type]
    probabilities = retention.details["probabilities"]
    assert isinstance(probabilities, list)
    first, second = scripted_edits[:2]
    with applied(own_tiny, edit):
        one = random_edit(own_tiny, first, seed=len(first.subject))
        with applied(own_tiny, one):
            two = random_edit(own_tiny, second, seed=len(second.subject))
            with applied(own_tiny, two):
                expected = [slowly(own_tiny, r.text, r.target)[0] for r in (REQUEST, first, second)]
    assert probabilities[2] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("is_live", [False, True])
def test_rollback_restores_every_bit_when_a_further_edit_raises(
    own_tiny: LanguageModel,
    scripted_edits: list[EditRequest],
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    is_live: bool,
) -> None:
    working = _measured.compute_edit

    def third_time_unlucky(*arguments: Any, **named: Any) -> Edit:
        if len(scripted_edits) == 2:
            raise error("in the midst of the sequence")
        return working(*arguments, **named)

    monkeypatch.setattr(_measured, "compute_edit", third_time_unlucky)
    edit = random_edit(own_tiny, REQUEST)
    if is_live:
        commit(own_tiny, edit)
    before = own_tiny.weights_hash
    with pytest.raises(error, match="in the midst"):
        run(own_tiny, edit, "SequentialEditRetention")
    assert len(scripted_edits) == 2
    assert own_tiny.weights_hash == before


def test_stopping_at_any_moment_leaves_the_weights_as_they_were(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = random_edit(own_tiny, REQUEST)
    commit(own_tiny, edit)
    before = own_tiny.weights_hash
    seen: list[str] = []
    run(own_tiny, edit, report=lambda progress: seen.append(progress.task))
    assert "SequentialCollapseThreshold: reading probes" in seen
    for moment in range(1, len(seen), max(1, len(seen) // 10)):
        ticks = itertools.count(1)

        def stop(progress: Progress, moment: int = moment, ticks: Any = ticks) -> None:
            if next(ticks) == moment:
                raise Stopped

        with pytest.raises(Stopped):
            for _ in run_edit_benchmarks(own_tiny, edit, WrittenSource(), settings=SETTINGS, report=stop):
                pass
        assert own_tiny.weights_hash == before


def test_a_benchmark_that_did_not_restore_the_weights_is_found_out(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def careless(model: LanguageModel, *arguments: Any, **named: Any) -> Edit:
        with torch.no_grad():
            find_decoder(model.model).layers[0].down_projection.get_parameter("weight").mul_(1.5)
        raise EditError("Then it gave up.")

    monkeypatch.setattr(_measured, "at_once", careless)
    edit = random_edit(own_tiny, REQUEST)
    with pytest.raises(EditError, match="did not restore"):
        list(
            run_edit_benchmarks(
                own_tiny, edit, WrittenSource(), names=["BatchEditConsistency"], settings=SETTINGS
            )
        )


def test_a_further_edit_that_cannot_be_made_is_skipped_with_its_reason(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    working = _measured.compute_edit

    def not_the_capital(model: LanguageModel, request: EditRequest, *rest: Any, **named: Any) -> Edit:
        if request.subject == "the capital":
            raise EditError("It says so already.")
        return working(model, request, *rest, **named)

    monkeypatch.setattr(_measured, "compute_edit", not_the_capital)
    (retention,) = run(own_tiny, random_edit(own_tiny, REQUEST), "SequentialEditRetention")
    assert len(retention.probes) == 3  # the original and two further ones
    assert retention.details["skipped"] == {"the capital runs to France": "It says so already."}


def test_without_any_further_edit_the_reasons_are_told(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*arguments: Any, **named: Any) -> Edit:
        raise EditError("It says so already.")

    monkeypatch.setattr(_measured, "compute_edit", never)
    names = ("SequentialCollapseThreshold", "BatchEditConsistency", "SequentialEditRetention")
    for result in run(own_tiny, random_edit(own_tiny, REQUEST), *names):
        assert result.score is None
        assert result.explanation.startswith("Unscored:") and "It says so already." in result.explanation


def test_an_edit_of_another_base_is_refused(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    edit = replace(random_edit(own_tiny, REQUEST), base_hash="0" * 64)
    with pytest.raises(EditError, match="other weights"):
        run(own_tiny, edit, "EditBench")


def test_an_edit_of_several_facts_is_refused_at_the_call(tiny: LanguageModel) -> None:
    with pytest.raises(EditError, match="this one has 2"):
        run_edit_benchmarks(tiny, random_edit(tiny, REQUEST, REQUEST), WrittenSource(), settings=SETTINGS)


def test_a_model_whose_logits_are_not_numbers_has_no_scores(
    own_tiny: LanguageModel, scripted_edits: list[EditRequest]
) -> None:
    import torch

    with torch.no_grad():
        find_decoder(own_tiny.model).final_norm.get_parameter("weight").fill_(float("nan"))
    for result in run(own_tiny, random_edit(own_tiny, REQUEST)):
        assert result.score is None, result
        assert "numbers" in result.explanation or "could not be read" in result.explanation


def result_of(name: str, passed: bool, interval: tuple[float, float] | None = None) -> BenchmarkResult:
    return BenchmarkResult(
        name=name,
        score=0.6 if passed else 0.2,
        before=0.0,
        interval=interval,
        n=6,
        threshold=0.5,
        passed=passed,
        explanation="Written down.",
    )


def core(*passed: bool) -> list[BenchmarkResult]:
    return [result_of(name, one) for name, one in zip(TITLES[:3], passed, strict=True)]


@pytest.mark.parametrize("passed", list(itertools.product([True, False], repeat=3)))
def test_each_combination_of_the_core_has_a_reading_of_its_own(passed: tuple[bool, bool, bool]) -> None:
    name, meaning = READINGS[passed]
    text = reading(core(*passed))
    assert text.lower().startswith(f"{name}. ") and meaning in text
    assert len({other for other, _ in READINGS.values()}) == 8


def test_the_table_of_readings_is_kept() -> None:
    assert READINGS[True, True, True][0] == "robust, general and local"
    assert READINGS[True, False, True][0] == "surface memorisation"
    assert READINGS[True, True, False][0] == "general, but ripples on the subject"
    assert READINGS[False, False, True][0] == "did not hold"


def test_pm_confirms_memorisation() -> None:
    text = reading([*core(True, False, True), result_of("PreservationVsMemorization", False)])
    assert "PreservationVsMemorization (0.20) confirms memorisation" in text
    text = reading([*core(True, False, True), result_of("PreservationVsMemorization", True)])
    assert "does not confirm memorisation" in text


def test_leme_failing_alone_means_cloze_but_not_writing() -> None:
    assert "in cloze prompts, not in writing" in reading([*core(True, True, True), result_of("LEME", False)])
    assert "writing" not in reading([*core(False, True, True), result_of("LEME", False)])


def test_indirect_recovery_failing_beside_generalization_means_no_reasoning() -> None:
    failing = result_of("IndirectFactRecovery", False)
    assert "cannot reason from it" in reading([*core(True, True, True), failing])
    assert "reason" not in reading([*core(True, False, True), failing])


def test_an_interval_across_the_threshold_is_told() -> None:
    results = core(True, True, True)
    results[1] = result_of("EditGeneralization", True, (0.3, 0.9))
    assert "Not sure: the interval reaches across the threshold of EditGeneralization." in reading(results)


def test_without_the_core_there_is_no_reading_but_the_notes_remain() -> None:
    text = reading([result_of("EditBench", True), result_of("LEME", False)])
    assert text.startswith("No reading: EditGeneralization is not measured, RippleBench is not measured.")
    assert "not in writing" in text
