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

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from tools.features import FeatureScore, mui, purity
from tools.features._contexts import Contexts
from tools.features._corpus_contrast import choose_sentences, corpus_contrast
from tools.features._random_sets import RandomSets
from tools.features._sampled_effects import Effects, ablate_sample
from tools.features.diagnosis import Thresholds, diagnose
from tools.features.interp_score import SentenceMaximum
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
FORMAT = 1


class Settings(BaseModel):
    """Knobs of a sweep; stored with the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = FIRES_ABOVE
    """A feature fires at a token where its activation exceeds this."""
    sentences: int = Field(default=10, ge=2, le=KEPT)
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
    settings: Settings | None = None,
    report: Report = silent,
) -> Swept:
    """Sweep `features` (none: all) over the sentences of `corpus`, or do what is left of an earlier try.

    `labels`: label and how it was made, by feature. The table comes into a folder of its own under `folder`; scans,
    which serve any list of features, under `scans`. Raises UserError where these cannot be written, ValueError for
    an empty corpus. `report` may raise Stopped: what is done so far is kept.
    """
    chosen = settings or Settings()
    wanted = sorted(set(features)) or list(range(sae.n_features))
    known = {feature: labels[feature] for feature in wanted if feature in labels} if labels else {}
    scan = scan_corpus(model, sae, corpus, scans, threshold=chosen.threshold, seed=chosen.seed, report=report)
    work = folder / _key(scan, wanted, known, chosen)
    swept = Swept(work / TABLE, len(wanted), len(corpus), scan.n_tokens, str(scan.key["corpus"]))
    if is_whole(swept.table):
        return swept
    # Most features or all of them: then what was ablated also serves sweeps that leave some out.
    ablated = wanted if 2 * len(wanted) < sae.n_features else list(range(sae.n_features))
    effects = ablate_sample(model, sae, scan, ablated, scan.folder / f"ablations-{_hash(ablated)}", report)
    vectors = _embedded(scan, report)
    parts = list(_scored(model, scan, effects, vectors, wanted, known, work, chosen, report))
    rows = ranked(row for part in parts for row in read_rows(part))
    write_rows(swept.table, rows, {"settings": chosen.model_dump_json(), "scan": json.dumps(scan.key)})
    for leftover in parts:
        leftover.unlink(missing_ok=True)
    return swept


def _key(
    scan: Scan, features: Sequence[int], labels: Mapping[int, tuple[str, str]], settings: Settings
) -> str:
    everything = [FORMAT, scan.key, features, sorted(labels.items()), settings.model_dump(mode="json")]
    return _hash(everything)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _embedded(scan: Scan, report: Report) -> np.ndarray:
    """Unit vectors of all sentences, a file for each block beside the scan's."""
    import numpy as np
    import torch
    from safetensors.torch import load_file

    found = []
    for index, start in enumerate(range(0, len(scan.sentences), BLOCK)):
        report(Progress("embedding the corpus", start, len(scan.sentences), "sentences"))
        file = scan.folder / f"embeddings-{index:05d}.safetensors"
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
    work: Path,
    settings: Settings,
    report: Report,
) -> Iterator[Path]:
    """The files with the rows of the features, PART in each."""
    rows = {text: index for index, text in enumerate(scan.sentences)}
    random_sets = RandomSets(scan.sentences, vectors, settings.seed)
    contexts = Contexts(model, scan)

    def looked_up(texts: Sequence[str]) -> np.ndarray:
        return vectors[[rows[text] for text in texts]]

    for start in range(0, len(features), PART):
        part = features[start : start + PART]
        file = work / f"rows-{start // PART:05d}.parquet"
        report(Progress("scoring features", start, len(features), "features"))
        if not is_whole(file):
            contrasts = _contrasts(
                scan, vectors, {f: labels[f][0] for f in part if f in labels}, settings.seed
            )
            found: list[FeatureRow] = []
            for feature in part:
                report(Progress("scoring features", start + len(found), len(features), "features"))
                kl, entropy, texts = effects.of(feature)
                sentences = contexts.strongest(feature, settings.sentences)
                pure = purity.score(sentences, embed=looked_up, source="strongest corpus sentences")
                found.append(
                    _row(
                        scan,
                        feature,
                        labels.get(feature),
                        contrasts.get(feature),
                        random_sets.compared(pure, [each.text for each in sentences]),
                        mui.score_of(
                            kl,
                            entropy,
                            sentences=texts,
                            n_firing=int(scan.firings[feature]),
                            noise_floor=effects.noise_floor,
                            settings=mui.Settings(threshold=settings.threshold, seed=settings.seed),
                        ),
                        sentences[0] if sentences else None,
                        settings,
                    )
                )
            write_rows(file, found)
        yield file


def _contrasts(
    scan: Scan, vectors: np.ndarray, labels: Mapping[int, str], seed: int
) -> dict[int, FeatureScore]:
    """The corpus contrast of each feature that has a label."""
    import numpy as np
    import torch

    if not labels:
        return {}
    near, far = choose_sentences(embed(list(labels.values())), vectors, seed=seed)
    sides = [*near, *far]
    owners = np.repeat([*labels, *labels], [len(side) for side in sides])
    maxima = scan.maxima(torch.from_numpy(np.concatenate(sides)), torch.from_numpy(owners)).numpy()
    values = np.split(maxima, np.cumsum([len(side) for side in sides])[:-1])
    return {
        feature: corpus_contrast(values[index].tolist(), values[len(labels) + index].tolist(), seed=seed)
        for index, feature in enumerate(labels)
    }


def _row(
    scan: Scan,
    feature: int,
    label: tuple[str, str] | None,
    contrast: FeatureScore | None,
    pure: FeatureScore,
    used: FeatureScore,
    strongest: SentenceMaximum | None,
    settings: Settings,
) -> FeatureRow:
    firings = int(scan.firings[feature])
    diagnosis = diagnose(contrast, pure, used, firings=firings, thresholds=settings.thresholds)
    return FeatureRow(
        feature=feature,
        label=label[0] if label else None,
        label_method=label[1] if label else None,
        firings=firings,
        firing_share=firings / max(1, scan.n_tokens),
        **_columns("corpus_contrast", contrast, {"d": "d"}),
        **_columns("purity", pure, {"z": "z", "beats_random": "beats_random"}),
        **_columns("mui", used, {"mean_kl": "mean_kl", "mean_entropy": "mean_entropy"}),
        interp_level=diagnosis.levels.interp,
        purity_level=diagnosis.levels.purity,
        mui_level=diagnosis.levels.mui,
        reading=diagnosis.reading,
        possible=diagnosis.possible,
        maximum=strongest.maximum if strongest else None,
        strongest=strongest.text if strongest else None,
        token=strongest.tokens[strongest.strongest] if strongest else None,
    )


def _columns(name: str, score: FeatureScore | None, details: Mapping[str, str]) -> dict[str, object]:
    """A score as columns of the table: value, interval, n, and some of its details under their own names."""
    low, high = (score.interval if score is not None else None) or (None, None)
    return {
        name: score.value if score is not None else None,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": score.n if score is not None else 0,
        **{
            f"{name}_{column}": score.details.get(detail) if score is not None else None
            for column, detail in details.items()
        },
    }
