"""The attention masks that a model makes for its layers, and layers with masks of our own.

Taking each layer's mask from the model, instead of making it from the configuration, keeps sliding windows, chunks
and whatever else it holds.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.models.forward import forward
from tools.models.layers import Decoder
from tools.models.partial_pass import skipped

if TYPE_CHECKING:
    import torch
    from torch import nn

TAKES_MASKS = ("eager", "sdpa")
"""Attention implementations of transformers that take a mask of one's own."""


class NotExact(Exception):
    """Tokens laid out by masks of our own do not give this model's own predictions; the message says why."""


def check_takes_masks(model: Any) -> None:
    """Raise NotExact for an attention implementation that takes no mask of one's own."""
    implementation = getattr(model.config.get_text_config(), "_attn_implementation", None)
    if implementation not in TAKES_MASKS:
        raise NotExact(f"attention runs as {implementation}, which takes no mask of our own")


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


def additive_mask(mask: Any, n_tokens: int, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """A layer's mask over the text as numbers to add to the attention scores, [heads, T, T]."""
    import torch

    if mask is None:  # scaled-dot-product attention is then told that it is causal
        sees = torch.ones(1, n_tokens, n_tokens, dtype=torch.bool, device=device).tril()
    elif isinstance(mask, torch.Tensor) and mask.ndim == 4 and mask.shape[-2:] == (n_tokens, n_tokens):
        if mask.dtype != torch.bool:
            return mask[0].to(device=device, dtype=dtype)
        sees = mask[0].to(device)
    else:
        raise NotExact(f"a layer's attention mask is a {type(mask).__name__} that cannot be extended")
    lowest = torch.finfo(dtype).min
    return torch.zeros(sees.shape, dtype=dtype, device=device).masked_fill(~sees, lowest)


def _giving(layer: nn.Module, mask: torch.Tensor) -> Callable[..., Any]:
    signature = inspect.signature(layer.forward)

    def hook(module: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        bound = signature.bind(*arguments, **named)
        bound.arguments["attention_mask"] = mask
        return bound.args, bound.kwargs

    return hook
