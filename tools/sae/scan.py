"""What every feature of an SAE does over a corpus: how often it fires, where most strongly, and a sample of where.

One pass over the sentences, up to the SAE's layer, in blocks. Each block is a file that is written whole or not at
all, so a scan that was killed goes on at the block where it was. Memory is bounded: of each feature only the
strongest sentences and a sample of firing positions are kept, whatever the corpus' size and however dense the SAE.
In memory at a time: the activations of one chunk (CHUNK_VALUES numbers, four times over) and of one block
(BLOCK x n_features numbers), and KEPT + SAMPLED entries of 16 bytes for each feature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tools.progress import Progress, Report, silent
from tools.sae.activations import FIRES_ABOVE
from tools.sae.places import Places
from tools.sae.scan_block import KEPT, SAMPLED, scan_block
from tools.sae.whole_files import is_whole, write_whole

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

BLOCK = 128
"""Sentences in a file."""
FORMAT = 1


@dataclass(frozen=True)
class Scan:
    """A finished scan; its blocks are read from disk as they are needed."""

    folder: Path
    sentences: tuple[str, ...]
    n_features: int
    key: dict[str, str | int | float]
    """What the scan depends on: corpus, weights of model and SAE, hook point, threshold, seed."""
    _blocks: tuple[Path, ...] = field(repr=False)

    @cached_property
    def firings(self) -> torch.Tensor:
        """At how many tokens each feature fires, int64 [n_features]."""
        return sum(_read(block, "firings") for block in self._blocks[1:]) + _read(self._blocks[0], "firings")

    @cached_property
    def n_tokens(self) -> int:
        """Tokens that count, in the whole corpus."""
        return sum(int(_read(block, "n_tokens")) for block in self._blocks)

    @cached_property
    def strongest(self) -> Places:
        """The sentences in which each feature fires most strongly, each once, with the place of its maximum."""
        return self._merged("strongest", KEPT)

    @cached_property
    def sample(self) -> Places:
        """Firing positions of each feature, drawn at random."""
        return self._merged("sample", SAMPLED)

    @cached_property
    def token_ids(self) -> list[list[int]]:
        """The tokens of each sentence, as the model reads it."""
        ids: list[list[int]] = []
        for block in self._blocks:
            lengths = _read(block, "lengths").tolist()
            ids += [piece.tolist() for piece in _read(block, "token_ids").split(lengths)]
        return ids

    def maxima(self, sentences: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """The largest activation of features[i] in sentences[i], float32 [n]; NaN where no token counts.

        To three digits: the scan keeps these in bfloat16.
        """
        import torch

        found = torch.full(sentences.shape, float("nan"))
        for index, block in enumerate(self._blocks):
            here = sentences // BLOCK == index
            if here.any():
                found[here] = _read(block, "maxima")[sentences[here] % BLOCK, features[here]].float()
        return found

    def _merged(self, name: str, size: int) -> Places:
        merged: Places | None = None
        for block in self._blocks:
            places = Places(
                *(_read(block, f"{name}.{part}") for part in ("key", "value", "sentence", "position"))
            )
            merged = places if merged is None else merged.with_more(places, size)
        assert merged is not None, "a scan has at least one block"
        return merged


def corpus_hash(sentences: Sequence[str]) -> str:
    """SHA-256 of the sentences in their order."""
    return hashlib.sha256(json.dumps(list(sentences)).encode()).hexdigest()


def scan_corpus(
    model: LanguageModel,
    sae: LoadedSae,
    sentences: Sequence[str],
    root: Path,
    *,
    threshold: float = FIRES_ABOVE,
    seed: int = 0,
    report: Report = silent,
) -> Scan:
    """Scan the corpus, or what of it is not yet in a folder of its own under `root`.

    Raises ValueError for an empty corpus, ModelError where the folder cannot be written.
    """
    if not sentences:
        raise ValueError("an empty corpus cannot be scanned")
    key = _key(model, sae, sentences, threshold, seed)
    blocks = _blocks(root, key, len(sentences))
    for part in _parts(blocks, sentences):
        report(Progress("reading the corpus", part.start, len(sentences), "sentences"))
        scan_part(model, sae, part, threshold=threshold, seed=seed, report=report)
    report(Progress("reading the corpus", len(sentences), len(sentences), "sentences"))
    return Scan(blocks[0].parent, tuple(sentences), sae.n_features, key, blocks)


@dataclass(frozen=True)
class CorpusPart:
    """What one file of a scan is about."""

    file: Path
    sentences: tuple[str, ...]
    start: int
    """Index of its first sentence in the corpus."""
    n_sentences: int
    """Of the whole corpus."""


def scan_part(
    model: LanguageModel,
    sae: LoadedSae,
    part: CorpusPart,
    *,
    threshold: float = FIRES_ABOVE,
    seed: int = 0,
    report: Report = silent,
) -> None:
    """Read a part of the corpus into its file, unless that is there. Raises ModelError where it cannot be written."""
    if not is_whole(part.file):
        found = scan_block(model, sae, part.sentences, part.start, part.n_sentences, threshold, seed, report)
        write_whole(part.file, found)


def parts_to_scan(
    model: LanguageModel,
    sae: LoadedSae,
    sentences: Sequence[str],
    root: Path,
    *,
    threshold: float = FIRES_ABOVE,
    seed: int = 0,
) -> list[CorpusPart]:
    """What `scan_corpus` has yet to read."""
    blocks = planned_blocks(model, sae, sentences, root, threshold=threshold, seed=seed)
    return [part for part in _parts(blocks, sentences) if not is_whole(part.file)]


def find_scan(
    model: LanguageModel,
    sae: LoadedSae,
    sentences: Sequence[str],
    root: Path,
    *,
    threshold: float = FIRES_ABOVE,
    seed: int = 0,
) -> Scan | None:
    """The scan that `scan_corpus` would give, where all of it is there already."""
    key = _key(model, sae, sentences, threshold, seed)
    blocks = _blocks(root, key, len(sentences))
    if not blocks or not all(is_whole(block) for block in blocks):
        return None
    return Scan(blocks[0].parent, tuple(sentences), sae.n_features, key, blocks)


def planned_blocks(
    model: LanguageModel,
    sae: LoadedSae,
    sentences: Sequence[str],
    root: Path,
    *,
    threshold: float = FIRES_ABOVE,
    seed: int = 0,
) -> tuple[Path, ...]:
    """The files that `scan_corpus` writes, whether they are there or not: one for each BLOCK sentences."""
    return _blocks(root, _key(model, sae, sentences, threshold, seed), len(sentences))


def _key(
    model: LanguageModel, sae: LoadedSae, sentences: Sequence[str], threshold: float, seed: int
) -> dict[str, str | int | float]:
    return {
        "corpus": corpus_hash(sentences),
        "model": model.weights_hash,
        "dtype": str(model.dtype),
        "sae": sae.weights_hash,
        "hook_name": sae.hook_name,
        "threshold": threshold,
        "seed": seed,
        "format": FORMAT,
    }


def _blocks(root: Path, key: dict[str, str | int | float], n_sentences: int) -> tuple[Path, ...]:
    folder = root / hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]
    return tuple(folder / f"block-{index:05d}.safetensors" for index in range(-(-n_sentences // BLOCK)))


def _parts(blocks: Sequence[Path], sentences: Sequence[str]) -> list[CorpusPart]:
    starts = range(0, len(sentences), BLOCK)
    return [
        CorpusPart(block, tuple(sentences[start : start + BLOCK]), start, len(sentences))
        for block, start in zip(blocks, starts, strict=True)
    ]


def _read(block: Path, name: str) -> torch.Tensor:
    from safetensors import safe_open

    with safe_open(block, framework="pt") as opened:
        return opened.get_tensor(name)
