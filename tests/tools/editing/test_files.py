"""Edit files: read back bit for bit, and anything else refused in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.tools.editing.test_apply import edit_of
from tools.editing.apply import applied
from tools.editing.edit import EditError
from tools.editing.files import FORMAT, load_edit, save_edit
from tools.models.language_model import LanguageModel


def test_an_edit_comes_back_as_it_was(tiny: LanguageModel, tmp_path: Path) -> None:
    edit = edit_of(tiny)
    edit.details["losses"] = [[1.5, 0.1]]
    read = load_edit(save_edit(edit, tmp_path / "folder" / "edit.safetensors"))
    assert torch.equal(read.left, edit.left)
    assert torch.equal(read.right, edit.right)
    assert {name: value for name, value in vars(read).items() if name not in ("left", "right")} == {
        name: value for name, value in vars(edit).items() if name not in ("left", "right")
    }
    with applied(tiny, edit):
        wanted = tiny.weights_hash
    with applied(tiny, read):
        assert tiny.weights_hash == wanted


def metadata(**changes: object) -> dict[str, str]:
    fields = {
        "requests": [{"subject": "a", "prompt": "{} is", "target": "b"}],
        "layer": 1,
        "module": "model.layers.1.mlp.down_proj",
        "base_hash": "0" * 64,
        "edited_hash": None,
        "norm_ratio": 0.1,
        "details": {},
    }
    return {"format": FORMAT, "edit": json.dumps(fields | changes)}


def tensors(**changes: torch.Tensor) -> dict[str, torch.Tensor]:
    return {"left": torch.ones(3, 1), "right": torch.ones(1, 2)} | changes


BAD: dict[str, tuple[dict[str, torch.Tensor], dict[str, str] | None, str]] = {
    "no metadata": (tensors(), None, "does not say"),
    "another format": (tensors(), {"format": "x"}, "does not say"),
    "no edit": (tensors(), {"format": FORMAT}, "no edit file"),
    "broken JSON": (tensors(), {"format": FORMAT, "edit": "{"}, "no edit file"),
    "an unknown field": (tensors(), metadata(evil=1), "evil"),
    "no request": (tensors(), metadata(requests=[]), "requests"),
    "a hash that is none": (tensors(), metadata(base_hash="../../x"), "base_hash"),
    "an infinite ratio": (tensors(), metadata(norm_ratio=float("inf")), "norm_ratio"),
    "one factor": ({"left": torch.ones(3, 1)}, metadata(), "two factors"),
    "a third tensor": (tensors(more=torch.ones(1)), metadata(), "two factors"),
    "integers": (tensors(left=torch.ones(3, 1, dtype=torch.int64)), metadata(), "no float32"),
    "vectors": (tensors(left=torch.ones(3)), metadata(), "no float32"),
    "factors of other ranks": (tensors(left=torch.ones(3, 2)), metadata(), "do not fit"),
    "nothing in them": (tensors(left=torch.ones(3, 0), right=torch.ones(0, 2)), metadata(), "do not fit"),
    "infinity": (tensors(left=torch.full((3, 1), torch.inf)), metadata(), "not finite"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_edit_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "edit.safetensors"
    held, said, message = BAD[name]
    save_file(held, file, said)
    with pytest.raises(EditError, match=message):
        load_edit(file)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "cannot be read"),
        (lambda path: path.mkdir(), "edit.safetensors"),
        (lambda path: path.write_bytes(b""), "is no edit file"),
        (lambda path: path.write_bytes(b"\xff" * 100), "is no edit file"),
        (lambda path: path.write_text("hello"), "is no edit file"),
    ],
)
def test_a_file_that_is_no_safetensors_is_refused(
    write: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    file = tmp_path / "edit.safetensors"
    write(file)
    with pytest.raises(EditError, match=message):
        load_edit(file)


def test_a_place_that_cannot_be_written_is_named(tiny: LanguageModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EditError, match="cannot be written"):
        save_edit(edit_of(tiny), tmp_path / "file" / "edit.safetensors")
