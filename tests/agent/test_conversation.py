"""From a message to events: plans, cards, questions, approval, stopping, failing and going on."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agent.conversation import log_file
from agent.events import Asked, CardReady, Event, Failed, Planned, Said, Working
from tests.agent.scripted import (
    LoadedSubject,
    ScriptedPlanner,
    bench_step,
    scripted_conversation,
    step,
)
from tools.errors import UserError

TWO_STEPS = {"go": [bench_step("arithmetic", 4), step("list_cards")]}


def _kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events if not isinstance(event, Working)]


def test_a_request_ends_in_a_card_that_is_stored_before_it_is_shown(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(TWO_STEPS))
    for event in conversation.send("go"):
        if isinstance(event, CardReady):
            assert conversation.store.card(event.card.id) == event.card
            assert event.card.request == "go"
            assert event.card.n_prompts == 4
    assert [message.role for message in conversation.store.messages(conversation.session_id)] == [
        "user",
        "agent",
        "agent",
    ]


def test_the_steps_of_a_plan_run_in_order(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(TWO_STEPS))
    assert _kinds(list(conversation.send("go"))) == [Planned, CardReady, Said]


def test_an_unclear_request_is_answered_with_a_question(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(question="Which one?"))
    events = list(conversation.send("hm"))
    assert events[-1] == Asked("Which one?", "meaning")
    assert not conversation.was_interrupted


def test_the_same_request_gives_the_same_suite_and_scores_again(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(TWO_STEPS))
    first, second = (
        next(event.card for event in conversation.send("go") if isinstance(event, CardReady))
        for _ in range(2)
    )
    assert first.dimensions == second.dimensions
    assert first.id != second.id


@pytest.mark.parametrize(("answer", "kinds"), [("yes", [CardReady]), ("no", [Said])])
def test_long_work_waits_for_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kinds: list[type]
) -> None:
    monkeypatch.setattr("agent.toolbox.run_benchmark.seconds", lambda *arguments: 600.0)
    conversation = scripted_conversation(tmp_path, ScriptedPlanner({"go": [bench_step("arithmetic", 4)]}))
    asked = list(conversation.send("go"))[-1]
    assert isinstance(asked, Asked)
    assert "10 min" in asked.question
    assert conversation.waits_for_approval
    assert _kinds(list(conversation.send(answer))) == kinds


def test_another_request_while_approval_is_awaited_drops_the_work_and_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.toolbox.run_benchmark.seconds", lambda *arguments: 600.0)
    plans = {"go": [bench_step("arithmetic", 4)], "cards": [step("list_cards")]}
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(plans))
    list(conversation.send("go"))
    events = list(conversation.send("cards"))
    assert not any(isinstance(event, CardReady) for event in events)
    assert events[-1] == Said("This session has no card yet.")


def test_yes_in_the_settings_skips_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.toolbox.run_benchmark.seconds", lambda *arguments: 600.0)
    plans = {"go": [bench_step("arithmetic", 4)]}
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(plans), yes=True)
    assert CardReady in _kinds(list(conversation.send("go")))


def test_stopping_keeps_what_was_scored_as_a_partial_card(tmp_path: Path) -> None:
    conversation: Any = None
    asked = 0

    def answer(prompt: str) -> str:
        nonlocal asked
        asked += 1
        if asked == 3:
            conversation.stop()
        return "The answer is 42."

    plans = {"go": [bench_step("arithmetic", 10)], "again": [bench_step("arithmetic", 2)]}
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(plans), LoadedSubject(answer))
    events = list(conversation.send("go"))
    card = next(event.card for event in events if isinstance(event, CardReady))
    assert card.partial
    assert 0 < card.n_prompts < 10
    assert events[-1] == Said("Stopped. Whatever was scored is kept.")
    assert CardReady in _kinds(list(conversation.send("again")))


def test_what_the_user_can_put_right_is_told_with_the_next_step(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner({"go": [bench_step("arithmetic", 0)]}))
    failed = list(conversation.send("go"))[-1]
    assert isinstance(failed, Failed)
    assert failed.next_step


def test_an_intent_that_is_not_built_yet_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.toolbox.names", lambda package: ("help",))
    conversation = scripted_conversation(tmp_path, ScriptedPlanner({"go": [step("list_cards")]}))
    failed = list(conversation.send("go"))[-1]
    assert isinstance(failed, Failed)
    assert "not built yet" in failed.message


def test_a_bug_is_logged_with_its_traceback_and_the_session_lives_on(tmp_path: Path) -> None:
    def broken(prompt: str) -> str:
        raise ZeroDivisionError("a bug")

    plans = {"go": [bench_step("arithmetic", 2)], "cards": [step("list_cards")]}
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(plans), LoadedSubject(broken))
    failed = list(conversation.send("go"))[-1]
    assert isinstance(failed, Failed)
    assert str(log_file(tmp_path)) in failed.next_step
    assert "ZeroDivisionError: a bug" in log_file(tmp_path).read_text()
    assert list(conversation.send("cards"))[-1] == Said("This session has no card yet.")


def test_a_request_that_was_cut_off_goes_on_without_scoring_anything_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.suite_runs.SAVE_EVERY_S", -1.0)
    planner = ScriptedPlanner({"go": [bench_step("arithmetic", 6)]})

    def dies(prompt: str) -> str:
        if len(subject.prompts_seen) == 4:
            raise SystemExit
        return "The answer is 42."

    subject = LoadedSubject(dies)
    conversation = scripted_conversation(tmp_path, planner, subject)
    with pytest.raises(SystemExit):
        list(conversation.send("go"))
    conversation.close()

    second = LoadedSubject(lambda prompt: "The answer is 42.")
    again = scripted_conversation(tmp_path, planner, second, conversation.session_id)
    assert again.was_interrupted
    card = next(event.card for event in again.go_on() if isinstance(event, CardReady))
    assert card.n_prompts == 6
    assert not card.partial
    assert len(second.prompts_seen) < 6
    assert not again.was_interrupted


def test_a_session_that_does_not_exist_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no session"):
        scripted_conversation(tmp_path, ScriptedPlanner(), session_id="s-nothere")


def test_a_store_that_cannot_be_written_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(TWO_STEPS))

    def full(*arguments: object, **named: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(conversation._checkpoints, "put", full)
    failed = list(conversation.send("go"))[-1]
    assert isinstance(failed, Failed)
    assert "disk is full" in failed.message


def test_graph_state_is_plain_data(tmp_path: Path) -> None:
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(TWO_STEPS))
    list(conversation.send("go"))
    values = conversation._graph.get_state(conversation._config).values
    plain = (str, int, float, bool, list, dict, type(None))
    assert all(isinstance(value, plain) for value in values.values())
