"""Scores the features of a sweep from its scan, ablations and embeddings, in files of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.features import FeatureScore, mui, purity
from tools.features._contexts import Contexts
from tools.features._corpus_contrast import Uses, choose_sentences, corpus_contrast
from tools.features._feature_rows import feature_row
from tools.features._random_sets import RandomSentences
from tools.features._sampled_effects import Effects
from tools.features.sweep_table import FeatureRow, is_whole, write_rows
from tools.models.embeddings import embed
from tools.progress import Progress, Report, silent
from tools.sae.scan import Scan

if TYPE_CHECKING:
    import numpy as np

    from tools.features.sweep import Settings
    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class RowPart:
    """What one file of rows is about."""

    file: Path
    features: tuple[int, ...]
    start: int
    """Features that stand in the files before."""
    n_features: int
    """Of the whole sweep."""


def row_parts(features: Sequence[int], work: Path, size: int) -> list[RowPart]:
    """The files that the rows of the features come into, `size` in each."""
    return [
        RowPart(
            work / f"rows-{start // size:05d}.parquet",
            tuple(features[start : start + size]),
            start,
            len(features),
        )
        for start in range(0, len(features), size)
    ]


class RowBasis:
    """What all rows of a sweep are computed from."""

    def __init__(
        self,
        model: LanguageModel,
        scan: Scan,
        effects: Effects,
        vectors: np.ndarray,
        labels: Mapping[int, tuple[str, str]],
        uses: Uses | None,
        settings: Settings,
    ) -> None:
        """`vectors`: unit vectors of all sentences; `labels`: label and how it was made, by feature."""
        self._scan = scan
        self._effects = effects
        self._vectors = vectors
        self._labels = labels
        self._uses = uses
        self._settings = settings
        self._index = {text: index for index, text in enumerate(scan.sentences)}
        self._null = RandomSentences(list(self._index), vectors, list(self._index.values()))
        self._contexts = Contexts(model, scan)

    def write(self, part: RowPart, report: Report = silent) -> None:
        """Score the features of a part into its file, unless that is there. Raises StoreError."""
        report(Progress("scoring features", part.start, part.n_features, "features"))
        if is_whole(part.file):
            return
        contrasts = self._contrasts({f: self._labels[f][0] for f in part.features if f in self._labels})
        found: list[FeatureRow] = []
        for feature in part.features:
            report(Progress("scoring features", part.start + len(found), part.n_features, "features"))
            found.append(self._row(feature, contrasts.get(feature)))
        write_rows(part.file, found)

    def _row(self, feature: int, contrast: FeatureScore | None) -> FeatureRow:
        scan, settings = self._scan, self._settings
        kl, entropy, texts = self._effects.of(feature)
        sentences = self._contexts.strongest(feature, settings.sentences)
        firings = int(scan.firings[feature])
        return feature_row(
            feature,
            label=self._labels.get(feature),
            firings=firings,
            n_tokens=scan.n_tokens,
            contrast=contrast,
            purity=purity.score(
                sentences,
                self._null,
                purity.Settings(seed=settings.seed),
                source="strongest corpus sentences",
                embed=self._looked_up,
            ),
            mui=mui.score_of(
                kl,
                entropy,
                sentences=texts,
                n_firing=firings,
                noise_floor=self._effects.noise_floor,
                settings=mui.Settings(threshold=settings.threshold, seed=settings.seed),
            ),
            strongest=sentences[0] if sentences else None,
            thresholds=settings.thresholds,
        )

    def _looked_up(self, texts: Sequence[str]) -> np.ndarray:
        return self._vectors[[self._index[text] for text in texts]]

    def _contrasts(self, labels: Mapping[int, str]) -> dict[int, FeatureScore]:
        """The corpus contrast of each feature that has a label."""
        import numpy as np
        import torch

        if not labels:
            return {}
        seed, uses = self._settings.seed, self._uses
        cosines = embed(list(labels.values())) @ self._vectors.T
        sides = [
            side
            for row, (feature, label) in zip(cosines, labels.items(), strict=True)
            for side in choose_sentences(
                row, uses(label) if uses else None, np.random.default_rng([seed, feature])
            )
        ]
        owners = np.repeat(np.repeat([*labels], 2), [len(side) for side in sides])
        maxima = self._scan.maxima(torch.from_numpy(np.concatenate(sides)), torch.from_numpy(owners)).numpy()
        values = np.split(maxima, np.cumsum([len(side) for side in sides])[:-1])
        return {
            feature: corpus_contrast(values[2 * index].tolist(), values[2 * index + 1].tolist(), seed=seed)
            for index, feature in enumerate(labels)
        }
