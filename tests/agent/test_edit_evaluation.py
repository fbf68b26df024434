"""Evaluations of a file's edits from request to card on a tiny model; only the edits' values are scripted.

Applying, restoring, hashes, store and card are the real ones.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from agent.conversation import Conversation
from agent.edit_facts import OWN_FACTS, facts_of
from agent.events import Event, Working
from agent.settings import Settings
from sessions.card import EditEvaluationCard
from tests.agent.scripted import ScriptedPlanner, step
from tests.agent.toolbox.test_edits import (
    BASE,
    BERLIN,
    PASSED,
    TEXTS,
    cards,
    computed,
    do,
    failure,
    said,
    weights,
)
from tests.conftest import make_language_model
from tools.editing.edit import EditError
from tools.errors import StoreError

Open = Callable[..., Conversation]
RECORDS = [
    {
        "subject": subject,
        "prompt": f"{subject} runs to",
        "target_new": "the sea",
        "ground_truth": "the river",
        "rephrase_prompt": f"and then {subject} runs to",
        "locality_prompt": "the lazy dog runs to",
        "locality_ground_truth": "the river",
    }
    for subject in ("the fox", "the dog", "France", "Paris", "the capital")
]
EDITED: list[str] = []
"""Subjects in the order in which their edits were computed."""


@pytest.fixture
def facts(tmp_path: Path) -> str:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(RECORDS))
    return str(file)


@pytest.fixture
def open_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens conversations on one store, each with a model of its own, as processes would."""
    EDITED.clear()

    def batch(model: Any, requests: Any, settings: object, *, report: object) -> Any:
        EDITED.append(requests[0].subject)
        return computed(model, requests[0], settings, report=report)

    monkeypatch.setattr("tools.editing.rome.compute_batch_edit", batch)
    monkeypatch.setattr("tools.editing.rome.compute_edit", computed)
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: PASSED)
    monkeypatch.setattr("agent.edit_corpus.kept_corpus", lambda weights_hash, seed: TEXTS)
    monkeypatch.setattr("agent.edit_cost.kept_corpus", lambda weights_hash, seed: TEXTS)
    opened: list[Conversation] = []

    def open_one(session: str | None = None) -> Conversation:
        conversation = Conversation(
            Settings(store_folder=tmp_path / "store", yes=True), session, planner=ScriptedPlanner()
        )
        conversation.bench.load = lambda name, report=None: make_language_model()  # type: ignore[method-assign,assignment,misc]
        opened.append(conversation)
        return conversation

    yield open_one
    for conversation in opened:
        conversation.close()


def evaluate(path: str, **arguments: Any) -> Any:
    return step("run_edit_benchmarks", path=path, **arguments)


def the_card(events: list[Event]) -> EditEvaluationCard:
    (card,) = cards(events)
    assert isinstance(card, EditEvaluationCard)
    return card


def same_numbers(one: EditEvaluationCard, other: EditEvaluationCard) -> bool:
    return one.measures == other.measures and [
        fact.model_copy(update={"seconds": 0.0}) for fact in one.facts
    ] == [fact.model_copy(update={"seconds": 0.0}) for fact in other.facts]


def test_a_file_is_evaluated_on_one_card_and_the_weights_are_as_before(open_chat: Open, facts: str) -> None:
    chat = open_chat()
    card = the_card(do(chat, evaluate(facts)))
    assert [fact.number for fact in card.facts] == [1, 2, 3, 4, 5]
    assert (card.facts_from, card.layout, card.partial) == (facts, "CounterFact (EasyEdit)", False)
    assert card.base_hash == card.weights_after == card.context.weights_hash == weights(chat) == BASE
    measured = {measure.name: measure for measure in card.measures}
    assert measured["ES"].n == 5
    assert measured["S"].value is not None
    changed = [fact.prompts[0] for fact in card.facts]
    assert all(prompt.before != prompt.after for prompt in changed)
    assert chat.store.card(card.id) == card


def test_zsre_is_summed_up_in_accuracies(open_chat: Open, tmp_path: Path) -> None:
    record = {
        "subject": "the fox",
        "src": "Where does the fox run to?",
        "rephrase": "The place the fox runs to is?",
        "answers": ["the sea"],
        "alt": "the river",
        "loc": "nq question: where does the lazy dog run to",
        "loc_ans": "the river",
    }
    file = tmp_path / "zsre.jsonl"
    file.write_text(json.dumps(record) + "\n" + json.dumps(record))
    card = the_card(do(open_chat(), evaluate(str(file))))
    assert (card.form, card.headline.name) == ("accuracy", "Score")
    measured = {measure.name: measure for measure in card.measures}
    assert measured["Efficacy"].n == measured["Specificity"].n == 2
    assert measured["ES"].value is None
    assert measured["NS"].value is not None  # a neighbour's answer has the new target against it


