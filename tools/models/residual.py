"""Reads and changes the residual stream after decoder layers, by hooks that never outlive their context.

Forward hooks, because the hidden states that transformers returns are wrong for the last layer: there the final
norm has been applied already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.models.layers import find_decoder

if TYPE_CHECKING:
    import torch


@contextmanager
def captured_residuals(model: Any, layers: Sequence[int]) -> Iterator[dict[int, torch.Tensor]]:
    """The residual stream after each of `layers` in the latest forward pass, [batch, position, width] by layer.

    The tensors are those of the pass, with their gradients where these are on. Raises IndexError for a layer
    that the model does not have.
    """
    residuals: dict[int, torch.Tensor] = {}
    decoder = find_decoder(model)
    handles: list[Any] = []

    def capturing(layer: int) -> Callable[..., None]:
        def hook(module: Any, arguments: Any, output: Any) -> None:
            residuals[layer] = _residual(output)

        return hook

    try:
        for layer in layers:
            handles.append(decoder.layers[layer].module.register_forward_hook(capturing(layer)))
        yield residuals
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def changed_residual(
    model: Any, layer: int, change: Callable[[torch.Tensor], torch.Tensor]
) -> Iterator[None]:
    """Replace the residual stream after `layer` by `change` of it, [batch, position, width], in every pass inside.

    Raises ValueError in the pass where `change` returns another shape.
    """

    def hook(module: Any, arguments: Any, output: Any) -> Any:
        before = _residual(output)
        after = change(before)
        if after.shape != before.shape:
            raise ValueError(
                f"the residual stream is {tuple(before.shape)} and cannot become {tuple(after.shape)}"
            )
        return (after, *output[1:]) if isinstance(output, tuple) else after

    handle = find_decoder(model).layers[layer].module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


def _residual(output: Any) -> torch.Tensor:
    """A decoder layer returns a tensor in transformers 5, a tuple that begins with it before."""
    return output[0] if isinstance(output, tuple) else output
