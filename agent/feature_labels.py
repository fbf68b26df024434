"""The labels of the loaded SAE's features: the user's own history first, then what came with the SAE."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.workbench import Workbench
from sessions.labels import StoredLabel
from tools.progress import Report

if TYPE_CHECKING:
    from tools.sae.labels import FeatureLabel
    from tools.sae.load import LoadedSae

FILE = "labels.json"
"""Beside an SAE's weights."""


def known_labels(bench: Workbench, sae: "LoadedSae") -> dict[int, tuple[str, str]]:
    """Label and how it was made, of each feature that has one. Raises UserError for a label file that is damaged."""
    labels = {feature: (label.label, label.method) for feature, label in _shipped(sae).items()}
    stored = bench.store.labels(sae.weights_hash)
    return labels | {feature: (label.label, label.method) for feature, label in stored.items()}


def label_examples(sae: "LoadedSae", feature: int, label: str) -> tuple[str, ...]:
    """Texts on which the feature fires, the token in «», where they came with the SAE and this label."""
    shipped = _shipped(sae).get(feature)
    return shipped.examples if shipped is not None and shipped.label == label else ()


def import_labels(bench: Workbench, path: str, report: Report) -> Iterator[Event]:
    """Give features the labels in a file; those that they had before stay in the history. Raises UserError."""
    from tools.sae.labels import read_labels

    sae = bench.sae(report)
    found = read_labels(Path(path), n_features=sae.n_features)
    before = known_labels(bench, sae)
    fresh = {
        feature: label for feature, label in found.items() if before.get(feature, ("", ""))[0] != label.label
    }
    source = Path(path).name
    bench.store.add_labels(
        sae.weights_hash,
        [
            StoredLabel(feature=feature, label=label.label, method=f"{label.method}, imported from {source}")
            for feature, label in fresh.items()
        ],
    )
    replaced = sum(feature in before for feature in fresh)
    labels = "1 label" if len(found) == 1 else f"{len(found):,} labels"
    are, replace = (
        ("is", "replaces") if len(fresh) == 1 else ("are", "replace" if replaced != 1 else "replaces")
    )
    yield Said(
        f"Read {labels} from {source}: {len(fresh):,} {are} new to {sae.name}"
        + (f", and {replaced:,} {replace} another (kept in the history)." if replaced else ".")
    )


def _shipped(sae: "LoadedSae") -> "dict[int, FeatureLabel]":
    """The labels in the file beside the SAE's weights, where there is one."""
    file = _file_of(sae)
    return _read_once(file, file.stat().st_mtime_ns, sae.n_features) if file.is_file() else {}


@lru_cache(maxsize=2)
def _read_once(file: Path, changed: int, n_features: int) -> "dict[int, FeatureLabel]":
    """Thousands of labels take a moment to read; `changed` tells a file from what it was before."""
    from tools.sae.labels import read_labels

    return read_labels(file, n_features=n_features)


def _file_of(sae: "LoadedSae") -> Path:
    from tools.sae.load import DEMO, DEMO_FOLDER

    return (DEMO_FOLDER if sae.name == DEMO else Path(sae.name).expanduser()) / FILE
