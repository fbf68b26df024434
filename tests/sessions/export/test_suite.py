"""Suites that leave the house: the same suite back from JSONL, the same scores from lm-eval."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.suite import Suite, write_suite
from sessions.export import _suite, export_suite, export_suites
from sessions.export._suite import jsonl
from sessions.export._suite.lm_eval import WHY_NOT, render, task_name
from sessions.store import Store
from tests.sessions import samples
from tests.sessions.export.card_samples import feature_card
from tools.cases import Case
from tools.errors import StoreError
from tools.progress import silent
from tools.registry import load_all, names
from tools.run_suite import run_cases, summarise

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def test_both_formats_keep_the_contract():
    assert set(load_all(_suite.__name__, _suite.CONTRACT)) == {"jsonl", "lm_eval"}


@pytest.mark.parametrize("capability", names("prompts.capabilities"))
def test_a_suite_of_every_capability_comes_back_equal_with_a_line_a_case(capability, tmp_path):
    suite = write_suite(capability, 6, seed=3)
    path = export_suite(suite, path=tmp_path / "suite.jsonl")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 6
    assert jsonl.load_suite(path) == suite
    assert jsonl.load_suite(path).hash == suite.hash


def test_rejected_cases_and_wishes_come_back_too(tmp_path):
    suite = samples.SUITE.model_copy(update={"subtypes": ("science",), "difficulty": "easy"})
    assert jsonl.load_suite(export_suite(suite, path=tmp_path / "suite.jsonl")) == suite


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=3), TEXT)
def test_whatever_stands_in_the_prompts(tmp_path_factory, prompts, target):
    cases = tuple(
        Case(id=f"c-{number}", prompt=prompt, subtype=target, difficulty="easy", target=target)
        for number, prompt in enumerate(prompts)
    )
    suite = Suite(capability="x", scoring="next_token", generator="x/1", seed=0, cases=cases)
    path = tmp_path_factory.mktemp("suite") / "suite.jsonl"
    export_suite(suite, path=path)
    assert jsonl.load_suite(path) == suite
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(cases)


def lost_line(text):
    return "\n".join(text.splitlines()[:-1])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("Paris", "London"), "was changed"),
        (lost_line, "was changed"),
        (lambda text: "", "is no suite"),
        (lambda text: "[1]\n", "is no suite"),
        (lambda text: '{"suite": 3}\n', "is no suite"),
        (lambda text: text[: len(text) // 2], "is no suite"),
    ],
)
def test_a_changed_or_broken_file_is_told_in_one_sentence(change, told, tmp_path):
    path = export_suite(samples.SUITE, path=tmp_path / "suite.jsonl")
    path.write_text(change(path.read_text()))
    with pytest.raises(StoreError, match=told) as caught:
        jsonl.load_suite(path)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("path", ["missing.jsonl", ".", "binary.jsonl"])
def test_what_is_no_file_of_ours_is_told(path, tmp_path):
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError):
        jsonl.load_suite(tmp_path / path)


@pytest.mark.parametrize("method", names("tools.scoring"))
def test_methods_that_lm_eval_cannot_express_are_named_with_the_reason(method):
    suite = samples.SUITE.model_copy(update={"scoring": method})
    if method == "next_token":
        assert f"{task_name(suite)}.yaml" in render(suite)
        return
    with pytest.raises(StoreError, match=f"{method} cannot be written as an lm-eval task: {WHY_NOT[method]}"):
        render(suite)


@pytest.mark.parametrize(
    "wrong",
    [{"target": None}, {"target": "x"}, {"choices": ("a", "a"), "target": "a"}, {"choices": ("", "a")}],
)
def test_a_case_that_cannot_be_scored_is_named(wrong):
    case = samples.SUITE.cases[0].model_copy(update=wrong)
    with pytest.raises(StoreError, match="Case q-0 cannot be scored"):
        render(samples.SUITE.model_copy(update={"scoring": "next_token", "cases": (case,)}))


def test_a_task_is_a_new_folder_and_never_replaces_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    suite = write_suite("factual_recall", 3)
    first, second = export_suite(suite, "lm-eval"), export_suite(suite, "lm_eval")
    assert first.name == f"benchwright-suite-factual_recall-{suite.hash[:12]}"
    assert second.name == f"{first.name}-2"
    assert sorted(file.name for file in first.iterdir()) == [
        *("README.md", f"{task_name(suite)}.yaml", "cases.jsonl", "scoring.py")
    ]
    (tmp_path / "empty").mkdir()
    for taken in ("empty", first.name):
        with pytest.raises(StoreError, match="exists already"):
            export_suite(suite, "lm-eval", tmp_path / taken)
    (tmp_path / "file").write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        export_suite(suite, "lm-eval", tmp_path / "file")
    with pytest.raises(StoreError, match="no folder"):
        export_suite(suite, "lm-eval", tmp_path / "no" / "such")
    assert {path.name for path in tmp_path.iterdir()} == {first.name, second.name, "empty", "file"}


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "store")
    yield opened
    opened.close()


def test_the_suites_of_a_card_are_written_one_file_each(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = samples.SUITE.model_copy(update={"seed": 8, "generator": "knowledge_mcq/2"})
    for suite in (samples.SUITE, other):
        store.save_suite(suite)
    card = samples.card("s-000000", samples.dimension(), samples.dimension(other))
    written = list(export_suites(store, card))
    assert [jsonl.load_suite(path) for path in written] == [samples.SUITE, other]
    with pytest.raises(StoreError, match="2 suites"):
        list(export_suites(store, card, path=tmp_path / "one.jsonl"))
    with pytest.raises(StoreError, match="rests on no suite"):
        list(export_suites(store, feature_card()))


def mixed_suite():
    """Cloze cases and cases with choices, among them one whose target begins with a closing mark."""
    cloze = Case(id="q-4", prompt="One, two", subtype="words", difficulty="easy", target=", three")
    return samples.SUITE.model_copy(update={"scoring": "next_token", "cases": (*samples.SUITE.cases, cloze)})


def test_lm_eval_runs_the_task_with_the_same_credits(own_tiny, tmp_path, capsys):
    import lm_eval
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    suites = [write_suite("factual_recall", 8), write_suite("knowledge_mcq", 8), mixed_suite()]
    folders = [export_suite(suite, "lm-eval", tmp_path / f"task-{n}") for n, suite in enumerate(suites)]
    ours = {}
    for suite in suites:
        credits = list(run_cases(own_tiny, suite.cases, suite.scoring, None, silent))
        score = summarise(suite.cases, credits, suite.scoring).score.value
        ours[task_name(suite)] = score, {credit.case_id: credit.value for credit in credits}

    theirs = lm_eval.simple_evaluate(
        HFLM(pretrained=own_tiny.model, tokenizer=own_tiny.tokenizer, batch_size=2),
        tasks=list(ours),
        task_manager=TaskManager(include_path=[str(folder) for folder in folders], include_defaults=False),
        bootstrap_iters=0,
        log_samples=True,
        random_seed=None,
        numpy_random_seed=None,
        torch_random_seed=None,
        fewshot_random_seed=None,
    )
    for name, (score, credits) in ours.items():
        assert theirs["results"][name]["credit,none"] == pytest.approx(score, rel=1e-4)
        found = {sample["doc"]["id"]: sample["credit"] for sample in theirs["samples"][name]}
        assert found == pytest.approx(credits, rel=1e-4)


def test_the_copied_scoring_leaves_out_ties_and_what_is_not_a_number():
    from sessions.export._suite._lm_eval_scoring import credit, mean_of_scored

    choice = {"target": 1, "cloze": False}
    # The joint log-probability of the target is the higher one, the lower one, the same, or no number.
    assert credit(choice, [(-2.0, False), (-1.0, True)]) == {"credit": 1.0}
    assert credit(choice, [(-1.0, True), (-2.0, False)]) == {"credit": 0.0}
    assert credit(choice, [(-1.0, True), (-1.0, True)]) == {"credit": None}
    assert credit(choice, [(float("nan"), True), (-1.0, True)]) == {"credit": None}
    # exp(-0.6931...) = 0.5
    assert credit({"target": 0, "cloze": True}, [(-0.6931471805599453, True)])["credit"] == pytest.approx(0.5)
    assert mean_of_scored([1.0, None, 0.0]) == 0.5


def test_names_from_outside_stay_strings_in_the_yaml():
    import yaml

    suite = mixed_suite().model_copy(update={"capability": "../x: !y", "generator": '"\n- evil: 1'})

    class Loader(yaml.SafeLoader):
        """Takes the names of functions for text."""

    Loader.add_constructor("!function", lambda loader, node: node.value)
    (text,) = (content for name, content in render(suite).items() if name.endswith(".yaml"))
    task = yaml.load(text, Loader)
    assert task["metadata"]["generator"] == '"\n- evil: 1'
    assert set(task["task"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert json.loads(render(suite)["cases.jsonl"].split(b"\n")[0])["continuations"] == [" Rome", " Paris"]
