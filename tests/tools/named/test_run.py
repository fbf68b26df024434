"""Named benchmarks through lm-eval on a tiny model and local files."""

import time
from pathlib import Path

import pytest

from tests.conftest import make_language_model
from tests.tools.named import local
from tests.tools.named.test_shield import state
from tools.errors import Stopped, UserError
from tools.models.language_model import LanguageModel
from tools.named.index import NamedBenchmarkError
from tools.named.run import NamedResult, run_named
from tools.progress import Progress, silent


def roomy() -> LanguageModel:
    """A tiny model with room for few-shot prompts, in training mode and without a pad token."""
    model = make_language_model()
    model.model.config.max_position_embeddings = 4096
    model.tokenizer.pad_token = None
    model.model.train()
    return model


def named(model: LanguageModel, name: str, source: str | None, limit: int | None = None) -> NamedResult:
    return run_named(model, name, source=source, limit=limit, report=silent)


def test_multiple_choice_is_scored_by_the_models_own_log_probabilities(tmp_path: Path) -> None:
    model = make_language_model()
    result = named(model, "arc_easy", local.arc(tmp_path))

    assert (result.name, result.metric, result.score.n, result.stopped) == ("arc_easy", "acc_norm", 6, False)
    for case, credit in zip(result.cases, result.credits, strict=True):
        requests = [(case.prompt, f" {choice}") for choice in case.choices]
        totals = {index: score.total for index, score in model.log_probs(requests)}
        by_length = [totals[index] / len(choice) for index, choice in enumerate(case.choices)]
        best = case.choices[by_length.index(max(by_length))]
        assert credit.output == best
        assert credit.value == float(best == case.target)
        assert case.chance == 0.25
    right = sum(credit.value or 0 for credit in result.credits)
    assert result.score.value == pytest.approx(right / 6)
    assert result.score.details["lm_eval"]["arc_easy"]["acc_norm, none"] == pytest.approx(right / 6)  # type: ignore[index,call-overload]
    assert result.settings["through"] == "lm-eval 0.4.13"
    assert (result.settings["num_fewshot"], result.settings["task_version"]) == (0, 1.0)


def test_few_shot_examples_of_a_single_file_are_no_questions(tmp_path: Path) -> None:
    result = named(roomy(), "gsm8k", local.gsm8k(tmp_path, n=7))

    assert result.settings["num_fewshot"] == 5
    assert result.settings["held_out_for_fewshot"] == 5
    assert result.metric == "exact_match, strict-match"
    asked = [case.prompt.rpartition("Question: ")[2] for case in result.cases]
    assert asked == ["What is 5 + 1?\nAnswer:", "What is 6 + 1?\nAnswer:"]
    for case in result.cases:
        assert case.prompt.count("Question:") == 6
        assert not any(f"Question: What is {number} + 1?\nAnswer: One" in case.prompt for number in (5, 6))
    assert all(isinstance(credit.output, str) for credit in result.credits)


def test_everything_is_as_before_afterwards_also_when_it_fails(tmp_path: Path) -> None:
    model = roomy()
    before = state(model)

    named(model, "arc_easy", local.arc(tmp_path))
    assert state(model) == before
    with pytest.raises(UserError):
        named(model, "hellaswag", local.arc(tmp_path))
    assert state(model) == before


def test_a_limit_is_shared_out_over_the_subjects_that_the_file_has(tmp_path: Path) -> None:
    result = named(make_language_model(), "mmlu_stem", local.mmlu(tmp_path), limit=3)

    assert [case.subtype for case in result.cases] == ["mmlu_anatomy", "mmlu_anatomy", "mmlu_astronomy"]
    assert [name for name, _ in result.parts] == ["mmlu_anatomy", "mmlu_astronomy"]
    assert result.n_questions == 3


def test_a_stop_keeps_the_questions_that_were_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.named.run.RANKED_AT_ONCE", 2)
    model = roomy()
    before = state(model)

    def stop(progress: Progress) -> None:
        if progress.done >= 4:
            raise Stopped

    result = run_named(model, "arc_easy", source=local.arc(tmp_path), report=stop)

    assert result.stopped
    assert (len(result.credits), result.n_questions) == (4, 6)
    assert [case.id for case in result.cases] == [f"arc_easy-{number:05d}" for number in range(4)]
    assert state(model) == before


def test_a_stop_comes_within_a_layer_of_the_forward_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.named.watched_model.REPORT_EVERY_S", 0.0)
    model = roomy()
    reported = []

    def stop(progress: Progress) -> None:
        reported.append(progress)
        if progress.total == 2 and len(reported) > 10:  # in the midst of the first answers
            raise Stopped

    started = time.monotonic()
    with pytest.raises(Stopped):
        run_named(model, "gsm8k", source=local.gsm8k(tmp_path, n=7), report=stop)
    assert len(reported) == 11
    assert time.monotonic() - started < 30
    assert not any(module._forward_pre_hooks for module in model.model.modules())


def test_missing_data_is_told_at_once_with_how_to_get_it() -> None:
    started = time.monotonic()
    with pytest.raises(NamedBenchmarkError) as caught:
        named(make_language_model(), "gsm8k", None)

    assert time.monotonic() - started < 10
    assert "openai/gsm8k (main)" in caught.value.message
    assert "--data" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gsm8k", "do not fit gsm8k"),
        ("hellaswag", "do not fit hellaswag"),
        ("mbpp", "without a sandbox|do not fit mbpp"),
    ],
)
def test_rows_of_another_benchmark_are_refused(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(NamedBenchmarkError, match=told):
        named(make_language_model(), name, local.arc(tmp_path))


def test_too_few_rows_and_too_short_a_context_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NamedBenchmarkError, match="too few rows for gsm8k"):
        named(roomy(), "gsm8k", local.gsm8k(tmp_path, n=5))
    with pytest.raises(NamedBenchmarkError, match="context is 256"):
        named(make_language_model(), "gsm8k", local.gsm8k(tmp_path, n=7))
