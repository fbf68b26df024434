"""Sweeps, suites and evaluations of edits by two workers: the same results as without, also over kills."""

from pathlib import Path
from typing import Any

import pytest

from prompts.label_words import LabelWords
from prompts.suite import write_suite
from tests.conftest import make_language_model
from tests.planted_sae import LABELS, SENTENCES, planted_model, planted_sae
from tests.tools.editing.conftest import REQUEST, TEXTS
from tools.editing.edit import EditError, EditSettings
from tools.editing.facts import AskedPrompt, Fact
from tools.editing.request import EditRequest
from tools.errors import ModelError, UserError
from tools.evaluate_edits import evaluate_edits
from tools.fanned_edits import evaluate_edits_with
from tools.fanned_suites import SuiteToRun, run_suites_with
from tools.fanout import Team
from tools.features.fanned_sweep import sweep_with
from tools.features.sweep import sweep
from tools.features.sweep_table import read_rows
from tools.models.language_model import LanguageModel
from tools.models.source import ModelSource
from tools.progress import Progress, silent
from tools.run_suite import method_settings, run_cases
from tools.sae.load import load_sae

CORPUS = [
    f"{sentence[:-1]} near the {word} ."
    for word in ("road", "house", "old road", "evening")
    for topic in SENTENCES.values()
    for sentence in topic
]
"""160 sentences, two blocks."""
NAMED = {feature: (label, "planted") for feature, label in LABELS.items()}


def _saved(model: LanguageModel, folder: Path) -> ModelSource:
    model.model.save_pretrained(folder)
    model.tokenizer.save_pretrained(folder)
    return ModelSource(str(folder), device="cpu")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[ModelSource, Path]:
    """The planted model and SAE as folders."""
    root = tmp_path_factory.mktemp("planted")
    planted_sae().sae.save_model(root / "sae")
    return _saved(planted_model(), root / "model"), root / "sae"


@pytest.fixture(scope="module")
def tiny_source(tmp_path_factory: pytest.TempPathFactory) -> ModelSource:
    return _saved(make_language_model(), tmp_path_factory.mktemp("tiny") / "model")


def test_a_sweep_by_workers_gives_the_very_table_and_goes_on_where_it_was(
    team: Team, planted: tuple[ModelSource, Path], tmp_path: Path
) -> None:
    source, folder = planted
    model, sae = source.load(), load_sae(str(folder))
    given: dict[str, Any] = {"labels": NAMED}
    alone = sweep(model, sae, CORPUS, tmp_path / "a", tmp_path / "scans", uses=LabelWords(CORPUS), **given)
    told: list[Progress] = []

    def spread(name: str) -> Any:
        return sweep_with(
            team,
            source,
            model,
            sae,
            CORPUS,
            tmp_path / name,
            tmp_path / f"{name}-scans",
            uses_in=LabelWords,
            report=told.append,
            **given,
        )

    together = spread("b")
    assert read_rows(together.table) == read_rows(alone.table)
    assert together.table.read_bytes() == alone.table.read_bytes()
    for own in (tmp_path / "scans").rglob("*.safetensors"):
        other = tmp_path / "b-scans" / own.relative_to(tmp_path / "scans")
        assert other.read_bytes() == own.read_bytes()
    for label in ("reading the corpus", "ablating features", "scoring features"):
        done = [each.done for each in told if (each.task, each.unit) in ((label, "blocks"), (label, "parts"))]
        assert done and done == sorted(done)
    # What is there is not done again: no mark of a worker, no file written anew.
    written = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.safetensors")}
    gone = sorted((tmp_path / "b-scans").rglob("ablations-*/block-00001-*.safetensors"))
    gone[0].unlink()
    together.table.unlink()
    assert read_rows(spread("b").table) == read_rows(alone.table)
    changed = {file for file, moment in written.items() if file.stat().st_mtime_ns != moment}
    assert changed == set(gone)
    assert list(tmp_path.rglob(".*")) == []


def test_a_worker_with_other_weights_or_without_the_folder_is_told(
    team: Team, planted: tuple[ModelSource, Path], tiny_source: ModelSource, tmp_path: Path
) -> None:
    source, folder = planted
    model, sae = source.load(), load_sae(str(folder))
    with pytest.raises(ModelError, match="A worker has other weights"):
        sweep_with(team, tiny_source, model, sae, CORPUS, tmp_path / "a", tmp_path / "scans")
    from tools.features import fanned_sweep

    job = fanned_sweep._Job(source, "", str(folder), "", fanned_sweep.Settings(), (tmp_path / "no" / "mark",))
    with pytest.raises(UserError, match=f"does not see the folder {tmp_path / 'no'}"):
        fanned_sweep._loaded(job)


