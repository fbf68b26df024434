"""A sweep over the planted SAE: the answers are known, and a kill loses and repeats nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.planted_sae import (
    DEAD,
    DECISIVE,
    LABELS,
    MISLABELLED,
    N_FEATURES,
    TOPICS,
    TWO_TOPICS,
    UNREAD,
    planted_model,
    planted_sae,
    sentences_about,
)
from tools.errors import Stopped, StoreError
from tools.features import _sampled_effects
from tools.features import sweep as sweeping
from tools.features.sweep import Settings, Swept, sweep
from tools.features.sweep_table import FeatureRow, ranked, read_rows, write_rows
from tools.progress import Progress
from tools.sae import scan as scanning
from tools.sae.activations import FIRES_ABOVE, activations

CORPUS = sentences_about(DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED)
NAMED = {feature: (label, "planted") for feature, label in LABELS.items()}


def _sweep(folder: Path, **given: object) -> Swept:
    return sweep(planted_model(), planted_sae(), CORPUS, folder / "sweeps", folder / "scans", **given)  # type: ignore[arg-type]


def _rows(swept: Swept) -> dict[int, FeatureRow]:
    return {row.feature: row for row in read_rows(swept.table)}


def test_every_feature_gets_the_scores_that_were_planted(tmp_path: Path) -> None:
    rows = _rows(_sweep(tmp_path, labels=NAMED))
    assert sorted(rows) == list(range(N_FEATURES))
    assert rows[DECISIVE].mui and rows[DECISIVE].mui > 0.6
    assert rows[UNREAD].mui == pytest.approx(0.0, abs=1e-6)
    assert rows[DECISIVE].corpus_contrast == 1.0
    firings = sum(
        int((text.values[text.counts] > FIRES_ABOVE).sum())
        for text in activations(planted_model(), planted_sae(), CORPUS, [DECISIVE])
    )
    assert rows[DECISIVE].firings == firings
    assert rows[DECISIVE].firing_share == pytest.approx(firings / _sweep(tmp_path, labels=NAMED).n_tokens)
    assert rows[DECISIVE].mui_n == 10
    for row in (rows[DECISIVE], rows[UNREAD], rows[MISLABELLED]):
        assert row.purity_beats_random
        assert row.purity_n == 10
    # One topic is purer than two.
    assert (rows[UNREAD].purity or 0) > (rows[TWO_TOPICS].purity or 1)


def test_a_feature_that_fires_nowhere_is_dead_and_comes_last(tmp_path: Path) -> None:
    swept = _sweep(tmp_path, labels=NAMED)
    row = _rows(swept)[DEAD]
    assert row.reading == "dead or noise"
    assert (row.firings, row.mui, row.purity, row.strongest) == (0, None, None, None)
    assert [each.firings for each in read_rows(swept.table)][-3:] == [0, 0, 0]


def test_the_strongest_sentence_and_its_token_are_told(tmp_path: Path) -> None:
    row = _rows(_sweep(tmp_path))[DECISIVE]
    assert row.token in TOPICS[DECISIVE]
    assert row.strongest in CORPUS
    assert row.token in (row.strongest or "")


def test_without_labels_the_contrast_is_unscored_and_the_rest_is_the_same(tmp_path: Path) -> None:
    named, bare = _rows(_sweep(tmp_path, labels=NAMED)), _rows(_sweep(tmp_path))
    for feature, row in bare.items():
        assert row.corpus_contrast is None
        assert (row.purity, row.mui) == (named[feature].purity, named[feature].mui)


def test_labels_that_list_words_are_tested_on_the_sentences_that_use_them(tmp_path: Path) -> None:
    def uses(label: str) -> tuple[list[int], list[int]] | None:
        if label == LABELS[UNREAD]:  # as if its words stood in the sentences about animals
            return list(range(10)), list(range(10))
        return ([0, 1], [0, 1]) if label == LABELS[MISLABELLED] else None

    by_meaning, by_words = (
        _rows(_sweep(tmp_path, labels=NAMED)),
        _rows(_sweep(tmp_path, labels=NAMED, uses=uses)),
    )
    assert by_meaning[UNREAD].corpus_contrast == 1.0
    assert by_words[UNREAD].corpus_contrast == 0.0
    assert by_words[UNREAD].corpus_contrast_n == 20
    assert by_words[MISLABELLED].corpus_contrast is None  # two sentences are too few
    assert by_words[DECISIVE].corpus_contrast == by_meaning[DECISIVE].corpus_contrast


def test_a_list_of_features_is_swept_alone_and_gives_the_same_scores(tmp_path: Path) -> None:
    some, every = _rows(_sweep(tmp_path, features=[UNREAD, DEAD])), _rows(_sweep(tmp_path))
    assert sorted(some) == sorted([UNREAD, DEAD])
    assert some[UNREAD].model_copy(update={"rank": 0}) == every[UNREAD].model_copy(update={"rank": 0})


def test_a_finished_sweep_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = _sweep(tmp_path)
    monkeypatch.setattr(_sampled_effects, "ablate_many", None)
    monkeypatch.setattr("tools.sae.scan_block.residuals", None)
    assert _sweep(tmp_path) == swept


def test_a_sweep_can_be_stopped_at_any_report_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "BLOCK", 8)
    monkeypatch.setattr(sweeping, "BLOCK", 8)
    monkeypatch.setattr(_sampled_effects, "BLOCK", 8)
    monkeypatch.setattr(sweeping, "PART", 3)
    whole = _rows(_sweep(tmp_path / "whole", labels=NAMED))
    reports = 0

    def count(progress: Progress) -> None:
        nonlocal reports
        reports += 1

    _sweep(tmp_path / "counted", labels=NAMED, report=count)
    for patience in range(1, reports, max(1, reports // 4)):
        left = patience

        def stop(progress: Progress) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Stopped

        with pytest.raises(Stopped):
            _sweep(tmp_path / str(patience), labels=NAMED, report=stop)
        assert _rows(_sweep(tmp_path / str(patience), labels=NAMED)) == whole


KILLED = """
import sys, time
from pathlib import Path
import torch
from tests.planted_sae import planted_model, planted_sae
from tests.tools.features.test_sweep import CORPUS, NAMED
from tools.features import _row_parts, _sampled_effects
from tools.features import sweep as sweeping
from tools.sae import scan as scanning
from tools.sae.activations import FIRES_ABOVE, activations

