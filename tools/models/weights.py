"""A model's weights as one hash: equal hash, equal weights, bit for bit."""

from __future__ import annotations

import hashlib
from typing import Any


def hash_weights(model: Any) -> str:
    """SHA-256 over all parameters in name order, each with its name, shape, dtype and bytes."""
    return WeightsHash().of(model)


class WeightsHash:
    """The hash of one model, taken again and again: what stands before the first change is not read again.

    A change is a parameter that was replaced or written to in place, as far as torch notices; writing through
    `parameter.data` goes unnoticed.
    """

    def __init__(self) -> None:
        self._known: list[tuple[tuple[str, int, int], hashlib._Hash]] = []
        """Of each parameter in name order: its version, and the digest of all up to and with it."""

    def of(self, model: Any) -> str:
        """What `hash_weights` gives."""
        import torch

        digest = hashlib.sha256()
        known: list[tuple[tuple[str, int, int], hashlib._Hash]] = []
        for place, (name, parameter) in enumerate(sorted(model.named_parameters())):
            version = name, parameter.data_ptr(), parameter._version
            if place < len(self._known) and self._known[place][0] == version:
                known.append(self._known[place])
                digest = known[-1][1]
                continue
            self._known = []  # all that follow have another digest, whether they changed or not
            digest = digest.copy()
            digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}\n".encode())
            # As bytes: NumPy has no bfloat16.
            digest.update(parameter.detach().contiguous().cpu().view(-1).view(torch.uint8).numpy())
            known.append((version, digest))
        self._known = known
        return digest.hexdigest()
