"""Runs again and again only what a change at one layer can change: the layers from there up, from its token on.

By causality nothing before the subject's last token, and no layer below the edited one, sees the change. So the
tokens before it are read once into a key-value cache, the stream that enters the edited layer is kept, and every
further pass runs the model's own forward with the lower layers handing on what they get. Masks, sliding windows,
rotary angles and soft-capping are the model's own.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.editing.contexts import TokenRow
from tools.editing.place import Place
from tools.models.forward import evaluating
from tools.models.partial_pass import changed_entry, skipped

if TYPE_CHECKING:
    import torch


@contextmanager
def without_parameter_gradients(model: Any) -> Iterator[None]:
    """Inside, gradients flow through the model but not into its parameters."""
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for parameter in learning:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in learning:
            parameter.requires_grad_(True)


class SuffixPasses:
    """Rows of tokens, read up to the edited layer once; `logits` runs the rest with the module's output changed."""

    def __init__(self, model: Any, place: Place, rows: Sequence[TokenRow]) -> None:
        import torch
        from transformers import DynamicCache

        self.model, self.rows, self._place = model, tuple(rows), place
        device = place.decoder.embedding.get_parameter("weight").device
        width = max(row.subject_last for row in rows)
        blocks = [row.inputs[row.subject_last :] for row in rows]
        length = max(map(len, blocks))
        # Padding on the left of what stands before the subject's last token, and on the right of what follows it.
        padding = [width - row.subject_last for row in rows]
        ids = torch.tensor(
            [
                (0,) * pad + row.inputs + (0,) * (length - len(block))
                for pad, row, block in zip(padding, rows, blocks, strict=True)
            ],
            device=device,
        )
        mask = torch.tensor([[0] * pad + [1] * (width + length - pad) for pad in padding], device=device)
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        self._mask = mask
        self._takes_positions = "position_ids" in inspect.signature(model.forward).parameters
        self._positions = positions[:, width:]
        self._cache = DynamicCache(config=model.config)
        with torch.no_grad(), evaluating(model):
            if width:
                self._forward(
                    _nothing,
                    input_ids=ids[:, :width],
                    attention_mask=mask[:, :width],
                    past_key_values=self._cache,
                    **self._at(positions[:, :width]),
                )
            self._stream = self._entering(ids[:, width:])

    def logits(self, change: torch.Tensor, rows: Sequence[int], places: Sequence[int]) -> torch.Tensor:
        """Logits [n, vocabulary] in float32 at n places, where the module's output at the subject is moved.

        change: [row, d_out], or [d_out] for all rows; rows, places: which row, and which index in its `inputs`,
        each logit is read at. Gradients flow into `change`.
        """

        def moved(module: Any, arguments: Any, output: torch.Tensor) -> torch.Tensor:
            first = output[:, :1] + change.to(output).expand(len(output), -1)[:, None]
            return first if output.shape[1] == 1 else _joined(first, output[:, 1:])

        columns = [place - self.rows[row].subject_last for row, place in zip(rows, places, strict=True)]
        handle = self._place.module.register_forward_hook(moved)
        try:
            with self._from_the_layer():
                output = self._forward(
                    lambda hidden: hidden[list(rows), columns].unsqueeze(0),
                    inputs_embeds=self._stream,
                    attention_mask=self._mask,
                    past_key_values=_copied(self._cache),
                    **self._at(self._positions),
                )
        finally:
            handle.remove()
        return output.logits[0].float()

    def _entering(self, block: torch.Tensor) -> torch.Tensor:
        """The stream that enters the layer, [row, column, width]."""
        read: list[torch.Tensor] = []

        def keep(stream: torch.Tensor) -> torch.Tensor:
            read.append(stream)
            return stream

        decoder, layer = self._place.decoder, self._place.layer
        with skipped(one.module for one in decoder.layers[layer:]), changed_entry(decoder, layer, keep):
            self._forward(
                _nothing,
                input_ids=block,
                attention_mask=self._mask,
                past_key_values=_copied(self._cache),
                **self._at(self._positions),
            )
        return read[0].detach()

    @contextmanager
    def _from_the_layer(self) -> Iterator[None]:
        decoder, layer = self._place.decoder, self._place.layer
        with (
            skipped(one.module for one in decoder.layers[:layer]),
            changed_entry(decoder, layer, lambda hidden: self._stream),
            evaluating(self.model),
        ):
            yield

    def _at(self, positions: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"position_ids": positions} if self._takes_positions else {}

    def _forward(self, select: Callable[[torch.Tensor], torch.Tensor], **inputs: Any) -> Any:
        """As `tools.models.forward.forward`, with gradients where they are on."""
        hook = self._place.decoder.unembedding.register_forward_pre_hook(
            lambda module, arguments: (select(arguments[0]),)
        )
        try:
            return self.model(use_cache=True, **inputs)
        finally:
            hook.remove()


def _nothing(hidden: torch.Tensor) -> torch.Tensor:
    return hidden[:, :0]


def _copied(cache: Any) -> Any:
    """A cache that grows on its own; the tensors are shared, since growing makes new ones."""
    copied = copy.copy(cache)
    copied.layers = [copy.copy(layer) for layer in cache.layers]
    return copied


def _joined(first: torch.Tensor, rest: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.cat([first, rest], dim=1)
