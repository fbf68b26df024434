"""Reads a batch of prompts into one key-value cache, padded on the left, from which their generation goes on.

Prompts are read as a tree where the model allows it: what they begin with in common (a chat template's system prompt)
is computed once, and padding is not computed at all. Else they are read padded, in pieces.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.models.forward import forward, input_device
from tools.models.layer_masks import NotExact
from tools.models.token_tree import TokenTree, tree_of
from tools.models.tree_passes import TreePasses, check_exact

if TYPE_CHECKING:
    import torch

TREE_PASS_TOKENS = {"cpu": 256, "mps": 1024, "cuda": 4096}
PASS_TOKENS = {"cpu": 512, "mps": 4_096, "cuda": 65_536}
"""Prompt tokens of one forward pass: a pass cannot be stopped, and should take well under a second."""


def read_prompts(
    model: Any, prompts: Sequence[Sequence[int]], tick: Callable[[], None]
) -> tuple[Any, torch.Tensor]:
    """The cache [row, ..., longest prompt, ...], and the logits [row, vocabulary] after each prompt.

    What the cache holds on the left of a shorter prompt means nothing. `tick` is called before every forward pass.
    """
    try:
        check_exact(model, prompts[0])
        tree, columns = tree_of([tuple(prompt) for prompt in prompts], [len(prompt) for prompt in prompts])
        passes = TreePasses(model, tree, keeps_keys=True)
    except NotExact:
        return _read_padded(model, prompts, tick)
    return _read_tree(model, passes, tree, columns, tick)


def _read_tree(
    model: Any, passes: TreePasses, tree: TokenTree, columns: list[np.ndarray], tick: Callable[[], None]
) -> tuple[Any, torch.Tensor]:
    import torch
    from transformers import DynamicCache

    device = input_device(model)
    size = TREE_PASS_TOKENS.get(device.type, TREE_PASS_TOKENS["cpu"])
    last = np.asarray([path[-1] for path in columns])
    wanted = np.unique(last)
    logits = []
    while passes.n_left:
        tick()
        bounds = np.searchsorted(wanted, (passes.n_read, passes.n_read + size))
        logits.append(passes.read(size, wanted[slice(*bounds)]))

    width = max(map(len, columns))
    places = np.stack([np.pad(path, (width - len(path), 0)) for path in columns])
    cache = DynamicCache(config=model.config)
    for layer, (keys, values) in enumerate(passes.take_keys()):
        index = torch.from_numpy(places).to(keys.device)
        cache.update(keys[0][:, index].transpose(0, 1), values[0][:, index].transpose(0, 1), layer)
    return cache, torch.cat(logits)[torch.from_numpy(np.searchsorted(wanted, last))]


def _read_padded(
    model: Any, prompts: Sequence[Sequence[int]], tick: Callable[[], None]
) -> tuple[Any, torch.Tensor]:
    import torch
    from transformers import DynamicCache

    device = input_device(model)
    width = max(map(len, prompts))
    padding = [width - len(prompt) for prompt in prompts]
    inputs = torch.tensor(
        [[0] * pad + [*ids] for pad, ids in zip(padding, prompts, strict=True)], device=device
    )
    mask = torch.tensor([[0] * pad + [1] * (width - pad) for pad in padding], device=device)
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    takes_positions = "position_ids" in inspect.signature(model.forward).parameters
    cache = DynamicCache(config=model.config)
    piece = max(1, PASS_TOKENS.get(device.type, PASS_TOKENS["cpu"]) // len(prompts))
    for start in range(0, width, piece):
        tick()
        end = start + piece
        output = forward(
            model,
            lambda hidden: hidden[:, -1:],
            input_ids=inputs[:, start:end],
            attention_mask=mask[:, :end],
            past_key_values=cache,
            use_cache=True,
            **({"position_ids": positions[:, start:end]} if takes_positions else {}),
        )
    return cache, output.logits[:, -1]
