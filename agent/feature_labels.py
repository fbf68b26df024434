"""The labels of the loaded SAE's features: the user's own history first, then what came with the SAE."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.workbench import Workbench
from sessions.labels import StoredLabel
from tools.progress import Report

if TYPE_CHECKING:
    from tools.sae.load import LoadedSae

FILE = "labels.json"
"""Beside an SAE's weights."""


def known_labels(bench: Workbench, sae: "LoadedSae") -> dict[int, tuple[str, str]]:
    """Label and how it was made, of each feature that has one. Raises UserError for a label file that is damaged."""
    from tools.sae.labels import read_labels

    file = _file_of(sae)
    shipped = read_labels(file, n_features=sae.n_features) if file.is_file() else {}
    labels = {feature: (label.label, label.method) for feature, label in shipped.items()}
    stored = bench.store.labels(sae.weights_hash)
    return labels | {feature: (label.label, label.method) for feature, label in stored.items()}


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
    yield Said(
        f"Read {len(found):,} labels from {source}: {len(fresh):,} are new to {sae.name}"
        + (f", and {replaced:,} of them replace another (kept in the history)." if replaced else ".")
    )


def _file_of(sae: "LoadedSae") -> Path:
    from tools.sae.load import DEMO, DEMO_FOLDER

    return (DEMO_FOLDER if sae.name == DEMO else Path(sae.name).expanduser()) / FILE
