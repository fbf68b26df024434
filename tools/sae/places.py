"""The most important places of a corpus for each feature of an SAE: a bounded heap for all features at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Places:
    """Up to k places in the corpus for each feature, [n_features, k]; `sentence` is -1 where there are fewer."""

    key: torch.Tensor
    """What the places were chosen by, descending; minus infinity where there is none."""
    value: torch.Tensor
    """The feature's activation there."""
    sentence: torch.Tensor
    """Index of the sentence in the corpus."""
    position: torch.Tensor
    """Index of the token in the sentence as the model reads it."""

    def with_more(self, other: Places, size: int) -> Places:
        """The `size` places of both that have the largest keys."""
        import torch

        key = torch.cat([self.key, other.key], dim=1)
        best, chosen = key.topk(min(size, key.shape[1]), dim=1)

        def of_both(name: str) -> torch.Tensor:
            return torch.cat([getattr(self, name), getattr(other, name)], dim=1).gather(1, chosen)

        return Places(best, of_both("value"), of_both("sentence"), of_both("position"))


def no_places(n_features: int) -> Places:
    """No place for any feature."""
    import torch

    nothing = torch.zeros(n_features, 0)
    return Places(nothing, nothing, nothing.to(torch.int32), nothing.to(torch.int32))


def best_places(
    key: torch.Tensor, value: torch.Tensor, sentence: torch.Tensor, position: torch.Tensor, size: int
) -> Places:
    """The `size` rows with the largest keys, for each feature: from key and value [n, n_features].

    sentence: [n]; position: [n], or [n, n_features] where it differs between features.
    """
    import torch

    best, rows = key.T.contiguous().topk(min(size, len(key)), dim=1)
    there = best > float("-inf")
    at = position[rows] if position.ndim == 1 else position.T.contiguous().gather(1, rows)
    return Places(
        best,
        value.T.contiguous().gather(1, rows),
        torch.where(there, sentence[rows], -1).to(torch.int32),
        torch.where(there, at, -1).to(torch.int32),
    )
