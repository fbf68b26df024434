"""Where the files of a sweep lie: in folders named by what they depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from tools.sae.scan import Scan

FORMAT = 2


def ablated_features(wanted: list[int], n_features: int) -> list[int]:
    """The features that are ablated: where most are wanted, all, which also serves sweeps that leave some out."""
    return wanted if 2 * len(wanted) < n_features else list(range(n_features))


def ablations_folder(scan: Path, ablated: list[int]) -> Path:
    """What was ablated lies beside the scan: another label, threshold or filter changes nothing about it."""
    return scan / f"ablations-{_hash(ablated)}"


def embeddings_file(scan: Path, block: int) -> Path:
    """The embeddings of one block of sentences."""
    return scan / f"embeddings-{block:05d}.safetensors"


def rows_folder(
    folder: Path,
    scan: Scan,
    features: Sequence[int],
    labels: Mapping[int, tuple[str, str]],
    by_words: bool,
    settings: BaseModel,
) -> Path:
    """Under `folder`, where the rows and the table come."""
    everything = [
        FORMAT,
        scan.key,
        features,
        sorted(labels.items()),
        by_words,
        settings.model_dump(mode="json"),
    ]
    return folder / _hash(everything)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