def test_the_first_records_only(open_chat: Open, facts: str) -> None:
    card = the_card(do(open_chat(), evaluate(facts, limit=2)))
    assert [fact.number for fact in card.facts] == [1, 2]
    assert card.n_records == 2


def test_a_killed_evaluation_goes_on_where_it_was(
    open_chat: Open, facts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_chat().session_id
    child = os.fork()
    if child == 0:
        torch.set_num_threads(1)

        def until_the_fourth(model: Any, requests: Any, settings: object, *, report: object) -> Any:
            if requests[0].subject == RECORDS[3]["subject"]:
                os.kill(os.getpid(), signal.SIGKILL)
            return computed(model, requests[0], settings, report=report)

        monkeypatch.setattr("tools.editing.rome.compute_batch_edit", until_the_fourth)
        do(open_chat(session), evaluate(facts))
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    again = open_chat(session)
    assert again.was_interrupted
    events = list(again.go_on())
    resumed = the_card(events)
    assert EDITED == ["Paris", "the capital"]
    assert "3 of 5 edits were evaluated before" in said(events)
    assert (resumed.n_resumed, len(resumed.facts)) == (3, 5)
    EDITED.clear()
    assert same_numbers(resumed, the_card(do(open_chat(), evaluate(facts))))
    assert len(EDITED) == 5  # what is finished is not kept


def test_a_stopped_evaluation_gives_a_partial_card_and_asked_again_goes_on_in_another_session(
    open_chat: Open, facts: str
) -> None:
    chat = open_chat()
    events: list[Event] = []
    for event in chat.send(evaluate(facts)):
        events.append(event)
        if isinstance(event, Working) and event.progress.done == 2:
            chat.stop()
    partial = the_card(events)
    assert partial.partial
    assert [fact.number for fact in partial.facts] == [1, 2]
    assert "Stopped" in said(events)
    assert weights(chat) == BASE
    EDITED.clear()
    whole = the_card(do(open_chat(), evaluate(facts)))
    assert (whole.partial, whole.n_resumed, len(whole.facts)) == (False, 2, 5)
    assert EDITED == ["France", "Paris", "the capital"]


def test_a_changed_file_is_not_gone_on_with(open_chat: Open, facts: str) -> None:
    chat = open_chat()
    for event in chat.send(evaluate(facts)):
        if isinstance(event, Working) and event.progress.done == 2:
            chat.stop()
    Path(facts).write_text(json.dumps([RECORDS[1], RECORDS[0]]))
    assert the_card(do(chat, evaluate(facts))).n_resumed == 0


def test_the_sessions_edits_are_off_meanwhile_and_on_again_afterwards(open_chat: Open, facts: str) -> None:
    chat = open_chat()
    (edit,) = cards(do(chat, BERLIN))
    card = the_card(do(chat, evaluate(facts)))
    assert card.base_hash == BASE
    assert (card.context.weights_hash, card.context.edits) == (BASE, ())
    assert weights(chat) == edit.edited_hash
    assert same_numbers(card, the_card(do(open_chat(), evaluate(facts))))


def test_a_store_that_fails_in_the_middle_leaves_the_weights_alone(
    open_chat: Open, facts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = open_chat()

    def full(*arguments: object) -> None:
        raise StoreError("There is no space left.", "Free some.")

    monkeypatch.setattr(chat.store, "keep_evaluated", full)
    assert "no space" in failure(do(chat, evaluate(facts))).message
    assert weights(chat) == BASE


def test_bad_input_is_told_in_a_sentence_before_the_model_works(
    open_chat: Open, facts: str, tmp_path: Path
) -> None:
    chat = open_chat()
    for path, told in (
        ("nowhere.json", "does not exist"),
        (str(tmp_path), "is no file"),
        (__file__, "is no JSON"),
    ):
        assert told in failure(do(chat, evaluate(path))).message
    assert "0 records" in failure(do(chat, evaluate(facts, limit=0))).message
    hopeless = tmp_path / "hopeless.json"
    hopeless.write_text(json.dumps([RECORDS[0] | {"subject": "nobody"}]))
    assert "No edit can be made" in failure(do(chat, evaluate(str(hopeless)))).message


def test_our_own_facts_are_enough_and_complete() -> None:
    own = facts_of(OWN_FACTS, None)
    assert len(own.facts) >= 30
    assert all(fact.paraphrases and fact.neighbourhood and fact.request.true_target for fact in own.facts)
    assert len(facts_of(OWN_FACTS, 3).facts) == 3
    with pytest.raises(EditError, match="0 records"):
        facts_of(OWN_FACTS, 0)
