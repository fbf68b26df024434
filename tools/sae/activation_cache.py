"""Residual-stream activations of training text on disk, computed once: shards of float16 rows.

A shard is written under a temporary name and renamed, so after a kill every shard is whole or absent, and the
next call computes only what is missing. Rows are scaled so that their norm is about the square root of the width:
float16 then cannot overflow, and the learning rate means the same for every model.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import UserError
from tools.progress import Progress, Report, silent
from tools.sae.windows import Window, batches, counts, padded, residuals

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

WINDOWS_PER_SHARD = 512
MAX_TOKENS = 4096
"""In one forward pass."""
SHARDS_MIXED = 8
"""Shards that are shuffled together: what of the cache is in memory at a time."""
MANIFEST = "cache.json"


@dataclass(frozen=True)
class ActivationCache:
    """A finished cache."""

    folder: Path
    scale: float
    """Rows are the model's activations times this."""
    rows: tuple[int, ...]
    """Rows of each shard."""
    mean: tuple[float, ...]
    """Mean of the scaled rows of the first shard."""

    @property
    def n_rows(self) -> int:
        """Tokens in the cache."""
        return sum(self.rows)

    def n_batches(self, size: int) -> int:
        """Whole batches in one pass over the cache."""
        return sum(sum(self.rows[i] for i in group) // size for group in self._groups(0, 0))

    def batches(self, size: int, *, first: int, seed: int) -> Iterator[torch.Tensor]:
        """Batches [size, width] in float32, for ever, from number `first` on; the order depends on the seed alone."""
        import torch

        number, passed = 0, 0
        while True:
            for group in self._groups(seed, passed):
                n_here = sum(self.rows[index] for index in group) // size
                if number + n_here > first:
                    rows = torch.cat([self._read(index) for index in group])
                    generator = torch.Generator().manual_seed(seed * 1_000_003 + passed * 1009 + group[0])
                    order = torch.randperm(len(rows), generator=generator)
                    for here in range(max(0, first - number), n_here):
                        yield rows[order[here * size : (here + 1) * size]].float()
                number += n_here
            passed += 1

    def _groups(self, seed: int, passed: int) -> list[list[int]]:
        """Shards in the groups in which they are mixed; another order in every pass."""
        import random

        order = list(range(len(self.rows)))
        if passed:
            random.Random(f"{seed} {passed}").shuffle(order)
        # A number of groups that does not depend on the order keeps all passes equally long but for remainders.
        return [order[i : i + SHARDS_MIXED] for i in range(0, len(order), SHARDS_MIXED)]

    def _read(self, index: int) -> torch.Tensor:
        from safetensors.torch import load_file

        return load_file(_shard(self.folder, index))["rows"]


def build_cache(
    model: LanguageModel, layer: int, windows: Sequence[Window], folder: Path, report: Report = silent
) -> ActivationCache:
    """The activations of `windows` after `layer`, computed where they are not yet in `folder`.

    Raises UserError where the folder holds the cache of another model, layer or text.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    key = {"weights": model.weights_hash, "layer": layer, "dtype": str(model.dtype), "text": _hash(windows)}
    manifest = _read_manifest(folder, key)
    n_done = sum(1 for _ in folder.glob("rows-*.safetensors"))
    remaining = iter(windows)
    n_tokens, total = 0, sum(len(window.token_ids) for window in windows)
    for index in range(-(-len(windows) // WINDOWS_PER_SHARD)):
        shard_windows = list(islice(remaining, WINDOWS_PER_SHARD))
        n_shard = sum(len(window.token_ids) for window in shard_windows)
        if index >= n_done:
            parts = []
            n_here = 0
            for batch in batches(shard_windows, MAX_TOKENS):
                report(Progress("caching activations", n_tokens + n_here, total, "tokens"))
                residual, real = residuals(model.model, layer, batch)
                token_ids, _ = padded(batch, residual.device)
                parts.append(residual[counts(residual, token_ids, real, model.tokenizer)].float().cpu())
                n_here += sum(len(window.token_ids) for window in batch)
            rows = torch.cat(parts)
            if not index:
                manifest["scale"] = rows.shape[1] ** 0.5 / rows.norm(dim=1).mean().item()
                manifest["mean"] = (rows.mean(0) * manifest["scale"]).tolist()
            manifest["rows"] = [*manifest.get("rows", [])[:index], len(rows)]
            partial = folder / "partial"
            save_file({"rows": (rows * manifest["scale"]).half()}, partial)
            _write(folder / MANIFEST, manifest)  # first: a manifest may know of a shard that is not there yet
            partial.replace(_shard(folder, index))
        n_tokens += n_shard
    report(Progress("caching activations", total, total, "tokens"))
    return ActivationCache(folder, manifest["scale"], tuple(manifest["rows"]), tuple(manifest["mean"]))


def _shard(folder: Path, index: int) -> Path:
    return folder / f"rows-{index:05d}.safetensors"


def _hash(windows: Sequence[Window]) -> str:
    digest = hashlib.sha256()
    for window in windows:
        digest.update(json.dumps(window.token_ids).encode())
    return digest.hexdigest()


def _read_manifest(folder: Path, key: dict) -> dict:
    file = folder / MANIFEST
    if not file.exists():
        return dict(key)
    manifest = json.loads(file.read_text())
    other = [name for name in key if manifest.get(name) != key[name]]
    if other:
        raise UserError(
            f"{folder} holds activations of other {' and '.join(other)}.",
            "Remove the folder, or train into another output.",
        )
    return manifest


def _write(file: Path, content: dict) -> None:
    partial = file.with_suffix(".partial")
    with partial.open("w") as opened:
        json.dump(content, opened)
        opened.flush()
        os.fsync(opened.fileno())
    partial.replace(file)
