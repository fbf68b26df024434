"""Runs only the decoder layers that matter: those below a hook point to read its stream, those above to go on.

The model's own forward pass does the work, with the other layers handing on what they get, so that whatever an
architecture does around its layers (rotary angles, masks, soft-capping) still happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.models.forward import forward
from tools.models.layers import Decoder

if TYPE_CHECKING:
    import torch
    from torch import nn


@contextmanager
def skipped(layers: Iterable[nn.Module]) -> Iterator[None]:
    """Inside, these layers hand on the residual stream as it is."""

    def hand_on(hidden_states: Any, *arguments: Any, **named: Any) -> Any:
        return hidden_states

    replaced = []
    try:
        for layer in layers:
            # A forward of the instance's own is accelerate's, which moves inputs between devices.
            replaced.append((layer, layer.__dict__.get("forward")))
            layer.forward = hand_on
        yield
    finally:
        for layer, own in replaced:
            del layer.forward
            if own is not None:
                layer.forward = own


@contextmanager
def changed_entry(
    decoder: Decoder, entry: int, change: Callable[[torch.Tensor], torch.Tensor]
) -> Iterator[None]:
    """Inside, the residual stream on its way into layer `entry` (or, after the last, the final norm) is changed."""
    place = reader(decoder, entry)

    def hook(module: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if arguments:
            return (change(arguments[0]), *arguments[1:]), named
        return arguments, named | {"hidden_states": change(named["hidden_states"])}

    handle = place.register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def read_stream(model: Any, decoder: Decoder, entry: int, token_ids: torch.Tensor) -> torch.Tensor:
    """The residual stream [batch, position, width] on its way into layer `entry`; nothing above is computed."""
    read: list[torch.Tensor] = []

    def keep(stream: torch.Tensor) -> torch.Tensor:
        read.append(stream)
        return stream

    with skipped(layer.module for layer in decoder.layers[entry:]), changed_entry(decoder, entry, keep):
        forward(model, lambda hidden: hidden[:, :0], input_ids=token_ids, use_cache=False)
    return read[0]


def reader(decoder: Decoder, entry: int) -> nn.Module:
    """The module that reads the stream at `entry`: a decoder layer, or the final norm after the last."""
    return decoder.layers[entry].module if entry < len(decoder.layers) else decoder.final_norm
