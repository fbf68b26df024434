"""A training run from request to card: steps, the regression panel, the watch, and what is told where it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.conversation import Conversation
from agent.events import CardReady, Event, Failed, Said
from agent.planner.plan import Step
from agent.settings import Settings
from agent.training import TrainingRun
from sessions.card import CapabilityCard, Card, ComparisonCard, RegressionsCard
from tests.agent.scripted import LoadedSubject, ScriptedPlanner, bench_step, scripted_conversation, step
from tests.conftest import make_model, make_tokenizer
from tools.errors import ModelError
from tools.models.checkpoints import Checkpoint

N = 12


def _subject(at: int) -> LoadedSubject:
    """At step 100 everything is answered rightly, later nothing."""

    def answer(prompt: str) -> str:
        left, right = (int(word) for word in prompt.split("Calculate ")[1].split(".")[0].split(" + "))
        return f"The answer is {left + right if at <= 100 else left + right + 1}."

    subject = LoadedSubject(answers=answer)
    subject.name = "run"
    subject.weights_hash = f"{at:064d}"
    return subject


def _checkpoint(folder: Path, at: int) -> None:
    """A whole checkpoint as far as files go; what is loaded from it is scripted."""
    make_model("llama").save_pretrained(folder / f"checkpoint-{at}")


def _script_loading(monkeypatch: pytest.MonkeyPatch, loaded: list[int]) -> None:
    """Put a scripted model in the place of what lies in a checkpoint; `loaded` gets the steps."""

    def load(checkpoint: Checkpoint, **settings: object) -> LoadedSubject:
        loaded.append(checkpoint.step)
        return _subject(checkpoint.step)

    monkeypatch.setattr("tools.models.load_checkpoint.load_checkpoint", load)
    monkeypatch.setattr("tools.models.load_checkpoint.tokenizer_hash", lambda model: "one for all")


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    _checkpoint(folder, 100)
    _checkpoint(folder, 200)
    return folder


@pytest.fixture
def conversation(tmp_path: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    _script_loading(monkeypatch, [])
    opened = scripted_conversation(
        tmp_path / "store",
        ScriptedPlanner(),
        checkpoints=str(run_folder),
        watch_every_s=0.01,
        watch_idle_s=0.0,
    )
    yield opened
    opened.close()


def _additions(n: int = N) -> Step:
    dimension = {"capability": "arithmetic", "n_prompts": n, "subtypes": ["addition"], "difficulty": "easy"}
    return step("run_benchmark", dimensions=[dimension])


def _cards(events: Iterator[Event]) -> list[Card]:
    return [event.card for event in events if isinstance(event, CardReady)]


def _said(events: list[Event]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, Said))


def test_the_last_whole_step_is_current_and_stands_on_the_card(conversation: Conversation) -> None:
    (card,) = _cards(conversation.send(_additions()))
    assert isinstance(card, CapabilityCard)
    assert (card.context.kind, card.context.step) == ("training_monitor", 200)
    assert card.overall == 0.0
    view = conversation.bench.view()
    assert (view.context, view.step, view.steps) == ("training_monitor", 200, [100, 200])
    training = conversation.bench.training
    assert training is not None
    assert conversation.store.cards(training_run=training.name, step=200) == [card]


def test_another_step_is_measured_without_becoming_the_current_one(conversation: Conversation) -> None:
    wish = _additions()
    (card,) = _cards(
        conversation.send(wish.model_copy(update={"arguments": {**wish.arguments, "step": 100}}))
    )
    assert card.context.step == 100
    assert isinstance(card, CapabilityCard)
    assert card.overall == 100.0
    assert conversation.bench.view().step == 200


def test_the_panel_runs_what_is_missing_and_marks_the_drop(conversation: Conversation) -> None:
    list(conversation.send(_additions()))
    (panel,) = _cards(conversation.send(step("show_regressions")))
    assert isinstance(panel, RegressionsCard)
    (dimension,) = panel.dimensions
    assert [(point.step, point.score) for point in dimension.points] == [(100, 100.0), (200, 0.0)]
    # Twelve pairs, all worse: p = 2 / 2^12.
    assert dimension.drop is not None
    assert dimension.drop.result.p_corrected == pytest.approx(2 / 2**12)
    assert panel.best_step == 100


def test_a_step_that_has_run_is_not_run_again_until_it_is_written_anew(
    conversation: Conversation, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(conversation.send(_additions()))
    list(conversation.send(step("show_regressions")))
    loaded: list[int] = []
    _script_loading(monkeypatch, loaded)
    list(conversation.send(step("show_regressions")))
    assert loaded == []
    _checkpoint(run_folder, 100)
    list(conversation.send(step("show_regressions")))
    assert loaded == [100]


def test_watch_benchmarks_each_step_once_also_over_restarts_and_says_what_dropped(
    conversation: Conversation, run_folder: Path, tmp_path: Path
) -> None:
    list(conversation.send(_additions()))
    events = list(conversation.send(step("watch_checkpoints")))
    said = _said(events)
    assert "Step 100: arithmetic 100.0" in said
    assert "arithmetic fell by 100.0 from step 100 to 200 (12 cases worse, 0 better, p = 0.00049)." in said
    assert any(isinstance(card, RegressionsCard) for card in _cards(iter(events)))
    _checkpoint(run_folder, 300)
    weights = run_folder / "checkpoint-300" / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-50])
    again = scripted_conversation(
        tmp_path / "store",
        ScriptedPlanner(),
        session_id=conversation.session_id,
        checkpoints=str(run_folder),
        watch_every_s=0.01,
        watch_idle_s=0.0,
    )
    assert "Step" not in _said(list(again.send(step("watch_checkpoints"))))
    weights.write_bytes(whole)
    said = _said(list(again.send(step("watch_checkpoints"))))
    assert "Step 300" in said
    assert "Step 100" not in said
    again.close()


def test_steps_are_compared_on_the_frozen_suite(conversation: Conversation) -> None:
    list(conversation.send(_additions()))
    *_, comparison = _cards(conversation.send(step("compare", steps=[100])))
    assert isinstance(comparison, ComparisonCard)
    assert [each.name for each in comparison.compared] == ["run at step 200", "run at step 100"]
    assert comparison.dimensions[0].against_first[0].verdict == "better"


def test_another_step_or_run_can_be_loaded(conversation: Conversation, run_folder: Path) -> None:
    said = _said(list(conversation.send(step("load_checkpoint", step=100))))
    assert "at step 100" in said
    assert conversation.bench.context().step == 100
    said = _said(list(conversation.send(step("load_checkpoint", path=str(run_folder / "checkpoint-200")))))
    assert "at step 200" in said
    assert "Steps: 100, 200." in said


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (step("load_checkpoint", step=150), "no checkpoint at step 150"),
        (step("load_checkpoint", path="./nowhere"), "no folder"),
        (step("compare", steps=[999]), "no checkpoint at step 999"),
    ],
)
def test_what_is_not_there_is_one_sentence(conversation: Conversation, wish: Step, told: str) -> None:
    list(conversation.send(_additions()))
    failed = list(conversation.send(wish))[-1]
    assert isinstance(failed, Failed)
    assert told in failed.message
    assert failed.next_step


def test_without_a_training_run_its_requests_say_what_to_load(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner())
    for intent in ("show_regressions", "watch_checkpoints", "load_checkpoint"):
        failed = list(conversation.send(step(intent)))[-1]
        assert isinstance(failed, Failed)
        assert failed.message == "No training run is loaded."
    conversation.close()


def test_a_tokenizer_that_differs_between_steps_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for at, chat in ((1, True), (2, True)):
        _checkpoint(folder, at)
        tokenizer = make_tokenizer(chat)
        if at == 2:
            tokenizer.add_tokens(["<extra>"])
        tokenizer.save_pretrained(folder / f"checkpoint-{at}")

    training = TrainingRun(str(folder))
    settings = Settings(store_folder=tmp_path, device="cpu")
    training.load(1, settings)
    with pytest.raises(ModelError, match="tokenizer at step 2 differs"):
        training.load(2, settings)


def test_bench_step_is_still_there_for_other_models(conversation: Conversation) -> None:
    list(conversation.send(step("load_model", model="other")))
    (card,) = _cards(conversation.send(bench_step("cot_math", 2)))
    assert (card.context.kind, card.context.step) == ("model_inspection", None)
