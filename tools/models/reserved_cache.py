"""A key-value cache with room reserved for the tokens to come.

transformers' DynamicCache copies all keys and values at every step to append one token; here the new ones are
written into place. Layers of other kinds (sliding window, recurrent) keep transformers' own cache.
"""

from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer


class ReservedLayer(DynamicLayer):
    """Keys and values [batch, heads, tokens, width] as views of buffers with room for `capacity` tokens."""

    def __init__(self, capacity: int) -> None:
        super().__init__()
        self.capacity = capacity
        self._buffers: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append new keys and values, and return all so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        stop = start + key_states.shape[-2]
        if self._buffers is None:
            batch, heads = key_states.shape[:2]
            # Keys and values may differ in width.
            self._buffers = (
                key_states.new_empty(batch, heads, self.capacity, key_states.shape[-1]),
                value_states.new_empty(batch, heads, self.capacity, value_states.shape[-1]),
            )
        for buffer, states in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, start:stop] = states
        self.keys, self.values = (buffer[:, :, :stop] for buffer in self._buffers)
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep these rows only, in this order."""
        if self._buffers is not None:
            length = self.get_seq_length()
            keys, values = (buffer[indices] for buffer in self._buffers)
            self._buffers = (keys, values)
            self.keys, self.values = keys[:, :, :length], values[:, :, :length]


def reserved_cache(config: Any, capacity: int) -> DynamicCache:
    """A cache for a model with this config and at most `capacity` tokens in a row."""
    cache = DynamicCache(config=config)
    cache.layers = [
        ReservedLayer(capacity) if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]
    return cache