def test_credits_of_workers_are_those_of_a_run_alone(team: Team, tiny_source: ModelSource) -> None:
    model = tiny_source.load()
    suites = [write_suite(name, 4, seed=1) for name in ("factual_recall", "refusal", "arithmetic")]
    asked = [
        SuiteToRun(tiny_source, suite.cases, suite.scoring, method_settings(suite.scoring))
        for suite in suites
    ]
    found = {
        index: (described, credits) for index, described, credits in run_suites_with(team, asked, silent)
    }
    for index, suite in enumerate(suites):
        described, credits = found[index]
        own = run_cases(model, suite.cases, suite.scoring, None, silent)
        assert sorted(credits, key=lambda one: one.case_id) == sorted(own, key=lambda one: one.case_id)
        assert (described.name, described.weights_hash) == (model.name, model.weights_hash)
        assert (described.dtype, described.device) == ("float32", "cpu")
        assert described.has_chat_template
        with pytest.raises(RuntimeError, match="was measured by a worker"):
            described.generate(["?"], max_new_tokens=1)


def test_credits_of_an_earlier_try_count_on_the_same_weights_only(
    team: Team, tiny_source: ModelSource
) -> None:
    model, suite = tiny_source.load(), write_suite("arithmetic", 4, seed=1)
    own = list(run_cases(model, suite.cases, suite.scoring, None, silent))
    kept = own[0].model_copy(update={"value": 0.25})
    asked = [
        SuiteToRun(
            tiny_source, suite.cases, suite.scoring, method_settings(suite.scoring), (kept,), weights, not_on
        )
        for weights, not_on in (
            (model.weights_hash, frozenset[str]()),
            ("other", frozenset[str]()),
            (None, frozenset({model.weights_hash})),
        )
    ]
    found = {index: credits for index, _, credits in run_suites_with(team, asked, silent)}
    assert (kept in found[0], len(found[0])) == (True, 4)
    assert (kept in found[1], len(found[1])) == (False, 4)
    assert found[2] == []


def test_a_model_that_is_not_there_is_told_by_the_worker_that_looked_for_it(team: Team) -> None:
    suite = write_suite("arithmetic", 2, seed=1)
    asked = SuiteToRun(
        ModelSource("/nowhere/model"), suite.cases, suite.scoring, method_settings(suite.scoring)
    )
    with pytest.raises(ModelError, match="There is no model folder"):
        list(run_suites_with(team, [asked], silent))


def _facts(*subjects: str) -> list[Fact]:
    return [
        Fact(
            number=number,
            request=EditRequest(
                subject=subject, prompt="and the capital of {}", target="the", true_target="sea"
            ),
            neighbourhood=(AskedPrompt(prompt="one two three", target="four"),),
        )
        for number, subject in enumerate(subjects, 1)
    ]


def _settings(folder: Path, **changes: Any) -> EditSettings:
    return EditSettings(
        **{
            "texts": lambda: TEXTS,
            "corpus_id": "rotations",
            "essence": "{} is a",
            "n_contexts": 4,
            "n_value_contexts": 2,
            "v_lr": 2.0,
            "v_steps": 10,
            "folder": folder,
            **changes,
        }
    )


def test_edits_evaluated_by_workers_are_those_evaluated_alone(
    team: Team, tiny_source: ModelSource, tmp_path: Path
) -> None:
    model = tiny_source.load()
    facts = _facts(REQUEST.subject, "the sea", "France", "Paris")
    # No layer is known of a tiny model: it is chosen on the first fact, here as there.
    alone = list(evaluate_edits(model, facts, _settings(tmp_path / "a")))
    found = list(evaluate_edits_with(team, tiny_source, model, facts, _settings(tmp_path / "b")))
    by_number = sorted(found, key=lambda fact: fact.number)
    assert [fact.model_copy(update={"seconds": 0.0}) for fact in by_number] == [
        fact.model_copy(update={"seconds": 0.0}) for fact in alone
    ]
    assert all(fact.layer is not None for fact in found)


def test_where_none_of_the_first_facts_can_be_edited_the_first_reason_is_told(
    team: Team, tiny_source: ModelSource, tmp_path: Path
) -> None:
    facts = _facts("nobody", "nothing")
    hopeless = _settings(tmp_path, layer=1, texts=lambda: ("too short",))
    with pytest.raises(EditError, match="The text for the covariance"):
        list(evaluate_edits_with(team, tiny_source, tiny_source.load(), facts, hopeless))
