"""Exclude SAE features from later sweeps and lists, or let them back in."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.planner.arguments import FilterFeatures
from agent.toolbox.sweep_features import known_reading
from agent.workbench import Workbench
from tools.errors import StoreError
from tools.features.diagnosis import Reading
from tools.progress import Report

if TYPE_CHECKING:
    from tools.sae.load import LoadedSae

USELESS: Reading = "dead or noise"
SILENT = "fires nowhere"
"""Why a feature of that reading is excluded where nothing else is known of it."""


def run(arguments: FilterFeatures, bench: Workbench, report: Report) -> Iterator[Event]:
    """Change the list of excluded features and say how long it is. Raises UserError."""
    from tools.sae.load import check_features

    reading = known_reading(arguments.reading)
    sae = bench.sae(report)
    check_features(sae, arguments.features)
    if arguments.keep:
        yield Said(_kept(arguments.features, reading, bench, sae))
    else:
        yield Said(_excluded(arguments.features, reading, bench, sae))


def table_of_latest_sweep(bench: Workbench, sae: "LoadedSae") -> Path:
    """The table of the latest sweep of this SAE on this model. Raises StoreError where there is none."""
    latest = bench.store.latest_sweep(sae.weights_hash, bench.model().weights_hash)
    if latest is None:
        raise StoreError(
            f"The features of {sae.name} have not been swept on this model yet.",
            "Sweep them first: /sweep, or /sweep 0-255 for some.",
        )
    return Path(latest.table)


def _kept(features: list[int], reading: Reading | None, bench: Workbench, sae: "LoadedSae") -> str:
    """Let the features that were named back in, those that were excluded for the reading, or else all."""
    reasons = {reading, SILENT} if reading == USELESS else {reading}
    chosen = features or [
        feature
        for feature, reason in bench.store.excluded_features(sae.weights_hash).items()
        if reading is None or reason in reasons
    ]
    n = bench.store.include_features(sae.weights_hash, chosen)
    told = "1 feature is" if n == 1 else f"{n:,} features are"
    return f"{told} no longer excluded." if n else "None of these was excluded."


def _excluded(features: list[int], reading: Reading | None, bench: Workbench, sae: "LoadedSae") -> str:
    """Exclude the features that were named, those with the reading, or else the dead and all-low ones."""
    from tools.features.sweep_table import read_rows

    before = bench.store.excluded_features(sae.weights_hash)
    if features and reading is None:
        reasons, which = dict.fromkeys(features, "named by the user"), ""
    else:
        wanted = reading or USELESS
        rows = read_rows(table_of_latest_sweep(bench, sae), readings=[wanted], features=features)
        reasons = {row.feature: SILENT if row.firings == 0 else wanted for row in rows}
        which = f" ({wanted})"
    bench.store.exclude_features(sae.weights_hash, reasons)
    fresh = len(reasons.keys() - before.keys())
    told = "1 feature" if fresh == 1 else f"{fresh:,} features"
    return (
        f"Excluded {told}{which}; {len(before) + fresh:,} are excluded now. Later sweeps and lists leave them out "
        "until you clear the filter."
    )
