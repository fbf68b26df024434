"""List features from the latest sweep: by reading, the top ones, some by number; or filter them, as asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.events import Event, Said
from agent.feature_filter import filter_wish
from agent.planner.arguments import FilterFeatures, ListFeatures
from agent.toolbox import filter_features
from agent.toolbox.filter_features import table_of_latest_sweep
from agent.toolbox.sweep_features import known_reading
from agent.workbench import Workbench
from tools.features.diagnosis import Reading
from tools.progress import Report

if TYPE_CHECKING:
    from tools.features.sweep_table import FeatureRow
    from tools.sae.load import LoadedSae

SHOWN = 20
LONGEST = 50


def run(arguments: ListFeatures, bench: Workbench, report: Report) -> Iterator[Event]:
    """Answer from the table of the latest sweep. The user's words say whether the features are to be excluded."""
    reading = known_reading(arguments.reading)
    wish = filter_wish(bench.request)
    if wish is not None:
        filtered = FilterFeatures(
            features=arguments.features, reading=arguments.reading, keep=wish == "include"
        )
        yield from filter_features.run(filtered, bench, report)
        return
    yield Said(_listed(arguments, reading, bench, bench.sae(report)))


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
        lines.append(
            f"... and {len(rows) - len(shown):,} more; the whole table is {table_of_latest_sweep(bench, sae)}."
        )
    if reading is not None and reading != "uncertain":
        open_ones = sum(
            reading in row.possible for row in _rows(arguments, "uncertain", bench, sae, tuple(excluded))
        )
        if open_ones:
            lines.append(f"{open_ones:,} more may be, but are uncertain.")
    if excluded and not arguments.features:
        lines.append(f"{len(excluded):,} excluded features are left out.")
    return "\n".join(lines)


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
    return read_rows(
        table_of_latest_sweep(bench, sae), readings=readings, features=arguments.features, without=without
    )


def _line(row: "FeatureRow") -> str:
    scores = [("contrast", row.corpus_contrast), ("purity", row.purity), ("MUI", row.mui)]
    told = ", ".join(f"{name} {100 * value:.0f}" for name, value in scores if value is not None) or "unscored"
    what = row.label or (f"strongest at {row.token!r}" if row.token else "fires nowhere")
    cut = what if len(what) <= LONGEST else what[: LONGEST - 1] + "…"
    return f"  {row.feature:>6}  {row.reading} ({told})  {cut}"
