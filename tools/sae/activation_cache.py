"""Residual-stream activations of training text on disk, computed once: shards of float16 rows.

A shard is written under a temporary name and renamed, so after a kill every shard is whole or absent, and the
next call computes only what is missing or belongs to other text. Rows are scaled so that their norm is about the
square root of the width: float16 then cannot overflow, and the learning rate means the same for every model.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import UserError
from tools.progress import Progress, Report, silent
from tools.sae.windows import Window, batches, counted_streams

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

    @property
    def mean_norm(self) -> float:
        """About the mean norm of the model's activations."""
        return len(self.mean) ** 0.5 / self.scale

    def n_batches(self, size: int, seed: int) -> int:
        """Whole batches in the first pass over the cache."""
        return sum(sum(self.rows[index] for index in group) // size for group in self._groups(seed, 0))

    def batches(self, size: int, *, first: int, seed: int) -> Iterator[torch.Tensor]:
        """Batches [size, width] in float32, for ever, from number `first` on; the order depends on the seed alone."""
        import torch

        number = 0
        for turn in count():
            for group in self._groups(seed, turn):
                n_here = sum(self.rows[index] for index in group) // size
                if number + n_here > first:
                    rows = torch.cat([self._read(index) for index in group])
                    generator = torch.Generator().manual_seed(_seed(seed, turn, group[0]))
                    order = torch.randperm(len(rows), generator=generator)
                    for here in range(max(0, first - number), n_here):
                        yield rows[order[here * size : (here + 1) * size]].float()
                number += n_here

    def _groups(self, seed: int, turn: int) -> list[list[int]]:
        """Shards in the groups in which they are mixed; other groups in every pass over the cache."""
        order = list(range(len(self.rows)))
        random.Random(_seed(seed, turn)).shuffle(order)
        return [order[start : start + SHARDS_MIXED] for start in range(0, len(order), SHARDS_MIXED)]

    def _read(self, index: int) -> torch.Tensor:
        from safetensors.torch import load_file

        return load_file(_shard(self.folder, index))["rows"]


def build_cache(
    model: LanguageModel, layer: int, windows: Sequence[Window], folder: Path, report: Report = silent
) -> ActivationCache:
    """The activations of `windows` after `layer`, computed where they are not yet in `folder`.

    Raises UserError where the folder holds activations of another model, layer or dtype.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    manifest = _read_manifest(folder, model, layer)
    shards = [
        windows[start : start + WINDOWS_PER_SHARD] for start in range(0, len(windows), WINDOWS_PER_SHARD)
    ]
    total = sum(len(window.token_ids) for window in windows)
    _check_space(folder, model, total)
    n_tokens = 0
    rows_of: list[int] = []
    for index, shard in enumerate(shards):
        text = _hash(shard)
        known = manifest["shards"].get(str(index))
        if known is None or known["text"] != text or not _shard(folder, index).exists():
            rows = _rows(model, layer, shard, n_tokens, total, report)
            if "scale" not in manifest:
                manifest["scale"] = rows.shape[1] ** 0.5 / rows.norm(dim=1).mean().item()
                manifest["mean"] = (rows.mean(0) * manifest["scale"]).tolist()
            partial = folder / "rows.partial"
            save_file({"rows": (rows * manifest["scale"]).half()}, partial)
            partial.replace(_shard(folder, index))
            manifest["shards"][str(index)] = {"text": text, "rows": len(rows)}
            _write(folder / MANIFEST, manifest)
        rows_of.append(manifest["shards"][str(index)]["rows"])
        n_tokens += sum(len(window.token_ids) for window in shard)
        report(_progress(n_tokens, total))
    return ActivationCache(folder, manifest["scale"], tuple(rows_of), tuple(manifest["mean"]))


def _check_space(folder: Path, model: LanguageModel, n_tokens: int) -> None:
    """Raise UserError where the disk is too small for what is still missing."""
    whole = n_tokens * model.model.get_input_embeddings().weight.shape[1] * 2
    missing = whole - sum(file.stat().st_size for file in folder.glob("rows-*"))
    free = shutil.disk_usage(folder).free
    if missing > free:
        raise UserError(
            f"The activations need {missing / 2**30:.1f} GiB in {folder}, and {free / 2**30:.1f} GiB are free.",
            "Take less text, or another output folder.",
        )


def _rows(
    model: LanguageModel, layer: int, windows: Sequence[Window], n_before: int, total: int, report: Report
) -> torch.Tensor:
    """The activations [token, width] in float32 of the tokens that count."""
    import torch

    parts, n_tokens = [], n_before
    for batch in batches(windows, MAX_TOKENS):
        report(_progress(n_tokens, total))
        parts += [rows for _, rows in counted_streams(model, layer, batch)]
        n_tokens += sum(len(window.token_ids) for window in batch)
    return torch.cat(parts)


def _progress(n_tokens: int, total: int) -> Progress:
    return Progress("caching activations", n_tokens, total, "tokens")


def _seed(*parts: int) -> int:
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:7], "big")


def _shard(folder: Path, index: int) -> Path:
    return folder / f"rows-{index:05d}.safetensors"


def _hash(windows: Sequence[Window]) -> str:
    digest = hashlib.sha256()
    for window in windows:
        digest.update(json.dumps(window.token_ids).encode())
    return digest.hexdigest()


def _read_manifest(folder: Path, model: LanguageModel, layer: int) -> dict[str, Any]:
    key = {"weights": model.weights_hash, "layer": layer, "dtype": str(model.dtype)}
    file = folder / MANIFEST
    if not file.exists():
        return {**key, "shards": {}}
    manifest = json.loads(file.read_text())
    if other := [name for name in key if manifest.get(name) != key[name]]:
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
