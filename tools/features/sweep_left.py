"""How much of a sweep is still to be done: what a user is told before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.features._sampled_effects import positions_left
from tools.features._sweep_files import ablated_features, ablations_folder, embeddings_file, rows_folder
from tools.features.sweep import PART, TABLE, Settings
from tools.features.sweep_table import is_whole
from tools.sae.scan import BLOCK, find_scan, planned_blocks
from tools.sae.scan_block import SAMPLED
from tools.sae.whole_files import is_whole as is_whole_file

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae


@dataclass(frozen=True)
class Left:
    """What a sweep has still to do."""

    sentences: int
    """To be scanned."""
    embeddings: int
    """Sentences to be embedded."""
    positions: int
    """To be ablated; at most so many, as long as nobody knows where the features fire."""
    features: int
    """To be scored."""


def left_of_sweep(
    model: LanguageModel,
    sae: LoadedSae,
    corpus: Sequence[str],
    folder: Path,
    scans: Path,
    *,
    features: Sequence[int] = (),
    labels: Mapping[int, tuple[str, str]] | None = None,
    by_words: bool = False,
    settings: Settings | None = None,
) -> Left:
    """How much `sweep` has still to do, given the same; nothing is computed. `by_words`: whether it gets `uses`."""
    chosen = settings or Settings()
    wanted = sorted(set(features)) or list(range(sae.n_features))
    known = {feature: labels[feature] for feature in wanted if feature in labels} if labels else {}
    blocks = planned_blocks(model, sae, corpus, scans, threshold=chosen.threshold, seed=chosen.seed)
    scanned = [is_whole_file(block) for block in blocks]
    embedded = [is_whole_file(embeddings_file(block.parent, index)) for index, block in enumerate(blocks)]
    n_positions = len(ablated_features(wanted, sae.n_features)) * SAMPLED
    n_rows = len(wanted)
    if all(scanned) and (
        scan := find_scan(model, sae, corpus, scans, threshold=chosen.threshold, seed=chosen.seed)
    ):
        work = rows_folder(folder, scan, wanted, known, by_words, chosen)
        if is_whole(work / TABLE):
            return Left(0, 0, 0, 0)
        n_rows -= PART * sum(is_whole(file) for file in work.glob("rows-*.parquet"))
        ablated = ablated_features(wanted, sae.n_features)
        n_positions = positions_left(scan, ablated, ablations_folder(scan.folder, ablated))
    return Left(
        sentences=BLOCK * scanned.count(False),
        embeddings=BLOCK * embedded.count(False),
        positions=n_positions,
        features=max(0, n_rows),
    )
