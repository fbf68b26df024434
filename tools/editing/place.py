"""Where an edit changes the model: one down-projection, checked to be one that can be changed alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.editing.edit import EditError
from tools.models.layers import Decoder, find_decoder

if TYPE_CHECKING:
    import torch
    from torch import nn

    from tools.models.language_model import LanguageModel

EDITABLE = ("float32", "bfloat16", "float16", "float64")


@dataclass(frozen=True)
class Place:
    """A down-projection, with the decoder that it is in."""

    decoder: Decoder
    layer: int
    name: str
    module: nn.Module
    is_transposed: bool
    """Whether the weight is stored as [in, out]."""

    @property
    def weight(self) -> nn.Parameter:
        """The parameter as it is stored."""
        return self.module.get_parameter("weight")

    def matrix(self) -> torch.Tensor:
        """The weight as [out, in], in float32 at least; a copy where it is stored in less."""
        return self.oriented(self.weight.detach())

    def oriented(self, stored: torch.Tensor) -> torch.Tensor:
        """A matrix as the parameter stores it, as [out, in] in float32 at least: the inverse of `stored`."""
        import torch

        wide = stored.to(torch.promote_types(stored.dtype, torch.float32))
        return wide.T if self.is_transposed else wide

    def stored(self, matrix: torch.Tensor) -> torch.Tensor:
        """An [out, in] matrix as the parameter stores it: orientation, dtype, device."""
        return (matrix.T if self.is_transposed else matrix).to(self.weight)


def find_place(model: LanguageModel, layer: int) -> Place:
    """The down-projection of a layer.

    Raises ModelError for an unknown architecture; EditError for a layer that there is not, quantised weights, and a
    weight that other modules share.
    """
    _check_is_unquantised(model)
    decoder = find_decoder(model.model)
    if not 0 <= layer < len(decoder.layers):
        raise EditError(
            f"{model.name} has no layer {layer}.", f"Choose one from 0 to {len(decoder.layers) - 1}."
        )
    found = decoder.layers[layer]
    place = Place(
        decoder,
        layer,
        found.down_projection_name,
        found.down_projection,
        found.down_projection_is_transposed,
    )
    _check_can_change(model, place)
    return place


def place_of(model: LanguageModel, module: str) -> Place:
    """The down-projection of this name. Raises EditError where the model has none, and as `find_place`."""
    _check_is_unquantised(model)
    for layer in find_decoder(model.model).layers:
        if layer.down_projection_name == module:
            return find_place(model, layer.index)
    raise EditError(
        f"{model.name} has no down-projection {module!r}, so this edit is of another model.",
        "Load the model that the edit was made on.",
    )


def _check_is_unquantised(model: LanguageModel) -> None:
    """Before the structure is looked at: quantised modules are often of types of their own."""
    if getattr(model.model, "is_quantized", False) or hasattr(model.model.config, "quantization_config"):
        raise _quantised(model, "its configuration says so")


def _check_can_change(model: LanguageModel, place: Place) -> None:
    weight = place.weight
    dtype = str(weight.dtype).removeprefix("torch.")
    if dtype not in EDITABLE:
        raise _quantised(model, dtype)
    if weight.device.type == "meta":
        raise EditError(
            f"{place.name} is not in memory but offloaded to disk, where it cannot be edited.",
            "Load a smaller model or a smaller dtype.",
        )
    names = [
        name
        for name, parameter in model.model.named_parameters(remove_duplicate=False)
        if parameter is weight
    ]
    if len(names) > 1:
        raise EditError(
            f"{place.name} shares its weights with {names[1] if names[0].startswith(place.name) else names[0]}: "
            "an edit would change both.",
            "Edit a model whose layers have weights of their own.",
        )


def _quantised(model: LanguageModel, stored_as: str) -> EditError:
    return EditError(
        f"{model.name} has quantised weights ({stored_as}), in which an edit would be rounded away.",
        "Load it unquantised, as float32, bfloat16 or float16.",
    )
