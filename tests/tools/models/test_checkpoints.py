"""Checkpoints of a run: found by step, half-written ones told, adapters merged, tokenizers borrowed and compared."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from tests.conftest import make_model, make_tokenizer
from tools.errors import ModelError
from tools.models.checkpoints import at_step, find_checkpoints
from tools.models.load_checkpoint import load_checkpoint, tokenizer_hash


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with its tokenizer and checkpoints 100 (whole), 200 (sharded) and 300 (being written)."""
    folder = tmp_path_factory.mktemp("runs") / "my-run"
    model = make_model("llama")
    make_tokenizer().save_pretrained(folder)
    model.save_pretrained(folder / "checkpoint-100")
    model.save_pretrained(folder / "checkpoint-200", max_shard_size="40KB")
    model.save_pretrained(folder / "checkpoint-300")
    weights = folder / "checkpoint-300" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    (folder / "logs").mkdir()
    return folder


def test_checkpoints_are_found_by_step_with_what_is_half_written(run: Path) -> None:
    found = find_checkpoints(run)
    assert [checkpoint.step for checkpoint in found] == [100, 200, 300]
    assert [checkpoint.unfinished is None for checkpoint in found] == [True, True, False]
    assert len(list((run / "checkpoint-200").glob("*.safetensors"))) > 1


def test_a_half_written_checkpoint_waits_and_a_missing_step_is_told(run: Path) -> None:
    found = find_checkpoints(run)
    with pytest.raises(ModelError, match="step 300 is not whole"):
        at_step(found, 300)
    with pytest.raises(ModelError, match="no checkpoint at step 150") as caught:
        at_step(found, 150)
    assert "100, 200, 300" in caught.value.next_step


def test_a_missing_shard_is_a_half_written_checkpoint(run: Path, tmp_path: Path) -> None:
    copy = tmp_path / "checkpoint-200"
    shutil.copytree(run / "checkpoint-200", copy)
    next(copy.glob("*.safetensors")).unlink()
    (found,) = find_checkpoints(tmp_path)
    assert found.unfinished is not None
    assert "missing" in found.unfinished


def test_a_checkpoint_may_be_named_itself(run: Path) -> None:
    assert [each.step for each in find_checkpoints(run / "checkpoint-100")] == [100]


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no folder"):
        find_checkpoints(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="has no checkpoints"):
        find_checkpoints(tmp_path)


def test_a_checkpoint_takes_the_runs_tokenizer_and_name(run: Path) -> None:
    loaded = load_checkpoint(at_step(find_checkpoints(run), 200), device="cpu")
    assert loaded.name == "my-run"
    original = make_model("llama")
    assert all(
        torch.equal(a, b) for a, b in zip(loaded.model.parameters(), original.parameters(), strict=True)
    )


def test_without_any_tokenizer_that_of_the_base_is_taken_or_its_lack_told(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run / "checkpoint-100", tmp_path / "checkpoint-100")
    (found,) = find_checkpoints(tmp_path)
    with pytest.raises(ModelError, match="no tokenizer"):
        load_checkpoint(found, device="cpu")
    whole = tmp_path / "base"
    shutil.copytree(run / "checkpoint-100", whole)
    make_tokenizer().save_pretrained(whole)
    assert tokenizer_hash(load_checkpoint(found, base=str(whole), device="cpu")) == tokenizer_hash(
        load_checkpoint(at_step(find_checkpoints(run), 100), device="cpu")
    )


@pytest.fixture
def adapter(run: Path, tmp_path: Path) -> Path:
    """A run whose one checkpoint is a LoRA adapter that changes the weights."""
    from peft import LoraConfig, get_peft_model

    base = tmp_path / "base"
    shutil.copytree(run / "checkpoint-100", base)
    make_tokenizer().save_pretrained(base)
    torch.manual_seed(0)
    wrapped = get_peft_model(
        make_model("llama"), LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False)
    )
    wrapped.save_pretrained(tmp_path / "run" / "checkpoint-5")
    config = tmp_path / "run" / "checkpoint-5" / "adapter_config.json"
    stored = json.loads(config.read_text()) | {"base_model_name_or_path": str(base)}
    config.write_text(json.dumps(stored))
    return tmp_path / "run"


def test_an_adapter_is_merged_into_its_base(adapter: Path) -> None:
    (found,) = find_checkpoints(adapter)
    assert (found.kind, found.unfinished) == ("adapter", None)
    loaded = load_checkpoint(found, device="cpu")
    assert not any("lora" in name for name, _ in loaded.model.named_parameters())
    query = loaded.model.model.layers[0].self_attn.q_proj.weight
    assert not torch.equal(query, make_model("llama").model.layers[0].self_attn.q_proj.weight)
    key = loaded.model.model.layers[0].self_attn.k_proj.weight
    assert torch.equal(key, make_model("llama").model.layers[0].self_attn.k_proj.weight)


def test_an_adapter_of_another_model_is_told(adapter: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_model("gpt2").save_pretrained(other)
    make_tokenizer().save_pretrained(other)
    (found,) = find_checkpoints(adapter)
    with pytest.raises(ModelError, match="does not fit its base model"):
        load_checkpoint(found, base=str(other), device="cpu")
