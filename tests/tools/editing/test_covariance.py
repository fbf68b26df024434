"""The covariance of keys: uncentred, over counting tokens only, kept under what decides it."""

from pathlib import Path

import pytest
import torch

from tests.tools.editing.conftest import TEXTS
from tests.tools.editing.test_apply import edit_of
from tools.editing.apply import applied
from tools.editing.covariance import Covariance, covariance, is_kept
from tools.editing.edit import EditError
from tools.errors import ModelError
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder
from tools.progress import Progress


def keys_one_by_one(model: LanguageModel, layer: int) -> torch.Tensor:
    """The twin: each text alone, without padding, through the whole model; BOS stands first and is left out."""
    module = find_decoder(model.model).layers[layer].down_projection
    read: list[torch.Tensor] = []
    handle = module.register_forward_pre_hook(lambda module, arguments: read.append(arguments[0][0, 1:]))
    with torch.no_grad():
        for text in TEXTS:
            model.model(input_ids=torch.tensor([model.tokenizer(text)["input_ids"]]))
    handle.remove()
    return torch.cat(read).double()


def test_it_is_the_uncentred_second_moment_of_every_kind(
    tiny_of_every_kind: LanguageModel, tmp_path: Path
) -> None:
    model = tiny_of_every_kind
    measured = covariance(model, 1, TEXTS, corpus_id="x", folder=tmp_path)
    keys = keys_one_by_one(model, 1)[: measured.n_tokens]
    assert measured.n_tokens >= 640  # ten for each of 64 dimensions; no more batches than that
    torch.testing.assert_close(measured.matrix, keys.T @ keys / len(keys), rtol=1e-4, atol=1e-6)
    assert measured.matrix.dtype == torch.float64


def test_it_is_kept_and_read_again(tiny: LanguageModel, tmp_path: Path) -> None:
    calls: list[int] = []

    def texts() -> tuple[str, ...]:
        calls.append(1)
        return TEXTS

    assert not is_kept(tiny, 1, corpus_id="x", folder=tmp_path)
    first = covariance(tiny, 1, texts, corpus_id="x", folder=tmp_path)
    assert is_kept(tiny, 1, corpus_id="x", folder=tmp_path)
    assert not is_kept(tiny, 2, corpus_id="x", folder=tmp_path)
    second = covariance(tiny, 1, texts, corpus_id="x", folder=tmp_path)
    assert torch.equal(first.matrix, second.matrix)
    assert first.id == second.id
    assert len(calls) == 1
    covariance(tiny, 1, texts, corpus_id="y", folder=tmp_path)
    covariance(tiny, 2, texts, corpus_id="x", folder=tmp_path)
    assert len(calls) == 3


def test_an_edit_of_the_module_leaves_it_as_it_is_and_one_below_does_not(
    tiny_of_every_kind: LanguageModel, tmp_path: Path
) -> None:
    model = tiny_of_every_kind
    base = covariance(model, 1, TEXTS, corpus_id="x", folder=tmp_path)
    with applied(model, edit_of(model, 1)):
        assert covariance(model, 1, TEXTS, corpus_id="x", folder=tmp_path).id == base.id
        assert torch.equal(covariance(model, 1, TEXTS, corpus_id="z", folder=tmp_path).matrix, base.matrix)
    with applied(model, edit_of(model, 0)):
        assert covariance(model, 1, TEXTS, corpus_id="x", folder=tmp_path).id != base.id


def test_stopping_leaves_nothing_half_done(tiny: LanguageModel, tmp_path: Path) -> None:
    def interrupting(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        covariance(tiny, 1, TEXTS, corpus_id="x", folder=tmp_path, report=interrupting)
    assert not [path for path in (tmp_path / "covariance").iterdir() if path.is_dir()]


def test_too_little_text_is_said(tiny: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(EditError, match=r"has \d+ tokens, and 64 are needed at least"):
        covariance(tiny, 1, ["the quick brown fox"], corpus_id="x", folder=tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tiny: LanguageModel, tmp_path: Path) -> None:
    (tmp_path / "covariance").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        covariance(tiny, 1, TEXTS, corpus_id="x", folder=tmp_path)


def test_the_solver_adds_a_share_of_the_mean_diagonal() -> None:
    # C = diag(1, 3), mean diagonal 2, λ = 0.5 · 2 = 1: (C + λI)⁻¹ (4, 4) = (2, 1).
    solve = Covariance(torch.diag(torch.tensor([1.0, 3.0], dtype=torch.float64)), 9, "x").solver(0.5)
    torch.testing.assert_close(
        solve(torch.tensor([[4.0], [4.0]], dtype=torch.float64)),
        torch.tensor([[2.0], [1.0]], dtype=torch.float64),
    )


def test_what_is_no_covariance_is_refused() -> None:
    negative = torch.diag(torch.tensor([1.0, -5.0], dtype=torch.float64))
    with pytest.raises(EditError, match="not positive definite"):
        Covariance(negative, 9, "x").solver(0.01)
