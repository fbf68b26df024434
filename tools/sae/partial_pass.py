"""Runs only the decoder layers that matter: those below a hook point to read its stream, those above to go on.

The model's own forward pass does the work, with the other layers handing on what they get, so that whatever an
architecture does around its layers (rotary angles, masks, soft-capping) still happens.
"""

from __future__ import annotations

import inspect
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


@contextmanager
def given_masks(decoder: Decoder, masks: dict[int, torch.Tensor]) -> Iterator[None]:
    """Inside, layer i gets masks[i] as its attention mask, whatever the model made for it."""
    handles = []
    try:
        for index, mask in masks.items():
            layer = decoder.layers[index].module
            handles.append(layer.register_forward_pre_hook(_giving(layer, mask), with_kwargs=True))
        yield
    finally:
        for handle in handles:
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


def attention_masks(model: Any, decoder: Decoder, entry: int, like: torch.Tensor) -> dict[int, Any]:
    """The masks that the model makes for a text without padding, by layer from `entry` on; None means causal.

    like: any stream [1, position, width] of the text's length. No layer is computed.
    """
    masks: dict[int, Any] = {}

    def keeping(index: int, layer: nn.Module) -> Callable[..., None]:
        signature = inspect.signature(layer.forward)

        def hook(module: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
            masks[index] = signature.bind(*arguments, **named).arguments.get("attention_mask")

        return hook

    handles = []
    try:
        for layer in decoder.layers[entry:]:
            hook = keeping(layer.index, layer.module)
            handles.append(layer.module.register_forward_pre_hook(hook, with_kwargs=True))
        with skipped(layer.module for layer in decoder.layers):
            forward(model, lambda hidden: hidden[:, :0], inputs_embeds=like, use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return masks


def reader(decoder: Decoder, entry: int) -> nn.Module:
    """The module that reads the stream at `entry`: a decoder layer, or the final norm after the last."""
    return decoder.layers[entry].module if entry < len(decoder.layers) else decoder.final_norm


def _giving(layer: nn.Module, mask: torch.Tensor) -> Callable[..., Any]:
    signature = inspect.signature(layer.forward)

    def hook(module: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        bound = signature.bind(*arguments, **named)
        bound.arguments["attention_mask"] = mask
        return bound.args, bound.kwargs

    return hook
