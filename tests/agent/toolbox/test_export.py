"""Exports as a conversation and the command line ask for them."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.planner.arguments import Export
from agent.toolbox.export import run
from sessions.store import Store
from tests.sessions import samples
from tools.errors import StoreError
from tools.progress import silent


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A session with one capability card, in a folder of its own."""
    monkeypatch.setenv("BENCHWRIGHT_DATA", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    store = Store(tmp_path / "data")
    session = store.new_session()
    store.add_message(session, "user", "how good is it?")
    store.save_suite(samples.SUITE)
    store.save_card(samples.card(session))
    yield SimpleNamespace(store=store, session_id=session)
    store.close()


@pytest.mark.parametrize(
    ("wish", "ending"),
    [
        ({}, ".json"),
        ({"format": "html"}, ".html"),
        ({"format": "png"}, ".png"),
        ({"what": "thread"}, ".html"),
        ({"what": "thread", "format": "markdown"}, ".md"),
        ({"what": "suite"}, ".jsonl"),
        ({"format": "jsonl"}, ".jsonl"),
    ],
)
def test_what_is_asked_for_is_written_here_and_named(bench, tmp_path, wish, ending):
    (said,) = run(Export(**wish), bench, silent)
    (written,) = (tmp_path / "here").iterdir()
    assert written.suffix == ending
    assert str(written) in said.text


def test_without_a_card_it_says_what_to_do(bench):
    empty = SimpleNamespace(store=bench.store, session_id=bench.store.new_session())
    for what in ("card", "suite"):
        with pytest.raises(StoreError) as caught:
            list(run(Export(what=what), empty, silent))
        assert caught.value.next_step


def test_the_command_writes_cards_sessions_and_suites(bench, tmp_path):
    runner = CliRunner()
    (card,) = bench.store.cards()
    for arguments, name in (
        (["last", "--format", "html"], f"benchwright-capability-{card.id}.html"),
        (["--session", bench.session_id], f"benchwright-thread-{bench.session_id}.html"),
        ([card.id, "--suite"], f"benchwright-suite-knowledge_mcq-{samples.SUITE.hash[:12]}.jsonl"),
    ):
        done = runner.invoke(app, ["export", *arguments])
        assert done.exit_code == 0, done.output
        assert done.output.replace("\n", "") == str(tmp_path / "here" / name)
        assert (tmp_path / "here" / name).exists()


def test_the_command_refuses_in_one_sentence(bench, tmp_path):
    runner = CliRunner()
    for arguments, told in (
        (["--session", "s-nobody"], "no session"),
        (["last", "--suite", "--format", "lm-eval"], "binary cannot be written as an lm-eval task"),
        (["last", "--output", "no/such/card.html"], "no folder"),
    ):
        done = runner.invoke(app, ["export", *arguments])
        assert done.exit_code == 1
        assert told in " ".join(done.output.split())
    assert runner.invoke(app, ["export", "c-1", "--session", "s-1"]).exit_code == 2
    assert list((tmp_path / "here").iterdir()) == []
