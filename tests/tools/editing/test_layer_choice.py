"""The layer to edit: known where it is, else swept once and kept."""

from collections.abc import Callable

import pytest

from tests.tools.editing.conftest import REQUEST
from tools.editing import layer_choice
from tools.editing.edit import EditSettings
from tools.editing.rome import compute_edit
from tools.models.language_model import LanguageModel
from tools.models.weights import hash_weights
from tools.progress import Progress


def test_a_sweep_chooses_a_layer_and_is_kept(
    tiny: LanguageModel, settings: Callable[..., EditSettings]
) -> None:
    before = hash_weights(tiny.model)
    tasks: list[str] = []

    def report(progress: Progress) -> None:
        tasks.append(progress.task)

    first = compute_edit(tiny, REQUEST, settings(layer=None), report=report)
    # Of three layers a third is 1, and everything less is 0.
    assert first.layer in (0, 1)
    assert tasks.count("choosing the layer to edit") == 2
    assert hash_weights(tiny.model) == before
    tasks.clear()
    assert compute_edit(tiny, REQUEST, settings(layer=None), report=report).layer == first.layer
    assert "choosing the layer to edit" not in tasks


def test_a_damaged_file_is_swept_again(tiny: LanguageModel, settings: Callable[..., EditSettings]) -> None:
    made = settings(layer=None)
    first = compute_edit(tiny, REQUEST, made)
    (file,) = (made.folder / "layers").iterdir()
    for damaged in ("99", "{"):
        file.write_text(damaged)
        assert compute_edit(tiny, REQUEST, made).layer == first.layer


def test_a_known_model_is_not_swept(
    tiny: LanguageModel, settings: Callable[..., EditSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_choice, "KNOWN", {("llama", 3, 32): 2})
    assert compute_edit(tiny, REQUEST, settings(layer=None)).layer == 2
