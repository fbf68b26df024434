"""Reads a tree of tokens in forward passes in which every column of the tree is computed exactly once.

A pass takes the next columns as one row. Each column has the position of its depth, and attends to what its sequence
holds before it: in the pass, and in a key-value cache that keeps the path to the pass's first column alone. So a
beginning that many sequences share costs once, nothing is padded, no cache is expanded, and memory is bounded by one
pass and one sequence. The masks are the model's own, spread over the columns, so sliding windows are kept.

Whether a model's own predictions come out is checked on a small tree before its first use.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from tools.errors import ModelError
from tools.models.forward import forward, input_device, is_out_of_memory
from tools.models.layer_masks import NotExact, attention_masks, check_takes_masks, given_masks
from tools.models.layers import Decoder, find_decoder
from tools.models.token_tree import Stretch, TokenTree, stretch, tree_of

if TYPE_CHECKING:
    import torch

LONGEST = 8192
"""Tokens of the longest sequence; a mask of the model's own has the square of that many entries."""
ROPE_BY_LENGTH = ("dynamic", "longrope")
"""Rotary angles that depend on the longest position in a pass, so that sequences are not free of their company."""
TOLERANCE = {4: 1e-4, 2: 0.05}
"""In nats, by bytes of a number: a model of which a small tree predicts otherwise by more does not suit."""

_off: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
"""How far a small tree's prediction is off, of each model that was checked."""


