import pytest
import torch

from tests.conftest import make_model
from tools.errors import ModelError
from tools.models.language_model import LanguageModel
from tools.models.layers import find_decoder

DOWN = {"gpt2": "transformer.h.1.mlp.c_proj", "gpt_neox": "gpt_neox.layers.1.mlp.dense_4h_to_h"}


def test_every_part_is_found_in_every_kind(tiny_of_every_kind: LanguageModel) -> None:
    model = tiny_of_every_kind.model
    kind = tiny_of_every_kind.name.removeprefix("tiny-")
    decoder = find_decoder(model)
    assert len(decoder.layers) == model.config.num_hidden_layers
    layer = decoder.layers[1]
    assert layer.down_projection_name == DOWN.get(kind, "model.layers.1.mlp.down_proj")
    assert model.get_submodule(layer.down_projection_name) is layer.down_projection
    assert model.get_submodule(layer.name) is layer.module
    assert "Attention" in type(layer.attention).__name__
    assert "MLP" in type(layer.mlp).__name__
    assert "Norm" in type(decoder.final_norm).__name__
    assert isinstance(decoder.unembedding, torch.nn.Linear)
    assert isinstance(decoder.embedding, torch.nn.Embedding)
    assert layer.down_projection_is_transposed == (kind == "gpt2")


def test_an_unknown_structure_is_told_with_what_was_looked_for() -> None:
    model = make_model("llama")
    del model.model.layers[1].mlp.down_proj
    with pytest.raises(
        ModelError, match=r"mlp\.down_proj, mlp\.dense_4h_to_h, mlp\.c_proj as Linear or Conv1D"
    ):
        find_decoder(model)
