"""One forward pass that leaves the model as it was found and computes logits only where they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError

if TYPE_CHECKING:
    import torch


@contextmanager
def evaluating(model: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode inside; afterwards every module has the training flag that it had before."""
    training = [module for module in _modules(model) if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True


def _modules(model: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """All modules, some perhaps twice: `Module.modules` finds their names too and takes milliseconds, every pass."""
    waiting = [model]
    while waiting:
        module = waiting.pop()
        yield module
        waiting += [child for child in module._modules.values() if child is not None]


def forward(model: Any, select: Callable[[torch.Tensor], torch.Tensor], **inputs: Any) -> Any:
    """Run `model` on `inputs` without gradients; `select` cuts the hidden states before the unembedding.

    `select` maps final hidden states [batch, position, width] to those whose logits are wanted, [..., width]. A
    hook before the unembedding serves every architecture, and what comes after it (soft-capping, scaling) still
    happens, which slicing hidden states and multiplying by hand would miss.
    Returns the model's output, its `logits` in float32.
    """
    import torch

    unembedding = model.get_output_embeddings()
    if unembedding is None:
        raise ModelError(
            f"{type(model).__name__} has no unembedding, so it does not predict tokens.", "Name a causal LM."
        )
    hook = unembedding.register_forward_pre_hook(lambda module, arguments: (select(arguments[0]),))
    try:
        with evaluating(model), torch.no_grad():
            output = model(**inputs)
            output.logits = output.logits.float()
            return output
    finally:
        hook.remove()


def are_known(model: Any, ids: Sequence[int]) -> bool:
    """Whether the model has an embedding for each token id; a tokenizer may have tokens added beyond them."""
    return max(ids, default=0) < model.get_input_embeddings().weight.shape[0]


def input_device(model: Any) -> torch.device:
    """Where token ids have to be: the device of the input embeddings."""
    return model.get_input_embeddings().weight.device


def context_length(model: Any, tokenizer: Any) -> int:
    """The most tokens that the model can attend to, by its configuration, else its tokenizer, else 2048."""
    config = model.config.get_text_config()
    for name in ("n_positions", "max_position_embeddings", "n_ctx", "max_sequence_length", "max_seq_len"):
        length = getattr(config, name, None)
        if isinstance(length, int) and length > 0:
            return length
    # Tokenizers without a limit say so with a number beyond every context.
    return tokenizer.model_max_length if tokenizer.model_max_length < 10**9 else 2048


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a smaller batch might succeed where this one failed."""
    from accelerate.utils.memory import should_reduce_batch_size  # type: ignore[import-untyped]

    return isinstance(error, MemoryError) or (
        isinstance(error, Exception) and should_reduce_batch_size(error)
    )


def encodable(text: str) -> str:
    """The text with lone surrogates replaced: they have no UTF-8 form, and tokenizers raise on them."""
    return text.encode("utf-8", "replace").decode()
