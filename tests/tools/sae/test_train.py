import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.conftest import make_language_model
from tools.errors import ModelError, Stopped, UserError
from tools.models.language_model import LanguageModel
from tools.progress import Progress
from tools.sae.fit import TrainingSettings
from tools.sae.train import SaeCard, TextSettings, train_sae

SETTINGS = TrainingSettings(layer=1, n_features=64, k=4, passes=1, batch_size=64)
CHAT = [f"Tell me about number {i}." for i in range(100)]
OPENINGS = [f"The number {i} is" for i in range(100)]


@pytest.fixture
def text(tmp_path: Path) -> TextSettings:
    """Two small files of English words, and some tokens from the model."""
    generator = torch.Generator().manual_seed(0)
    words = [*("the quick brown fox jumps over", "a lazy dog", "and runs to", "the river", "near Paris")]
    for name in ("first.txt", "second.txt"):
        paragraphs = [
            " ".join(words[i] for i in torch.randint(len(words), (9,), generator=generator))
            for _ in range(60)
        ]
        (tmp_path / name).write_text("\n\n".join(paragraphs))
    files = tuple(str(tmp_path / name) for name in ("first.txt", "second.txt"))
    return TextSettings(files=files, tokens=3000, sampled_tokens=300, window=32)


def _load(dtype: str) -> LanguageModel:
    model = make_language_model("llama")
    model.model.to(getattr(torch, dtype))
    return model


def _train(
    text: TextSettings, output: Path, report: Callable[[Progress], None] = lambda progress: None
) -> SaeCard:
    return train_sae(
        _load, SETTINGS, text, output, chat_prompts=CHAT, openings=OPENINGS, command="test", report=report
    )


def test_what_comes_out_is_a_float16_saelens_folder_that_loads_as_float32(
    text: TextSettings, tmp_path: Path
) -> None:
    from sae_lens import SAE
    from safetensors.torch import load_file

    card = _train(text, tmp_path / "sae")
    stored = load_file(tmp_path / "sae" / "sae_weights.safetensors")
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}
    sae = SAE.load_from_disk(tmp_path / "sae")
    assert {parameter.dtype for parameter in sae.parameters()} == {torch.float32}
    assert (sae.cfg.architecture(), sae.cfg.k, sae.cfg.d_in, sae.cfg.d_sae) == ("topk", 4, 32, 64)
    assert sae.cfg.metadata.hook_name == "blocks.1.hook_resid_post"
    assert SaeCard.model_validate_json((tmp_path / "sae" / "card.json").read_text()) == card
    assert set(card.sources) <= {"first.txt", "second.txt", "sampled from the model"}
    assert card.weights_hash == _load("float32").weights_hash
    labels = json.loads((tmp_path / "sae" / "labels.json").read_text())
    assert len(labels) == 64 - card.reconstruction.n_dead


def test_a_stopped_run_gives_the_same_sae_when_it_goes_on(text: TextSettings, tmp_path: Path) -> None:
    _train(text, tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.task == "training the SAE" and progress.done == 10:
            raise Stopped

    with pytest.raises(Stopped):
        _train(text, tmp_path / "cut", stop)
    assert not (tmp_path / "cut").exists()
    tasks: list[tuple[str, int]] = []
    _train(text, tmp_path / "cut", lambda progress: tasks.append((progress.task, progress.done)))
    assert next(done for task, done in tasks if task == "training the SAE") == 11
    for name in ("cfg.json", "sae_weights.safetensors", "card.json", "labels.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_layer_that_the_model_lacks_is_told_before_any_work(text: TextSettings, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no layer 3"):
        train_sae(_load, SETTINGS.model_copy(update={"layer": 3}), text, tmp_path / "sae")
    assert not (tmp_path / "sae.work").exists()


def test_settings_that_cannot_be_met_are_told(text: TextSettings, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be active"):
        train_sae(_load, SETTINGS.model_copy(update={"k": 65}), text, tmp_path / "sae")
    with pytest.raises(UserError, match="at most 256 tokens"):
        _train(text.model_copy(update={"window": 257}), tmp_path / "sae")


def test_text_that_is_missing_or_too_little_is_told(text: TextSettings, tmp_path: Path) -> None:
    nothing = TextSettings(files=(), tokens=0, sampled_tokens=0)
    with pytest.raises(UserError, match="too little text"):
        _train(nothing, tmp_path / "sae")
    with pytest.raises(UserError, match=r"missing\.txt"):
        _train(text.model_copy(update={"files": (str(tmp_path / "missing.txt"),)}), tmp_path / "sae")
