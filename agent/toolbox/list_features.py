"""List features from the latest sweep: by reading, the top ones, some by number; exclude them, or clear that."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.planner.arguments import ListFeatures
from agent.toolbox.sweep_features import known_reading
from agent.workbench import Workbench
from tools.errors import StoreError
from tools.features.diagnosis import Reading
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features.sweep_table import FeatureRow
    from tools.sae.load import LoadedSae

SHOWN = 20
LONGEST = 50

_EXCLUDE = re.compile(
    r"\b(?:exclude|filter (?:\w+ ){0,4}out|filter out|filter (?:them|those|these)|leave (?:\w+ ){0,4}out|hide|drop"
    r"|remove|get rid of)\b",
    re.IGNORECASE,
)
_CLEAR = re.compile(
    r"\b(?:clear|reset|undo|empty|delete|lift|forget) (?:\w+ ){0,3}(?:filter|exclusion|excluded|list)"
    r"|\b(?:un-?filter|un-?exclude|include (?:\w+ ){0,4}again|bring (?:\w+ ){0,4}back|stop (?:filter|exclud)ing)",
    re.IGNORECASE,
)


def run(arguments: ListFeatures, bench: Workbench, report: Report) -> Iterator[Event]:
    """Answer from the table of the latest sweep. The user's words say whether the features are to be excluded."""
    reading = known_reading(arguments.reading)
    sae = bench.sae(report)
    if _CLEAR.search(bench.request):
        n = bench.store.include_features(sae.weights_hash, arguments.features or None)
        yield Said(f"{n:,} features are no longer excluded." if n else "No feature was excluded.")
        return
    if _EXCLUDE.search(bench.request):
        yield Said(_exclude(arguments, reading, bench, sae))
        return
    yield Said(_listed(arguments, reading, bench, sae))


def _listed(arguments: ListFeatures, reading: Reading | None, bench: Workbench, sae: "LoadedSae") -> str:
    excluded = bench.store.excluded_features(sae.weights_hash)
    rows = _rows(arguments, reading, bench, sae, without=() if arguments.features else tuple(excluded))
    what = f"read as {reading}" if reading else "are in the table"
    lines = (
        [f"{len(rows):,} features {what}, by the latest sweep:"]
        if rows
        else [f"No feature of the sweep {what}."]
    )
    shown = rows[: arguments.top or SHOWN]
    lines += [_line(row) for row in shown]
    if len(rows) > len(shown):
        lines.append(f"... and {len(rows) - len(shown):,} more; the whole table is {_table(bench, sae)}.")
    if reading is not None and reading != "uncertain":
        open_ones = sum(
            reading in row.possible for row in _rows(arguments, "uncertain", bench, sae, tuple(excluded))
        )
        if open_ones:
            lines.append(f"{open_ones:,} more may be, but are uncertain.")
    if excluded and not arguments.features:
        lines.append(f"{len(excluded):,} excluded features are left out.")
    return "\n".join(lines)


def _exclude(arguments: ListFeatures, reading: Reading | None, bench: Workbench, sae: "LoadedSae") -> str:
    """Exclude the features that were named, those with the reading, or else the dead and all-low ones."""
    from tools.sae.load import check_features

    before = bench.store.excluded_features(sae.weights_hash)
    if arguments.features and reading is None:
        check_features(sae, arguments.features)
        reasons = dict.fromkeys(arguments.features, "named by the user")
    else:
        wanted = reading or "dead or noise"
        rows = _rows(arguments, wanted, bench, sae)
        reasons = {row.feature: "fires nowhere" if row.firings == 0 else wanted for row in rows}
    bench.store.exclude_features(sae.weights_hash, reasons)
    fresh = len(reasons.keys() - before.keys())
    which = "" if arguments.features else f" ({reading or 'dead or noise'})"
    return (
        f"Excluded {fresh:,} features{which}; {len(before) + fresh:,} are excluded now. Later sweeps and lists leave "
        "them out until you clear the filter."
    )


def _rows(
    arguments: ListFeatures,
    reading: Reading | None,
    bench: Workbench,
    sae: "LoadedSae",
    without: tuple[int, ...] = (),
) -> "list[FeatureRow]":
    from tools.features.sweep_table import read_rows
    from tools.sae.load import check_features

    check_features(sae, arguments.features)
    readings = (reading,) if reading is not None else ()
    return read_rows(_table(bench, sae), readings=readings, features=arguments.features, without=without)


def _table(bench: Workbench, sae: "LoadedSae") -> Path:
    """The table of the latest sweep of this SAE on this model. Raises StoreError where there is none."""
    latest = bench.store.latest_sweep(sae.weights_hash, bench.model().weights_hash)
    if latest is None:
        raise StoreError(
            f"The features of {sae.name} have not been swept on this model yet.",
            "Sweep them first: /sweep, or /sweep 0-255 for some.",
        )
    return Path(latest.table)


def _line(row: "FeatureRow") -> str:
    scores = [("contrast", row.corpus_contrast), ("purity", row.purity), ("MUI", row.mui)]
    told = ", ".join(f"{name} {100 * value:.0f}" for name, value in scores if value is not None) or "unscored"
    what = row.label or (f"strongest at {row.token!r}" if row.token else "fires nowhere")
    cut = what if len(what) <= LONGEST else what[: LONGEST - 1] + "…"
    return f"  {row.feature:>6}  {row.reading} ({told})  {cut}"
