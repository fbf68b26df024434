"""Threads share a model and nothing else: edits of one are never on it while another measures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.doors.slack.threads import Threads
from agent.events import CardReady, Said
from agent.settings import Settings
from agent.workbench import Workbench
from sessions.slack_jobs import Job, SlackJobs
from sessions.store import Store
from tests.agent.scripted import step
from tests.agent.toolbox.test_edits import BASE, BERLIN, OSLO, PASSED, TEXTS, UNDO, computed
from tests.conftest import make_language_model

loaded: list[str] = []


@pytest.fixture
def threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Threads]:
    """Threads on tiny models, with edits that are computed at random and pass their validation."""
    monkeypatch.setattr("tools.editing.rome.compute_edit", computed)
    monkeypatch.setattr("tools.editing.validation.validate", lambda *arguments, **named: PASSED)
    monkeypatch.setattr("agent.edit_corpus.kept_corpus", lambda weights_hash, seed: TEXTS)
    monkeypatch.setattr("agent.toolbox.edit_fact.seconds", lambda *arguments: 3.0)
    monkeypatch.setattr(Workbench, "load", _load)
    loaded.clear()
    settings = Settings(store_folder=tmp_path, yes=True, model="embedded")
    threads = Threads(settings, SlackJobs(tmp_path), Store(tmp_path))
    yield threads
    threads.close()


def _load(bench: Workbench, name: str, report: Any = None) -> Any:
    loaded.append(name)
    return make_language_model(name if name == "gpt2" else "llama")


def _job(thread: str) -> Job:
    return Job(1, "C1", thread, "U1", {"text": ""}, "queued", None, 0, 0, [], None)


def _do(threads: Threads, thread: str, *wishes: Any) -> list[Any]:
    with threads.conversation(_job(thread)) as conversation:
        return [event for wish in wishes for event in conversation.send(wish)]


def _weights(threads: Threads, thread: str) -> str:
    with threads.conversation(_job(thread)) as conversation:
        return conversation.bench.model().weights_hash


def test_many_threads_load_one_model(threads: Threads) -> None:
    assert {_weights(threads, str(number)) for number in range(20)} == {BASE}
    assert loaded == ["embedded"]


def test_an_edit_of_one_thread_is_on_the_model_only_while_that_thread_has_it(threads: Threads) -> None:
    (card,) = [event.card for event in _do(threads, "a", BERLIN) if isinstance(event, CardReady)]
    edited = card.edited_hash
    assert edited != BASE
    for _ in range(2):
        assert _weights(threads, "b") == BASE
        assert _weights(threads, "a") == edited
    assert loaded == ["embedded"]


def test_edits_of_two_threads_do_not_lie_on_each_other(threads: Threads) -> None:
    _do(threads, "a", BERLIN)
    _do(threads, "b", OSLO)
    a, b = _weights(threads, "a"), _weights(threads, "b")
    assert len({a, b, BASE}) == 3
    assert (_weights(threads, "a"), _weights(threads, "b")) == (a, b)
    _do(threads, "a", UNDO)
    assert (_weights(threads, "a"), _weights(threads, "b")) == (BASE, b)


def test_that_an_edit_comes_back_is_not_told_at_every_message(threads: Threads) -> None:
    _do(threads, "a", BERLIN)
    _weights(threads, "b")
    told = [event.text for event in _do(threads, "a", step("show_context")) if isinstance(event, Said)]
    assert not any("Applied again" in text for text in told)


def test_two_workers_at_once_have_a_model_each(threads: Threads) -> None:
    with threads.conversation(_job("a")) as first, threads.conversation(_job("b")) as second:
        assert first.bench.model() is not second.bench.model()


def test_a_thread_keeps_its_session_and_loads_its_own_model_again(threads: Threads) -> None:
    _do(threads, "a", step("load_model", model="gpt2"))
    with threads.conversation(_job("a")) as conversation:
        session = conversation.session_id
        assert conversation.bench.model().name == "tiny-gpt2"
    threads.close()
    with threads.conversation(_job("a")) as conversation:
        assert conversation.session_id == session
        assert conversation.bench.model().name == "tiny-gpt2"
    with threads.conversation(_job("b")) as conversation:
        assert conversation.session_id != session
        assert conversation.bench.model().name == "tiny-llama"


def test_jobs_on_what_their_threads_have_loaded_wait_for_each_other(threads: Threads) -> None:
    _do(threads, "a", step("load_model", model="gpt2"))
    assert threads.key(_job("a")) != threads.key(_job("b"))
    assert threads.key(_job("b")) == threads.key(_job("never seen"))
