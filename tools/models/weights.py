"""A model's weights as one hash: equal hash, equal weights, bit for bit."""

import hashlib
from typing import Any


def hash_weights(model: Any) -> str:
    """SHA-256 over all parameters in name order, each with its name, shape, dtype and bytes."""
    import torch

    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}\n".encode())
        # As bytes: NumPy has no bfloat16.
        digest.update(parameter.detach().contiguous().cpu().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def weights_version(model: Any) -> tuple[tuple[int, int], ...]:
    """Changes whenever a parameter is replaced or written to in place, as far as torch notices.

    Writing through `parameter.data` goes unnoticed.
    """
    return tuple((parameter.data_ptr(), parameter._version) for parameter in model.parameters())