torch.manual_seed(0)  # what the planted model does not set is random, and its hash names the folders
scanning.BLOCK = sweeping.BLOCK = _sampled_effects.BLOCK = 8
sweeping.PART = 3
folder, slow = Path(sys.argv[1]), float(sys.argv[2])
done = open(folder / "done.log", "a", buffering=1)

def logged(name, real):
    def work(*arguments, **named):
        time.sleep(slow)
        result = real(*arguments, **named)
        done.write(name + "\\n")
        return result
    return work

scanning.scan_block = logged("scan", scanning.scan_block)
_sampled_effects._ablated_block = logged("ablate", _sampled_effects._ablated_block)
_row_parts.RowBasis._contrasts = logged("score", _row_parts.RowBasis._contrasts)
sweeping.sweep(planted_model(), planted_sae(), CORPUS, folder / "sweeps", folder / "scans", labels=NAMED)
"""


def test_a_sweep_that_is_killed_loses_nothing_and_repeats_at_most_a_block_a_kill(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    log = tmp_path / "done.log"
    kills = 0
    for n_done in (2, -(-len(CORPUS) // 8) + 2):  # in the scan, and in the ablations
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), "0.1"], env=environment)
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            if log.exists() and len(log.read_text().splitlines()) >= n_done:
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.02)
        assert process.wait() == -signal.SIGKILL
        kills += 1
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "0"], env=environment, check=True)
    n_blocks = -(-len(CORPUS) // 8)
    counts = [log.read_text().splitlines().count(name) for name in ("scan", "ablate", "score")]
    for count, needed in zip(counts, (n_blocks, n_blocks, 3), strict=True):
        assert needed <= count <= needed + kills
    assert sum(counts) <= 2 * n_blocks + 3 + kills
    (tmp_path / "whole").mkdir()
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "whole"), "0"], env=environment, check=True)
    tables = [
        [file for file in (folder / "sweeps").rglob("*") if file.is_file()]
        for folder in (tmp_path, tmp_path / "whole")
    ]
    assert [file.name for files in tables for file in files] == ["features.parquet"] * 2
    assert read_rows(tables[0][0]) == read_rows(tables[1][0])


def test_a_new_label_or_filter_ablates_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _rows(_sweep(tmp_path, labels=NAMED))
    monkeypatch.setattr(_sampled_effects, "ablate_many", None)
    renamed = NAMED | {MISLABELLED: ("music", "by hand")}
    after = _rows(_sweep(tmp_path, labels=renamed, features=[f for f in range(N_FEATURES) if f != DEAD]))
    assert after[MISLABELLED].label == "music"
    assert after[UNREAD].mui == before[UNREAD].mui


def test_other_thresholds_of_a_reading_are_another_sweep(tmp_path: Path) -> None:
    from tools.features.diagnosis import Thresholds

    strict = Settings(thresholds=Thresholds(mui=0.99))
    assert _sweep(tmp_path).table != _sweep(tmp_path, settings=strict).table
    assert _rows(_sweep(tmp_path, settings=strict))[DECISIVE].mui_level != "high"


def test_tables_are_read_in_part(tmp_path: Path) -> None:
    table = _sweep(tmp_path, labels=NAMED).table
    dead = read_rows(table, readings=["dead or noise"])
    assert {row.feature for row in dead} == {DEAD, 6, 7}
    assert [row.feature for row in read_rows(table, readings=["dead or noise"], without=[6])] == [DEAD, 7]
    assert [row.rank for row in read_rows(table, top=2)] == [1, 2]
    assert {row.feature for row in read_rows(table, features=[1, 2])} == {1, 2}


def test_hostile_labels_survive_the_table(tmp_path: Path) -> None:
    row = read_rows(_sweep(tmp_path).table)[0].model_copy(update={"label": "\x1b[31m \ud800 =1+1"})
    write_rows(tmp_path / "t.parquet", [row])
    assert read_rows(tmp_path / "t.parquet")[0].label == "\x1b[31m \\ud800 =1+1"


def test_a_damaged_or_missing_table_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 nonsense")
    for file in ("t.parquet", "none.parquet"):
        with pytest.raises(StoreError, match="cannot be read"):
            read_rows(tmp_path / file)


def test_ranks_go_by_the_smallest_score_and_unscored_and_dead_come_later(tmp_path: Path) -> None:
    row = read_rows(_sweep(tmp_path).table)[0]
    rows = [
        row.model_copy(
            update={"feature": feature, "firings": firings, "purity": purity, "mui": mui, "label": None}
        )
        for feature, firings, purity, mui in [
            (0, 5, 0.9, 0.1),
            (1, 0, None, None),
            (2, 5, 0.4, 0.3),
            (3, 5, None, 0.9),
        ]
    ]
    assert [each.feature for each in ranked(rows)] == [2, 0, 3, 1]
