"""Requests whose work two workers do: the same cards as without, also over kills, and when they stay here."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.conversation import Conversation
from agent.events import CardReady, Event, Said, Working
from agent.fan_out import is_spread, why_here
from agent.settings import Settings
from sessions.card import CapabilityCard, Card, ComparisonCard, EditEvaluationCard, RegressionsCard
from tests.agent.scripted import ScriptedPlanner, step
from tests.agent.test_edit_evaluation import RECORDS
from tests.conftest import make_model, make_tokenizer
from tests.tools.editing.conftest import TEXTS
from tools.fanout import Team

DIMENSIONS = [
    {"capability": "arithmetic", "n_prompts": 3},
    {"capability": "factual_recall", "n_prompts": 4},
]
STEPS = (100, 200, 300)


@pytest.fixture
def same_team(team: Team, monkeypatch: pytest.MonkeyPatch) -> list[Team]:
    """Requests get the module's team; the list has an entry for each time that one did."""
    taken: list[Team] = []

    @contextmanager
    def lent(bench: object, report: object) -> Iterator[Team]:
        taken.append(team)
        yield team

    for module in ("suites_on_workers", "edit_evaluation", "toolbox.sweep_features"):
        monkeypatch.setattr(f"agent.{module}.team_of", lent)
    return taken


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training run of three steps, each with weights of its own."""
    import torch

    folder = tmp_path_factory.mktemp("training") / "run"
    for at in STEPS:
        model = make_model("llama")
        with torch.no_grad():
            model.model.embed_tokens.weight.mul_(1 + at / 1000)
        model.save_pretrained(folder / f"checkpoint-{at}")
        make_tokenizer().save_pretrained(folder / f"checkpoint-{at}")
    return folder


def _open(store: Path, **settings: Any) -> Conversation:
    return Conversation(
        Settings(store_folder=store, yes=True, device="cpu", **settings), planner=ScriptedPlanner()
    )


def _cards(events: list[Event]) -> list[Card]:
    return [event.card for event in events if isinstance(event, CardReady)]


def _said(events: list[Event]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, Said))


def _without_times(card: Any, *more: str) -> Any:
    """All that a card says but when, in which session and how long."""
    left_out = {"id", "created", "session", "duration_s", *more}
    return {key: value for key, value in card.model_dump(mode="json").items() if key not in left_out}


def _panel(chat: Conversation) -> tuple[list[Event], RegressionsCard]:
    list(chat.send(step("run_benchmark", dimensions=DIMENSIONS)))
    events = list(chat.send(step("show_regressions")))
    (panel,) = (card for card in _cards(events) if isinstance(card, RegressionsCard))
    return events, panel


def test_a_regression_panel_of_workers_is_that_of_a_run_alone(
    same_team: list[Team], run_folder: Path, tmp_path: Path
) -> None:
    alone = _open(tmp_path / "alone", checkpoints=str(run_folder))
    spread = _open(tmp_path / "spread", checkpoints=str(run_folder), engine="ray", workers=2)
    (_, expected), (events, found) = _panel(alone), _panel(spread)
    assert len(same_team) == 1
    assert _without_times(found) == _without_times(expected)
    for at in STEPS[:2]:
        cards = [
            chat.store.cards(training_run=str(run_folder.resolve()), step=at) for chat in (alone, spread)
        ]
        own, other = (one for found_cards in cards for one in found_cards if isinstance(one, CapabilityCard))
        assert _without_times(own) == _without_times(other)
    done = [
        event.progress.done
        for event in events
        if isinstance(event, Working) and event.progress.unit == "suites"
    ]
    assert done == sorted(done)
    assert done[-1] == 4  # two steps that had not run, two suites
    list(spread.send(step("show_regressions")))
    assert len(same_team) == 1  # nothing is left to run


def test_a_comparison_by_workers_is_that_of_a_run_alone_and_a_known_model_is_not_run_again(
    same_team: list[Team], run_folder: Path, tmp_path: Path
) -> None:
    first, other = (str(run_folder / f"checkpoint-{at}") for at in STEPS[:2])
    found = []
    for engine in ("local", "ray"):
        chat = _open(tmp_path / engine, model=first, engine=engine)
        list(chat.send(step("run_benchmark", dimensions=DIMENSIONS)))
        cards = _cards(list(chat.send(step("compare", models=[other]))))
        assert [type(card) for card in cards] == [CapabilityCard, ComparisonCard]
        found.append([_without_times(cards[0]), _without_times(cards[1], "cards")])
        again = _cards(list(chat.send(step("compare", models=[other]))))
        assert [type(card) for card in again] == [ComparisonCard]
    assert found[0][0] == found[1][0]
    assert json.dumps(found[0][1]["dimensions"]) == json.dumps(found[1][1]["dimensions"])
    assert len(same_team) == 2


@pytest.fixture
def with_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.edit_corpus.kept_corpus", lambda weights_hash, seed: TEXTS)
    monkeypatch.setattr("agent.edit_cost.kept_corpus", lambda weights_hash, seed: TEXTS)


def test_edits_evaluated_by_workers_give_the_card_of_a_run_alone(
    same_team: list[Team], with_texts: None, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(RECORDS[:4]))
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path / "cache"))
    cards = []
    for engine in ("local", "ray"):
        chat = _open(tmp_path / engine, model=str(run_folder / "checkpoint-100"), engine=engine)
        (card,) = _cards(list(chat.send(step("run_edit_benchmarks", path=str(facts)))))
        assert isinstance(card, EditEvaluationCard)
        cards.append(card)
    local, spread = (_without_times(card) for card in cards)
    for each in (*local["facts"], *spread["facts"]):
        each.pop("seconds", None)
    assert local == spread
    assert [fact["number"] for fact in spread["facts"]] == [1, 2, 3, 4]
    assert len(same_team) == 1


def test_a_stop_keeps_what_workers_have_finished_and_the_rest_runs_next_time(
    same_team: list[Team], run_folder: Path, tmp_path: Path
) -> None:
    chat = _open(tmp_path / "store", checkpoints=str(run_folder), engine="ray")
    list(chat.send(step("run_benchmark", dimensions=DIMENSIONS)))
    events, pressed_at = [], 0.0
    for event in chat.send(step("show_regressions")):
        events.append(event)
        if isinstance(event, Working) and event.progress.unit == "suites" and event.progress.done == 2:
            pressed_at = pressed_at or time.monotonic()
            chat.stop()
    assert time.monotonic() - pressed_at < 2
    assert "Stopped" in _said(events)
    todo = [
        event.progress.total
        for event in chat.send(step("show_regressions"))
        if isinstance(event, Working) and event.progress.unit == "suites"
    ]
    assert todo and set(todo) <= {1, 2}


def test_what_only_this_process_has_keeps_the_work_here_and_it_is_said(
    same_team: list[Team], run_folder: Path, tmp_path: Path
) -> None:
    first, other = (str(run_folder / f"checkpoint-{at}") for at in STEPS[:2])
    chat = _open(tmp_path / "store", model=first, engine="ray")
    assert is_spread(chat.bench)
    list(chat.send(step("run_benchmark", dimensions=DIMENSIONS[:1])))
    chat.bench.settings = chat.bench.settings.model_copy(update={"device": "auto"})
    reason = "The model is spread over all devices itself, so this runs locally."
    assert (is_spread(chat.bench), why_here(chat.bench)) == (False, reason)
    for settings, told in (
        (Settings(store_folder=tmp_path, model="http://localhost:1/v1#m", engine="ray"), "over the network"),
        (Settings(store_folder=tmp_path, model="http://localhost:1/v1#m"), None),
    ):
        chat.bench.settings = settings
        assert not is_spread(chat.bench)
        assert (told or "None") in str(why_here(chat.bench))
    chat.bench.settings = Settings(store_folder=tmp_path, model=first, engine="ray", device="cpu")
    chat.bench.edits.entries = (None,)  # type: ignore[assignment]
    assert "edits" in str(why_here(chat.bench))
    chat.bench.edits.entries = ()
    chat.bench.settings = chat.bench.settings.model_copy(update={"device": "auto"})
    events = list(chat.send(step("compare", models=[other])))
    assert reason in _said(events)
    assert same_team == []


def test_the_command_sweeps_what_is_named_by_workers_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        "agent.doors.one_shot.run_ask",
        lambda settings, request, **named: asked.append((settings, request, named)) or 0,
    )
    told = CliRunner().invoke(app, ["sweep", "3", "5", "--engine", "ray", "--workers", "2", "--json"])
    assert told.exit_code == 0, told.output
    ((settings, request, named),) = asked
    assert (settings.engine, settings.workers, settings.yes) == ("ray", 2, True)
    assert request == step("sweep_features", features=[3, 5])
    assert named == {"session_id": None, "as_json": True, "labels": None}


KILLED = """
import sys, time
from agent.conversation import Conversation
from agent.settings import Settings
from tests.agent.scripted import ScriptedPlanner, step

