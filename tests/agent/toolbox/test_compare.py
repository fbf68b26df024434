"""Comparisons from request to card: the frozen suite on other models, what already ran, and what is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.conversation import Conversation
from agent.events import CardReady, Event, Failed
from sessions.card import CapabilityCard, Card, ComparisonCard
from tests.agent.scripted import LoadedSubject, ScriptedPlanner, bench_step, scripted_conversation, step
from tools.errors import ModelError


class Subjects:
    """Models by name: what each answers, and how often each was loaded."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, name: str, report: object = None) -> LoadedSubject:
        self.loaded.append(name)
        if name == "nowhere":
            raise ModelError("There is no model nowhere.", "Check the name.")
        subject = LoadedSubject(answers=lambda prompt: f"The answer is {len(name)}.")
        subject.name = name
        subject.weights_hash = name[0] * 64
        return subject


@pytest.fixture
def subjects() -> Subjects:
    return Subjects()


@pytest.fixture
def conversation(tmp_path: Path, subjects: Subjects) -> Iterator[Conversation]:
    opened = scripted_conversation(tmp_path, ScriptedPlanner())
    opened.bench.load = subjects.load  # type: ignore[method-assign,assignment]
    yield opened
    opened.close()


def _cards(events: Iterator[Event]) -> list[Card]:
    return [event.card for event in events if isinstance(event, CardReady)]


def _failed(events: Iterator[Event]) -> Failed:
    last = list(events)[-1]
    assert isinstance(last, Failed)
    return last


def test_the_last_cards_suite_runs_on_the_other_model_and_pairs_case_by_case(
    conversation: Conversation,
) -> None:
    (first,) = _cards(conversation.send(bench_step("arithmetic", 6)))
    other, comparison = _cards(conversation.send(step("compare", models=["bigger"])))
    assert isinstance(first, CapabilityCard)
    assert isinstance(other, CapabilityCard)
    assert isinstance(comparison, ComparisonCard)
    assert other.dimensions[0].suite == first.dimensions[0].suite
    assert [each.card for each in comparison.compared] == [first.id, other.id]
    assert [each.name for each in comparison.compared] == ["embedded", "bigger"]
    assert comparison.dimensions[0].against_first[0].n == 6


def test_what_already_ran_on_the_same_suite_is_not_run_again(
    conversation: Conversation, subjects: Subjects
) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    list(conversation.send(step("compare", models=["bigger"])))
    cards = _cards(conversation.send(step("compare", models=["bigger"])))
    assert [card.kind for card in cards] == ["comparison"]
    assert len(subjects.loaded) == 3  # its weights had to be looked at


def test_without_a_card_the_default_suites_run_on_both(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.toolbox.run_benchmark.DEFAULT_CARD", ("arithmetic", "cot_math"))
    one, other, comparison = _cards(conversation.send(step("compare", models=["bigger"])))
    assert isinstance(one, CapabilityCard)
    assert isinstance(other, CapabilityCard)
    assert len(one.dimensions) == len(other.dimensions) == 2
    assert isinstance(comparison, ComparisonCard)
    assert [each.card for each in comparison.compared] == [one.id, other.id]


def test_three_models_are_ranked(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    *_, comparison = _cards(conversation.send(step("compare", models=["bigger", "another"])))
    assert isinstance(comparison, ComparisonCard)
    assert len(comparison.ranking) == 3


def test_after_loading_another_model_compare_alone_means_that_one(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    list(conversation.send(step("load_model", model="bigger")))
    _, comparison = _cards(conversation.send(step("compare")))
    assert isinstance(comparison, ComparisonCard)
    assert [each.name for each in comparison.compared] == ["embedded", "bigger"]


def test_two_runs_of_one_suite_in_the_session_are_compared_without_a_run(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    list(conversation.send(step("load_model", model="bigger")))
    list(conversation.send(bench_step("arithmetic", 6)))
    cards = _cards(conversation.send(step("compare")))
    assert [card.kind for card in cards] == ["comparison"]


def test_nothing_to_compare_with_is_said(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    assert "nothing to compare with" in _failed(conversation.send(step("compare"))).message


def test_a_model_that_cannot_be_loaded_is_said(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    assert "no model nowhere" in _failed(conversation.send(step("compare", models=["nowhere"]))).message


def test_steps_without_checkpoints_are_said(conversation: Conversation) -> None:
    list(conversation.send(bench_step("arithmetic", 6)))
    assert "No checkpoints" in _failed(conversation.send(step("compare", steps=[100]))).message
