"""Labels with their history, and excluded features."""

from pathlib import Path

import pytest

from sessions.labels import StoredLabel
from sessions.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_the_newest_kept_label_counts_and_nothing_is_overwritten(store: Store) -> None:
    store.add_labels("sae", [StoredLabel(feature=3, label="rain", method="shipped")])
    store.add_labels("sae", [StoredLabel(feature=3, label="music", method="proposed", details={"d": 2.5})])
    store.add_labels("sae", [StoredLabel(feature=3, label="noise", method="proposed", kept=False)])
    assert store.labels("sae")[3].label == "music"
    history = store.label_history("sae", 3)
    assert [(label.label, label.kept) for label in history] == [
        ("rain", True),
        ("music", True),
        ("noise", False),
    ]
    assert history[1].details == {"d": 2.5}


def test_labels_belong_to_one_sae(store: Store) -> None:
    store.add_labels("sae", [StoredLabel(feature=3, label="rain", method="shipped")])
    assert store.labels("other") == {}


def test_labels_outlive_the_process_and_hostile_text_is_kept(store: Store, tmp_path: Path) -> None:
    hostile = "'); DROP TABLE labels; -- \x1b[31m \ud800"
    store.add_labels("sae", [StoredLabel(feature=0, label=hostile, method="imported")])
    store.close()
    assert Store(tmp_path).labels("sae")[0].label == hostile.replace("\ud800", "\\ud800")


def test_excluded_features_stay_so_until_they_are_included_again(store: Store) -> None:
    store.exclude_features("sae", {1: "dead", 5: "noise"})
    store.exclude_features("sae", {5: "another reason", 9: "dead"})
    assert store.excluded_features("sae") == {1: "dead", 5: "noise", 9: "dead"}
    assert store.excluded_features("other") == {}
    assert store.include_features("sae", [5, 77]) == 1
    assert store.include_features("sae") == 2
    assert store.excluded_features("sae") == {}


def test_without_a_sweep_there_is_no_latest_one(store: Store) -> None:
    assert store.latest_sweep("sae", "weights") is None
