"""An edit of the embedded model through a whole conversation: made, measured, stopped in the middle, undone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent import graph
from agent.conversation import Conversation
from agent.events import Benchmarked, CardReady, Event
from agent.settings import Settings
from agent.stop import StopSwitch
from prompts._templates import neutral_sentences
from sessions.card import EditBenchmarksCard, EditCard
from tests.agent.scripted import ScriptedPlanner, step
from tools.models.language_model import LanguageModel
from tools.progress import Progress, Report

pytestmark = pytest.mark.embedded
TEXTS = [sentence for topic in neutral_sentences().values() for sentence in topic]
"""About 3,000 tokens: enough for a covariance that is no more than rough."""


def _card(events: list[Event]) -> object:
    return next(event.card for event in events if isinstance(event, CardReady))


def _stopping_at(task: str) -> Callable[[StopSwitch], Report]:
    """Reports that press the switch when a task of this name begins, before anything further is done."""

    def made(stop: StopSwitch) -> Report:
        told = real(stop)

        def report(progress: Progress) -> None:
            if task in progress.task:
                stop.press()
            told(progress)

        return report

    real = graph._report
    return made


def test_an_edit_holds_is_measured_stopped_in_a_further_edit_and_undone_bit_for_bit(
    embedded: LanguageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.edit_corpus.kept_corpus", lambda weights_hash, seed: TEXTS)
    monkeypatch.setattr("agent.edit_cost.kept_corpus", lambda weights_hash, seed: TEXTS)
    monkeypatch.setattr("tools.editing.edit.cache_root", lambda: tmp_path)  # this text is not the model's own
    chat = Conversation(Settings(store_folder=tmp_path / "store", yes=True), planner=ScriptedPlanner())
    monkeypatch.setattr(chat.bench, "load", lambda name, report=None: embedded)
    base = embedded.weights_hash

    wish = step("edit_fact", subject="The Eiffel Tower", prompt="{} is in", target="Berlin")
    edit = _card(list(chat.send(wish)))
    assert isinstance(edit, EditCard)
    assert edit.committed
    assert edit.p_before is not None and edit.p_before < 0.1
    assert edit.p_after is not None and edit.p_after > 0.5
    assert "Berlin" in edit.continuation_after and "Berlin" not in edit.continuation_before

    wish = step("run_edit_benchmarks", benchmarks=["EditBench", "BatchEditConsistency"])
    monkeypatch.setattr("agent.graph._report", _stopping_at("BatchEditConsistency: editing"))
    shown = list(chat.send(wish))
    card = _card(shown)
    assert isinstance(card, EditBenchmarksCard)
    assert card.partial
    assert [result.name for result in card.results] == ["EditBench"]
    assert sum(isinstance(event, Benchmarked) for event in shown) == 1
    assert card.weights_after == embedded.weights_hash == edit.edited_hash

    list(chat.send(step("rollback_edit")))
    assert embedded.weights_hash == base
    chat.close()
