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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from tools.features import FeatureScore, mui, purity
from tools.features._contexts import Contexts
from tools.features._corpus_contrast import Uses, choose_sentences, corpus_contrast
from tools.features._feature_rows import feature_row
from tools.features._random_sets import RandomSentences
from tools.features._sampled_effects import Effects, ablate_sample
from tools.features._sweep_files import ablated_features, ablations_folder, embeddings_file, rows_folder
from tools.features.diagnosis import Thresholds
from tools.features.sweep_table import FeatureRow, is_whole, ranked, read_rows, write_rows
from tools.models.embeddings import embed
from tools.progress import Progress, Report, silent
from tools.sae.activations import FIRES_ABOVE
from tools.sae.scan import BLOCK, KEPT, Scan, scan_corpus
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
    vectors = _embedded(scan, report)
    parts = list(_scored(model, scan, effects, vectors, wanted, known, uses, work, chosen, report))
    rows = ranked(row for part in parts for row in read_rows(part))
    write_rows(swept.table, rows, {"settings": chosen.model_dump_json(), "scan": json.dumps(scan.key)})
    for leftover in parts:
        leftover.unlink(missing_ok=True)
    return swept


def _embedded(scan: Scan, report: Report) -> np.ndarray:
    """Unit vectors of all sentences, a file for each block beside the scan's."""
    import numpy as np
    import torch
    from safetensors.torch import load_file

    found = []
    for index, start in enumerate(range(0, len(scan.sentences), BLOCK)):
        report(Progress("embedding the corpus", start, len(scan.sentences), "sentences"))
        file = embeddings_file(scan.folder, index)
        if not is_whole_file(file):
            vectors = embed(scan.sentences[start : start + BLOCK])
            write_whole(file, {"vectors": torch.from_numpy(vectors)})
        found.append(load_file(file)["vectors"].numpy())
    return np.concatenate(found)


def _scored(
    model: LanguageModel,
    scan: Scan,
    effects: Effects,
    vectors: np.ndarray,
    features: Sequence[int],
    labels: Mapping[int, tuple[str, str]],
    uses: Uses | None,
    work: Path,
    settings: Settings,
    report: Report,
) -> Iterator[Path]:
    """The files with the rows of the features, PART in each."""
    rows = {text: index for index, text in enumerate(scan.sentences)}
    null = RandomSentences(list(rows), vectors[list(rows.values())])
    contexts = Contexts(model, scan)

    def looked_up(texts: Sequence[str]) -> np.ndarray:
        return vectors[[rows[text] for text in texts]]

    for start in range(0, len(features), PART):
        part = features[start : start + PART]
        file = work / f"rows-{start // PART:05d}.parquet"
        report(Progress("scoring features", start, len(features), "features"))
        if not is_whole(file):
            contrasts = _contrasts(
                scan, vectors, {f: labels[f][0] for f in part if f in labels}, uses, settings.seed
            )
            found: list[FeatureRow] = []
            for feature in part:
                report(Progress("scoring features", start + len(found), len(features), "features"))
                kl, entropy, texts = effects.of(feature)
                sentences = contexts.strongest(feature, settings.sentences)
                firings = int(scan.firings[feature])
                found.append(
                    feature_row(
                        feature,
                        label=labels.get(feature),
                        firings=firings,
                        n_tokens=scan.n_tokens,
                        contrast=contrasts.get(feature),
                        purity=purity.score(
                            sentences,
                            null,
                            purity.Settings(seed=settings.seed),
                            source="strongest corpus sentences",
                            embed=looked_up,
                        ),
                        mui=mui.score_of(
                            kl,
                            entropy,
                            sentences=texts,
                            n_firing=firings,
                            noise_floor=effects.noise_floor,
                            settings=mui.Settings(threshold=settings.threshold, seed=settings.seed),
                        ),
                        strongest=sentences[0] if sentences else None,
                        thresholds=settings.thresholds,
                    )
                )
            write_rows(file, found)
        yield file


def _contrasts(
    scan: Scan, vectors: np.ndarray, labels: Mapping[int, str], uses: Uses | None, seed: int
) -> dict[int, FeatureScore]:
    """The corpus contrast of each feature that has a label."""
    import numpy as np
    import torch

    if not labels:
        return {}
    cosines = embed(list(labels.values())) @ vectors.T
    sides = [
        side
        for row, (feature, label) in zip(cosines, labels.items(), strict=True)
        for side in choose_sentences(
            row, uses(label) if uses else None, np.random.default_rng([seed, feature])
        )
    ]
    owners = np.repeat(np.repeat([*labels], 2), [len(side) for side in sides])
    maxima = scan.maxima(torch.from_numpy(np.concatenate(sides)), torch.from_numpy(owners)).numpy()
    values = np.split(maxima, np.cumsum([len(side) for side in sides])[:-1])
    return {
        feature: corpus_contrast(values[2 * index].tolist(), values[2 * index + 1].tolist(), seed=seed)
        for index, feature in enumerate(labels)
    }