store, run, session = sys.argv[1:]
settings = Settings(store_folder=store, yes=True, device="cpu", checkpoints=run, engine="ray", workers=2)
chat = Conversation(settings, session, planner=ScriptedPlanner())
for event in chat.send(step("show_regressions")):
    pass
"""


def test_a_driver_that_is_killed_repeats_nothing_that_was_finished(
    same_team: list[Team], run_folder: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    chat = _open(store, checkpoints=str(run_folder), engine="ray", workers=2)
    list(chat.send(step("run_benchmark", dimensions=DIMENSIONS)))
    training = str(run_folder.resolve())
    before = {run.id for run in chat.store.runs_by_step(training)}
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    environment.pop("RAY_ADDRESS", None)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(store), training, chat.session_id],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 100
    while time.monotonic() < until and process.poll() is None:
        if {run.id for run in chat.store.runs_by_step(training)} - before:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    assert process.wait() == -signal.SIGKILL
    kept = {run.id: run for run in chat.store.runs_by_step(training) if run.id not in before}
    assert 1 <= len(kept) < 4
    todo = {
        event.progress.total
        for event in chat.send(step("show_regressions"))
        if isinstance(event, Working) and event.progress.unit == "suites"
    }
    assert todo == {4 - len(kept)}
    after = {run.id: run for run in chat.store.runs_by_step(training)}
    assert {id: after[id] for id in kept} == kept
    assert len(after) == len(before) + 4
