"""Reads every feature of an SAE, or a list of them, over one corpus, into one ranked table.

1. Scan: one pass of the corpus up to the SAE's layer (`tools.sae.scan`). It gives of each feature the strongest
   sentences and SAMPLED firing positions, drawn at random so that their mean is that of all firing positions.
2. Embeddings of all sentences, once.
3. MUI: the sampled positions ablated, block of sentences by block, many features in one forward pass.
4. Purity of the strongest sentences, against random sets of sentences of similar length; the corpus contrast where
   the feature has a label; the reading of the three.

Every block is a file that is whole or absent, in a folder named by what the sweep depends on: a sweep that was
killed, even by kill -9, goes on where it was and repeats at most one block. Memory does not grow with the corpus but
for its embeddings (1.5 kB a sentence): see `tools.sae.scan`, plus 32 bytes for each sampled position.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from tools.features._corpus_contrast import Uses
from tools.features._row_parts import RowBasis, row_parts
from tools.features._sampled_effects import ablate_sample
from tools.features._sweep_files import ablated_features, ablations_folder, embeddings_file, rows_folder
from tools.features.diagnosis import Thresholds
from tools.features.sweep_table import is_whole, ranked, read_rows, write_rows
from tools.models.embeddings import WIDTH, embed
from tools.progress import Progress, Report, silent
from tools.sae.activations import FIRES_ABOVE
from tools.sae.scan import BLOCK, CorpusPart, Scan, scan_corpus
from tools.sae.scan_block import KEPT
from tools.sae.whole_files import is_whole as is_whole_file
from tools.sae.whole_files import write_whole

if TYPE_CHECKING:
    import numpy as np

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

TABLE = "features.parquet"
PART = 256
"""Features whose rows are written together."""


class Settings(BaseModel):
    """Knobs of a sweep; stored with the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = FIRES_ABOVE
    """A feature fires at a token where its activation exceeds this."""
    sentences: int = Field(default=KEPT, ge=2, le=KEPT)
    """Strongest sentences that purity looks at."""
    thresholds: Thresholds = Thresholds()
    """From where on a score is high."""
    seed: int = 0


@dataclass(frozen=True)
class Swept:
    """A finished sweep."""

    table: Path
    """Parquet, a row for each feature, ranked; `tools.features.sweep_table.read_rows` reads it."""
    n_features: int
    n_sentences: int
    n_tokens: int
    """Tokens of the corpus that count."""
    corpus_hash: str


def sweep(
    model: LanguageModel,
    sae: LoadedSae,
    corpus: Sequence[str],
    folder: Path,
    scans: Path,
    *,
    features: Sequence[int] = (),
    labels: Mapping[int, tuple[str, str]] | None = None,
    uses: Uses | None = None,
    settings: Settings | None = None,
    report: Report = silent,
) -> Swept:
    """Sweep `features` (none: all) over the sentences of `corpus`, or do what is left of an earlier try.

    `labels`: label and how it was made, by feature; `uses`: which sentences of the corpus use a label's words, where
    it lists words (None: all labels are taken as descriptions). The table comes into a folder of its own under
    `folder`; scans, which serve any list of features, under `scans`. Raises UserError where these cannot be written,
    ValueError for an empty corpus. `report` may raise Stopped: what is done so far is kept.
    """
    chosen = settings or Settings()
    wanted = sorted(set(features)) or list(range(sae.n_features))
    known = {feature: labels[feature] for feature in wanted if feature in labels} if labels else {}
    scan = scan_corpus(model, sae, corpus, scans, threshold=chosen.threshold, seed=chosen.seed, report=report)
    work = rows_folder(folder, scan, wanted, known, uses is not None, chosen)
    swept = Swept(work / TABLE, len(wanted), len(corpus), scan.n_tokens, str(scan.key["corpus"]))
    if is_whole(swept.table):
        return swept
    ablated = ablated_features(wanted, sae.n_features)
    effects = ablate_sample(model, sae, scan, ablated, ablations_folder(scan.folder, ablated), report)
    basis = RowBasis(model, scan, effects, embedded(scan, report), known, uses, chosen)
    parts = row_parts(wanted, work, PART)
    for part in parts:
        basis.write(part, report)
    rows = ranked(row for part in parts for row in read_rows(part.file))
    write_rows(swept.table, rows, {"settings": chosen.model_dump_json(), "scan": json.dumps(scan.key)})
    for leftover in parts:
        leftover.file.unlink(missing_ok=True)
    return swept


def embedded(scan: Scan, report: Report = silent) -> np.ndarray:
    """Unit vectors of all sentences, a file for each block beside the scan's."""
    import numpy as np
    from safetensors.torch import load_file

    found = np.empty((len(scan.sentences), WIDTH), dtype=np.float32)
    for part in _embedding_parts(scan):
        report(Progress("embedding the corpus", part.start, len(scan.sentences), "sentences"))
        embed_part(part)
        found[part.start : part.start + len(part.sentences)] = load_file(part.file)["vectors"].numpy()
    return found


def parts_to_embed(scan: Scan) -> list[CorpusPart]:
    """What `embedded` has yet to embed."""
    return [part for part in _embedding_parts(scan) if not is_whole_file(part.file)]


def embed_part(part: CorpusPart) -> None:
    """Embed a part of the corpus into its file, unless that is there."""
    import torch

    if not is_whole_file(part.file):
        write_whole(part.file, {"vectors": torch.from_numpy(embed(part.sentences))})


def _embedding_parts(scan: Scan) -> list[CorpusPart]:
    n = len(scan.sentences)
    return [
        CorpusPart(embeddings_file(scan.folder, index), scan.sentences[start : start + BLOCK], start, n)
        for index, start in enumerate(range(0, n, BLOCK))
    ]
