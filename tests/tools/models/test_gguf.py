import json
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import make_model, make_tokenizer
from tools.errors import ModelError, Stopped
from tools.models.gguf import converted
from tools.models.load import load_model
from tools.progress import Progress


def write_gguf(path: Path) -> torch.nn.Module:
    """A tiny Llama as a GGUF file in float32, with the tokenizer; returns the model."""
    from gguf import GGUFWriter

    model = make_model("llama")
    tokenizer = make_tokenizer(chat=False)
    writer = GGUFWriter(path, "llama")
    config = model.config
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(
        [token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    )
    writer.add_token_types([3 if i < 6 else 1 for i in range(config.vocab_size)])
    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    names = {
        "model.embed_tokens": "token_embd",
        "model.norm": "output_norm",
        "lm_head": "output",
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
        "model.layers": "blk",
    }
    for name, parameter in model.state_dict().items():
        values = parameter.numpy()
        heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
        for projection, n_heads in heads.items():
            if projection in name:  # llama.cpp stores the two halves of each rotary pair side by side
                values = values.reshape(n_heads, 2, -1, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        for ours, theirs in names.items():
            name = name.replace(ours, theirs)
        writer.add_tensor(name, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_gguf_file_is_converted_once_and_loads_with_its_weights(tmp_path: Path, own_cache: Path) -> None:
    path = tmp_path / "tiny.F32.gguf"
    original = write_gguf(path)
    seen: list[Progress] = []
    model = load_model(str(path), report=seen.append)
    assert model.name == "tiny.F32"
    weights = model.model.state_dict()
    for name, parameter in original.state_dict().items():
        assert torch.equal(weights[name], parameter), name
    assert any(progress.task == "converting tiny.F32.gguf, once" for progress in seen)
    (folder,) = (path for path in (own_cache / "models").iterdir() if path.is_dir())
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in folder.iterdir()}
    text = "the quick brown fox"
    expected = make_tokenizer()(text, add_special_tokens=False)["input_ids"]
    assert model.tokenizer(text, add_special_tokens=False)["input_ids"] == expected

    seen.clear()
    load_model(str(path), report=seen.append)
    assert not any("converting" in progress.task for progress in seen)


def test_a_file_that_is_no_gguf_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04" * 100)
    with pytest.raises(ModelError, match="is not a GGUF file"):
        converted(path)


def test_a_truncated_gguf_file_is_told_and_leaves_nothing(tmp_path: Path, own_cache: Path) -> None:
    path = tmp_path / "cut.gguf"
    write_gguf(path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(ModelError, match=r"cut\.gguf could not be converted"):
        converted(path)
    assert not [path for path in (own_cache / "models").iterdir() if path.is_dir()]


def test_a_conversion_can_be_stopped(tmp_path: Path, own_cache: Path) -> None:
    path = tmp_path / "tiny.gguf"
    write_gguf(path)

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        converted(path, stop)
    assert not [path for path in (own_cache / "models").iterdir() if path.is_dir()]
