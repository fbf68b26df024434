"""What a sweep has still to do goes down as it is done, and is nothing at the end."""

from pathlib import Path

import pytest

from tests.planted_sae import N_FEATURES, UNREAD, planted_model, planted_sae
from tests.tools.features.test_sweep import CORPUS, NAMED
from tools.errors import Stopped
from tools.features import sweep as sweeping
from tools.features.sweep import sweep
from tools.features.sweep_left import Left, left_of_sweep
from tools.progress import Progress
from tools.sae.scan import BLOCK
from tools.sae.scan_block import SAMPLED


def _left(folder: Path, **given: object) -> Left:
    return left_of_sweep(
        planted_model(), planted_sae(), CORPUS, folder / "sweeps", folder / "scans", labels=NAMED, **given
    )  # type: ignore[arg-type]


def _sweep_until(folder: Path, task: str, **given: object) -> None:
    def stop(progress: Progress) -> None:
        if progress.task.startswith(task):
            raise Stopped

    with pytest.raises(Stopped):
        sweep(
            planted_model(),
            planted_sae(),
            CORPUS,
            folder / "sweeps",
            folder / "scans",
            labels=NAMED,
            report=stop,
            **given,
        )  # type: ignore[arg-type]


def test_at_first_everything_is_left() -> None:
    blocks = -(-len(CORPUS) // BLOCK) * BLOCK
    assert _left(Path("nowhere")) == Left(blocks, blocks, N_FEATURES * SAMPLED, N_FEATURES)
    assert _left(Path("nowhere"), features=[UNREAD]).features == 1


def test_what_is_done_is_left_no_more(tmp_path: Path) -> None:
    _sweep_until(tmp_path, "embedding")
    left = _left(tmp_path)
    assert (left.sentences, left.positions, left.features) == (0, 0, N_FEATURES)
    assert left.embeddings > 0
    _sweep_until(tmp_path, "scoring")
    assert _left(tmp_path) == Left(0, 0, 0, N_FEATURES)
    sweep(planted_model(), planted_sae(), CORPUS, tmp_path / "sweeps", tmp_path / "scans", labels=NAMED)
    assert _left(tmp_path) == Left(0, 0, 0, 0)


def test_scored_parts_count_as_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PART", 3)
    monkeypatch.setattr("tools.features.sweep_left.PART", 3)
    scored = 0

    def stop_in_the_second_part(progress: Progress) -> None:
        nonlocal scored
        scored += progress.task.startswith("scoring") and progress.done >= 4
        if scored:
            raise Stopped

    with pytest.raises(Stopped):
        sweep(
            planted_model(),
            planted_sae(),
            CORPUS,
            tmp_path / "sweeps",
            tmp_path / "scans",
            labels=NAMED,
            report=stop_in_the_second_part,
        )
    assert _left(tmp_path).features == N_FEATURES - 3


def test_another_list_of_few_features_has_ablations_of_its_own(tmp_path: Path) -> None:
    sweep(planted_model(), planted_sae(), CORPUS, tmp_path / "sweeps", tmp_path / "scans", labels=NAMED)
    left = _left(tmp_path, features=[UNREAD])
    assert (left.sentences, left.embeddings, left.features) == (0, 0, 1)
    assert 0 < left.positions <= SAMPLED
