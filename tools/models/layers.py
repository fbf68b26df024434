"""Where a model's parts are: decoder layers, attention, MLP down-projections, final norm, embedding, unembedding.

Found by the structure of its modules and by their types, never by the model's name or by comparing shapes.
Known structures: Llama, Mistral, Qwen, Gemma (`layers`, `self_attn`, `mlp.down_proj`, `norm`), GPT-NeoX and Pythia
(`layers`, `attention`, `mlp.dense_4h_to_h`, `final_layer_norm`) and GPT-2 (`h`, `attn`, `mlp.c_proj`, `ln_f`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError

if TYPE_CHECKING:
    from torch import nn

LAYERS = ("layers", "h")
ATTENTION = ("self_attn", "attention", "attn")
DOWN_PROJECTION = ("mlp.down_proj", "mlp.dense_4h_to_h", "mlp.c_proj")
FINAL_NORM = ("norm", "final_layer_norm", "ln_f")


@dataclass(frozen=True)
class DecoderLayer:
    """One decoder layer: the residual stream goes in and comes out with attention and MLP added."""

    index: int
    name: str
    """Path of the module in the model, e.g. `model.layers.7`."""
    module: nn.Module
    attention: nn.Module
    mlp: nn.Module
    down_projection: nn.Module
    """Linear, or GPT-2's Conv1D, which stores its weight transposed: [input, output]."""
    down_projection_name: str

    @property
    def down_projection_is_transposed(self) -> bool:
        """Whether the weight is stored as [input, output], as in Conv1D."""
        from transformers.pytorch_utils import Conv1D

        return isinstance(self.down_projection, Conv1D)


@dataclass(frozen=True)
class Decoder:
    """The parts of a causal language model."""

    layers: tuple[DecoderLayer, ...]
    final_norm: nn.Module
    embedding: nn.Module
    unembedding: nn.Module


def find_decoder(model: Any) -> Decoder:
    """The parts of `model`. Raises ModelError, naming what was looked for, where its structure is unknown."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    decoder = model.get_decoder()
    _, stack = _child(decoder, LAYERS, (nn.ModuleList,), model)
    path = next(name for name, module in model.named_modules() if module is stack)
    layers = []
    for index, module in enumerate(stack.children()):
        down_name, down = _child(module, DOWN_PROJECTION, (nn.Linear, Conv1D), model)
        _, attention = _child(module, ATTENTION, (nn.Module,), model)
        name = f"{path}.{index}"
        mlp = module.get_submodule(down_name.rpartition(".")[0])
        layers.append(DecoderLayer(index, name, module, attention, mlp, down, f"{name}.{down_name}"))
    _, final_norm = _child(decoder, FINAL_NORM, (nn.Module,), model)
    return Decoder(tuple(layers), final_norm, model.get_input_embeddings(), model.get_output_embeddings())


def _child(
    parent: nn.Module, names: tuple[str, ...], types: tuple[type, ...], model: Any
) -> tuple[str, nn.Module]:
    """The first of `names` (dotted paths) that is a module of one of `types` inside `parent`."""
    for name in names:
        try:
            module = parent.get_submodule(name)
        except AttributeError:
            continue
        if isinstance(module, types):
            return name, module
    kinds = " or ".join(kind.__name__ for kind in types)
    raise ModelError(
        f"The structure of {type(model).__name__} is unknown: {type(parent).__name__} has none of "
        f"{', '.join(names)} as {kinds}.",
        "Use a model of the Llama, Mistral, Qwen, Gemma, GPT-NeoX or GPT-2 kind.",
    )
