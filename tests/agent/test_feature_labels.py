"""Labels out of files: Neuronpedia, delphi and our own, by `/labels FILE` in the chat and `ask --labels FILE`."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.conversation import Conversation
from agent.doors import one_shot
from agent.doors.terminal import _Chat
from agent.feature_labels import known_labels, label_examples
from agent.planner.plan import Step
from agent.settings import Settings
from tests.agent.scripted import ScriptedPlanner
from tests.planted_sae import N_FEATURES, planted_model, planted_sae


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Conversations on the planted model and SAE, whose planner lists what is on the store."""
    monkeypatch.setattr("agent.workbench.Workbench.load", lambda *given: planted_model())
    monkeypatch.setattr("agent.workbench.Workbench._load_sae", lambda *given: planted_sae())
    planner = ScriptedPlanner({"what cards are there?": [Step(intent="list_cards")]})
    monkeypatch.setattr("agent.conversation.planner_of", lambda settings, llm: planner)
    yield Settings(store_folder=tmp_path / "store", sae="planted")


def _neuronpedia(folder: Path) -> Path:
    rows = [
        {"index": "0", "layer": "1-res", "description": "farm animals", "explanationModelName": "gpt-5"},
        {"index": "2", "layer": "1-res", "description": "ovens\nand <b>rockets</b>", "typeName": "oai"},
    ]
    file = folder / "batch-0.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return file


def _delphi(folder: Path) -> Path:
    found = folder / "explanations"
    found.mkdir()
    (found / "layers.1_latent0.txt").write_text(json.dumps("farm animals"))
    (found / "layers.1_latent2.txt").write_text(json.dumps("ovens and rockets"))
    (found / "layers.1_latent3.txt").write_text(json.dumps("Explanation could not be parsed."))
    return found


def _ours(folder: Path) -> Path:
    file = folder / "labels.json"
    rows = [{"feature": 0, "label": "farm animals", "method": "by hand"}, {"feature": 2, "label": "ovens"}]
    file.write_text(json.dumps(rows))
    return file


def _chat(settings: Settings, line: str) -> tuple[str, Conversation]:
    """What the terminal shows for a line, and its conversation."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    chat = _Chat(settings, None, console)
    chat._turn(line)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), chat.conversation()


def _labels(conversation: Conversation) -> dict[int, tuple[str, str]]:
    return known_labels(conversation.bench, planted_sae())


@pytest.mark.parametrize("make", [_neuronpedia, _delphi, _ours])
def test_the_chat_reads_every_format(settings: Settings, tmp_path: Path, make: Any) -> None:
    shown, conversation = _chat(settings, f"/labels {make(tmp_path)}")
    assert "Read 2 labels" in shown
    assert "2 are new" in shown
    found = _labels(conversation)
    assert found[0][0] == "farm animals"
    assert found[2][0].startswith("ovens")
    assert "imported from" in found[0][1]
    conversation.close()


def test_labels_that_are_replaced_stay_in_the_history(settings: Settings, tmp_path: Path) -> None:
    _chat(settings, f"/labels {_ours(tmp_path)}")[1].close()
    (tmp_path / "new.json").write_text(
        json.dumps([{"feature": 0, "label": "pets"}, {"feature": 2, "label": "ovens"}])
    )
    shown, conversation = _chat(settings, f"/labels {tmp_path / 'new.json'}")
    assert "1 is new to planted, and 1 replaces another" in shown
    assert _labels(conversation)[0][0] == "pets"
    history = conversation.store.label_history(planted_sae().weights_hash, 0)
    assert [label.label for label in history] == ["farm animals", "pets"]
    conversation.close()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[1, 2", "no JSON"),
        ("[]", "no labels"),
        (json.dumps([{"feature": N_FEATURES, "label": "x"}]), f"has only {N_FEATURES}"),
        (json.dumps([{"feature": -1, "label": "x"}]), "greater than or equal to 0"),
        (json.dumps([{"feature": 1, "label": "  "}]), "no labels"),
    ],
)
def test_a_file_that_is_none_is_one_sentence_and_changes_nothing(
    settings: Settings, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "labels.json").write_text(content)
    shown, conversation = _chat(settings, f"/labels {tmp_path / 'labels.json'}")
    assert told in " ".join(shown.split())
    assert not _labels(conversation)
    conversation.close()


def test_ask_reads_labels_before_it_answers(settings: Settings, tmp_path: Path) -> None:
    answer = one_shot.ask_json(settings, "what cards are there?", labels=_ours(tmp_path))
    assert answer["error"] is None
    assert answer["text"].startswith("Read 2 labels from labels.json")
    opened = Conversation(settings)
    assert _labels(opened)[0] == ("farm animals", "by hand, imported from labels.json")
    opened.close()


def test_ask_stops_at_labels_that_cannot_be_read(settings: Settings, tmp_path: Path) -> None:
    answer = one_shot.ask_json(settings, "what cards are there?", labels=tmp_path / "nowhere.json")
    assert "no file or folder of labels" in answer["error"]["message"]
    assert answer["plan"] is None


def test_examples_belong_to_the_label_that_they_came_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "labels.json"
    file.write_text(json.dumps([{"feature": 0, "label": "pope", "examples": ["the «Pope» waved"]}]))
    monkeypatch.setattr("agent.feature_labels._file_of", lambda sae: file)
    assert label_examples(planted_sae(), 0, "pope") == ("the «Pope» waved",)
    assert label_examples(planted_sae(), 0, "animals") == ()
    assert label_examples(planted_sae(), 1, "pope") == ()
