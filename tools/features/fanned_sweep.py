"""The same sweep, its files written by many workers at once.

Every file of a sweep stands by itself, so the workers write those that are missing, stage by stage, with the
functions that `tools.features.sweep` writes them with; what is left for `sweep` then is to collect them. The table is
the same, and a sweep that was killed goes on, with workers or without.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import StoreError, UserError
from tools.features._corpus_contrast import Uses
from tools.features._row_parts import RowBasis, RowPart, row_parts
from tools.features._sampled_effects import AblationPart, ablate_part, ablate_sample, parts_to_ablate
from tools.features._sweep_files import ablated_features, ablations_folder, rows_folder
from tools.features.sweep import PART, TABLE, Settings, Swept, embed_part, embedded, parts_to_embed, sweep
from tools.features.sweep_table import is_whole
from tools.models.source import ModelSource, check_same, loaded
from tools.progress import Report, silent
from tools.sae.scan import CorpusPart, Scan, parts_to_scan, scan_corpus, scan_part

if TYPE_CHECKING:
    from tools.fanout import Team
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae


@dataclass(frozen=True)
class _Job:
    """What a worker needs for any part of a sweep."""

    model: ModelSource
    model_hash: str
    sae: str
    sae_hash: str
    settings: Settings
    marks: tuple[Path, ...]
    """Files that whoever sees the folders of the sweep sees."""


@dataclass(frozen=True)
class _Rows:
    """What a worker needs for rows, beside the job."""

    job: _Job
    scan: Scan
    ablated: Sequence[int]
    labels: Mapping[int, tuple[str, str]]
    uses_in: Callable[[Sequence[str]], Uses] | None
    work: Path


def sweep_with(
    team: Team,
    source: ModelSource,
    model: LanguageModel,
    sae: LoadedSae,
    corpus: Sequence[str],
    folder: Path,
    scans: Path,
    *,
    features: Sequence[int] = (),
    labels: Mapping[int, tuple[str, str]] | None = None,
    uses_in: Callable[[Sequence[str]], Uses] | None = None,
    settings: Settings | None = None,
    report: Report = silent,
) -> Swept:
    """What `sweep` does, by a team whose workers load `source` and the SAE by its name; both folders are shared.

    `uses_in`: makes `uses` from the corpus, a function or class of a module. Raises what `sweep` raises, and
    UserError for a worker that has other weights or does not see the folders.
    """
    chosen = settings or Settings()
    wanted = sorted(set(features)) or list(range(sae.n_features))
    known = {feature: labels[feature] for feature in wanted if feature in labels} if labels else {}
    threshold, seed = chosen.threshold, chosen.seed
    folder, scans = folder.absolute(), scans.absolute()
    with _marked(folder, scans) as marks:
        job = _Job(source, model.weights_hash, sae.name, sae.weights_hash, chosen, marks)
        to_scan = parts_to_scan(model, sae, corpus, scans, threshold=threshold, seed=seed)
        for _ in team.each(_scan, job, to_scan, report, label="reading the corpus", unit="blocks"):
            pass
        scan = scan_corpus(model, sae, corpus, scans, threshold=threshold, seed=seed, report=report)
        work = rows_folder(folder, scan, wanted, known, uses_in is not None, chosen)
        if not is_whole(work / TABLE):
            ablated = ablated_features(wanted, sae.n_features)
            effects: list[AblationPart | CorpusPart] = [
                *parts_to_ablate(scan, ablated, ablations_folder(scan.folder, ablated)),
                *parts_to_embed(scan),
            ]
            for _ in team.each(_effect, job, effects, report, label="ablating features", unit="blocks"):
                pass
            parts = [part for part in row_parts(wanted, work, PART) if not is_whole(part.file)]
            rows = _Rows(job, scan, ablated, known, uses_in, work)
            for _ in team.each(_score, rows, parts, report, label="scoring features", unit="parts"):
                pass
    return sweep(
        model,
        sae,
        corpus,
        folder,
        scans,
        features=features,
        labels=labels,
        uses=uses_in(corpus) if uses_in else None,
        settings=settings,
        report=report,
    )


def _scan(job: _Job, part: CorpusPart) -> None:
    model, sae = _loaded(job)
    scan_part(model, sae, part, threshold=job.settings.threshold, seed=job.settings.seed)


def _effect(job: _Job, part: AblationPart | CorpusPart) -> None:
    if isinstance(part, CorpusPart):
        _check_sees(job)
        embed_part(part)
    else:
        model, sae = _loaded(job)
        ablate_part(model, sae, part)


def _score(rows: _Rows, part: RowPart) -> None:
    _basis(rows).write(part)


_bases: dict[Path, RowBasis] = {}


def _basis(rows: _Rows) -> RowBasis:
    """Kept for the rows that follow: the folder's name says all that the rows depend on."""
    if rows.work not in _bases:
        model, sae = _loaded(rows.job)
        _bases.clear()
        folder = ablations_folder(rows.scan.folder, list(rows.ablated))
        _bases[rows.work] = RowBasis(
            model,
            rows.scan,
            ablate_sample(model, sae, rows.scan, rows.ablated, folder, silent),
            embedded(rows.scan),
            rows.labels,
            rows.uses_in(rows.scan.sentences) if rows.uses_in else None,
            rows.job.settings,
        )
    return _bases[rows.work]


def _loaded(job: _Job) -> tuple[LanguageModel, LoadedSae]:
    _check_sees(job)
    model = loaded(job.model)
    check_same(model.name, model.weights_hash, job.model_hash)
    sae = _sae(job.sae, str(model.device))
    check_same(sae.name, sae.weights_hash, job.sae_hash)
    return model, sae


@lru_cache(maxsize=1)
def _sae(name: str, device: str) -> LoadedSae:
    from tools.sae.load import load_sae

    return load_sae(name, device=device)


def _check_sees(job: _Job) -> None:
    for mark in job.marks:
        if not mark.exists():
            raise UserError(
                f"A worker on {socket.gethostname()} does not see the folder {mark.parent}.",
                "All machines have to share it: name such folders in BENCHWRIGHT_DATA and BENCHWRIGHT_CACHE.",
            )


@contextmanager
def _marked(*folders: Path) -> Iterator[tuple[Path, ...]]:
    """A file in each folder while the workers are at it, under a name that no other machine has by chance."""
    marks = tuple(folder.absolute() / f".{os.getpid()}-{secrets.token_hex(8)}" for folder in folders)
    try:
        for mark in marks:
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
    except OSError as error:
        raise StoreError(
            f"{mark.parent} cannot be written ({error.strerror or error}).", "Free some space."
        ) from error
    try:
        yield marks
    finally:
        for mark in marks:
            mark.unlink(missing_ok=True)