class TreePasses:
    """Passes over a tree, from its first column on. Raises NotExact for a model that they do not suit.

    With `keeps_keys` the keys and values of all columns are kept, and memory is bounded by the tree.
    """

    def __init__(self, model: Any, tree: TokenTree, *, keeps_keys: bool = False) -> None:
        from transformers import DynamicCache

        self._model, self._tree = model, tree
        self._decoder = _suited_decoder(model)
        self._masks = _own_masks(model, self._decoder, int(tree.depths.max(initial=0)) + 1)
        self._path = DynamicCache()
        # Of each layer the keys and values of each pass.
        self._kept: list[list[tuple[torch.Tensor, ...]]] | None = [] if keeps_keys else None
        self.n_read = 0
        """Columns that are read."""

    @property
    def n_left(self) -> int:
        """Columns that are still to be read."""
        return len(self._tree) - self.n_read

    @property
    def depth(self) -> int:
        """Tokens before the next column in its sequence."""
        return int(self._tree.depths[self.n_read])

    def read(self, size: int, columns: np.ndarray) -> torch.Tensor:
        """Read the next `size` columns; the logits [n, vocabulary] in float32 at `columns`, which are among them.

        After an error, for lack of memory say, the same columns may be read again, or fewer.
        """
        import torch

        start, stop = self.n_read, min(self.n_read + size, len(self._tree))
        part = stretch(self._tree, start, stop)
        device = input_device(self._model)
        # A tree that one pass reads whole needs no cache.
        whole = start == 0 and stop == len(self._tree) and self._kept is None
        cache = None if whole else _copied(self._path)
        # On the CPU, because the last layer may be on another device than the first.
        slots = torch.from_numpy(columns - start)
        masks = self._spread(part, device)
        with given_masks(self._decoder, masks):
            output = forward(
                self._model,
                lambda hidden: hidden[:, slots],
                input_ids=torch.from_numpy(part.tokens)[None].to(device),
                position_ids=torch.from_numpy(part.depths)[None].to(device),
                # Any mask of four dimensions keeps the model from making its own, which would not be used.
                attention_mask=next(iter(masks.values())),
                past_key_values=cache,
                use_cache=not whole,
            )
        if cache is not None:
            if self._kept is not None:
                self._kept = self._kept or [[] for _ in cache.layers]
                for parts, layer in zip(self._kept, cache.layers, strict=True):
                    # Copies, because a part would keep the whole alive.
                    parts.append(
                        tuple(each[:, :, start - stop :].clone() for each in (layer.keys, layer.values))
                    )
            self._path = _selected(cache, part.path)
        self.n_read = stop
        return output.logits[0]

    def take_keys(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Keys and values [1, head, column, width] of each layer in turn, which are not kept any longer then."""
        import torch

        while self._kept:
            keys, values = zip(*self._kept.pop(0), strict=True)
            yield torch.cat(keys, dim=2), torch.cat(values, dim=2)

    def _spread(self, part: Stretch, device: torch.device) -> dict[int, torch.Tensor]:
        """Each layer's mask over the stretch, additive, [1, heads, column, key]."""
        import torch

        dtype = self._model.dtype
        hidden = ~torch.from_numpy(part.sees).to(device)
        columns, keys = (torch.from_numpy(depths).to(device) for depths in (part.depths, part.key_depths))
        made: dict[int, torch.Tensor] = {}
        for mask in self._masks.values():
            if id(mask) in made:  # layers of a kind share one mask
                continue
            if mask is None:
                own = torch.zeros(1, *hidden.shape, dtype=dtype, device=device)
            else:
                own = mask.to(device)[0][:, columns[:, None], keys]
                if own.dtype == torch.bool:
                    own = torch.zeros_like(own, dtype=dtype).masked_fill_(~own, torch.finfo(dtype).min)
            made[id(mask)] = own.to(dtype).masked_fill_(hidden, torch.finfo(dtype).min)[None]
        return {layer: made[id(mask)] for layer, mask in self._masks.items()}


def check_exact(model: Any, tokens: Sequence[int]) -> None:
    """Raise NotExact where a small tree does not give the model's own prediction, KL in nats; a model's first call.

    tokens: any that the model knows, at least one.
    """
    if model not in _off:
        try:
            _off[model] = _small_tree_off(model, tokens)
        except (RuntimeError, ValueError, TypeError, LookupError, AttributeError, MemoryError) as error:
            if is_out_of_memory(error):
                return  # what is to be read will not fit either, and tells so
            # What a model of somebody's own makes of masks and positions is not to be foreseen.
            _off[model] = math.inf
    if _off[model] > TOLERANCE.get(model.dtype.itemsize, TOLERANCE[4]):
        raise NotExact(f"a small tree of tokens predicts otherwise (by {_off[model]:.1e} nats)")


def _small_tree_off(model: Any, tokens: Sequence[int]) -> float:
    """KL between the prediction after a sequence by itself, and as the second branch of a tree, behind a cache."""
    import torch

    start, one, other = [tokens[place % len(tokens)] for place in range(6)], tokens[0], tokens[-1]
    branches = [(*start, other, one, other), (*start, other, other)]
    tree, columns = tree_of(branches, [1, 1])
    second = int(np.argmax([column[0] for column in columns]))
    passes = TreePasses(model, tree)
    passes.read(len(start), np.zeros(0, dtype=np.int64))
    logits = passes.read(passes.n_left, columns[second])
    alone = forward(
        model,
        lambda hidden: hidden[:, -1:],
        input_ids=torch.tensor([branches[second]], device=input_device(model)),
        use_cache=False,
    ).logits[0]
    p, q = alone.log_softmax(-1), logits.log_softmax(-1)
    return float((p.exp() * (p - q)).sum())


def _suited_decoder(model: Any) -> Decoder:
    check_takes_masks(model)
    accepted = inspect.signature(model.forward).parameters
    for name in ("position_ids", "past_key_values", "attention_mask"):
        if name not in accepted:
            raise NotExact(f"{type(model).__name__} takes no {name}")
    config = model.config.get_text_config()
    if getattr(config, "num_kv_shared_layers", 0):
        raise NotExact("layers read the keys of other layers")
    if any(kind in str(getattr(config, "rope_parameters", None)) for kind in ROPE_BY_LENGTH):
        raise NotExact("rotary angles depend on the longest sequence of a pass")
    try:
        return find_decoder(model)
    except ModelError as error:
        raise NotExact(error.message) from error


def _own_masks(model: Any, decoder: Decoder, length: int) -> dict[int, torch.Tensor | None]:
    """The model's own mask of each layer over a text of `length` tokens; None is plainly causal."""
    import torch

    if length > LONGEST:
        raise NotExact(f"a sequence is longer than {LONGEST:,} tokens")
    width = decoder.embedding.get_parameter("weight").shape[1]
    like = torch.zeros(1, length, width, dtype=model.dtype, device=input_device(model))
    masks = attention_masks(model, decoder, 0, like)
    for mask in masks.values():
        square = isinstance(mask, torch.Tensor) and mask.ndim == 4 and mask.shape[-2:] == (length, length)
        if mask is not None and not square:
            raise NotExact(f"a layer's attention mask is a {type(mask).__name__} that cannot be spread")
    return masks


def _copied(cache: Any) -> Any:
    """A cache that grows on its own; the tensors are shared, since growing makes new ones."""
    copied = copy.copy(cache)
    copied.layers = [copy.copy(layer) for layer in cache.layers]
    return copied


def _selected(cache: Any, keys: np.ndarray) -> Any:
    """The cache with `keys` alone."""
    import torch

    for layer in cache.layers:
        kept = torch.from_numpy(keys).to(layer.keys.device)
        layer.keys = layer.keys.index_select(2, kept)
        layer.values = layer.values.index_select(2, kept)
    return cache
