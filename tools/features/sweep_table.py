"""The table of a sweep: one row for each feature, as a Parquet file that is written whole and read in part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tools.errors import StoreError
from tools.features.diagnosis import Level, Reading
from tools.results import Result, UnitInterval

if TYPE_CHECKING:
    import pyarrow as pa


class FeatureRow(Result):
    """What the sweep found of one feature. Scores that are None are unscored."""

    rank: int = 0
    """From 1, by the smallest of its scores, the largest first; with a score missing later, dead ones last."""
    feature: int
    label: str | None
    label_method: str | None
    firings: int
    """Tokens of the corpus at which it fires."""
    firing_share: float
    """The same as a share of the tokens that count."""
    corpus_contrast: UnitInterval | None
    corpus_contrast_low: UnitInterval | None
    corpus_contrast_high: UnitInterval | None
    corpus_contrast_d: float | None
    corpus_contrast_n: int
    purity: UnitInterval | None
    purity_low: UnitInterval | None
    purity_high: UnitInterval | None
    purity_z: float | None
    """Against random sentences of similar length."""
    purity_beats_random: bool | None
    purity_n: int
    mui: UnitInterval | None
    mui_low: UnitInterval | None
    mui_high: UnitInterval | None
    mui_mean_kl: float | None
    """In nats."""
    mui_mean_entropy: float | None
    mui_n: int
    interp_level: Level
    """By the corpus contrast."""
    purity_level: Level
    mui_level: Level
    reading: Reading
    possible: tuple[Reading, ...]
    """Readings that remain possible."""
    maximum: float | None = Field(default=None, allow_inf_nan=False)
    """The largest activation in the corpus."""
    strongest: str | None
    """The sentence with it. Untrusted text."""
    token: str | None
    """Where in it. Untrusted text."""


def schema() -> pa.Schema:
    """The table's columns and types, those of `FeatureRow`."""
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        **dict.fromkeys(("rank", "feature", "firings"), pa.int64()),
        **dict.fromkeys(("corpus_contrast_n", "purity_n", "mui_n"), pa.int32()),
        **dict.fromkeys(("label", "label_method", "strongest", "token", "reading"), pa.string()),
        **dict.fromkeys(("interp_level", "purity_level", "mui_level"), pa.string()),
        "possible": pa.list_(pa.string()),
        "purity_beats_random": pa.bool_(),
    }
    return pa.schema([(name, types.get(name, pa.float64())) for name in FeatureRow.model_fields])


def write_rows(file: Path, rows: Iterable[FeatureRow], metadata: dict[str, str] | None = None) -> None:
    """Write rows as a table that, whatever kills the process, is whole or absent. Raises StoreError."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    kept = schema().with_metadata(metadata or {})
    table = pa.Table.from_pylist([_encodable(row.model_dump(mode="json")) for row in rows], schema=kept)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.partial-", dir=file.parent)
        partial = Path(name)
        try:
            parquet.write_table(table, partial)
            os.fsync(descriptor)
            partial.replace(file)
        finally:
            os.close(descriptor)
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{file.parent} cannot be written ({error.strerror or error}).",
            "Free some space; what was done so far is kept.",
        ) from error


def read_rows(
    file: Path,
    *,
    readings: Sequence[Reading] = (),
    features: Sequence[int] = (),
    without: Collection[int] = (),
    top: int | None = None,
) -> list[FeatureRow]:
    """Rows in the order of the table, its ranks: those with one of the readings, of the features, and not `without`.

    Only rows that fit are held in memory. Raises StoreError where the table cannot be read.
    """
    import pyarrow as pa
    import pyarrow.compute as compute
    import pyarrow.parquet as parquet

    wanted = None
    for column, values in (("reading", readings), ("feature", features)):
        if values:
            fits = compute.field(column).isin(list(values))
            wanted = fits if wanted is None else wanted & fits
    if without:
        stays = ~compute.field("feature").isin(list(without))
        wanted = stays if wanted is None else wanted & stays
    try:
        table = parquet.read_table(file, filters=wanted)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            f"The table {file} cannot be read ({str(error).splitlines()[0]}).", "Sweep the features again."
        ) from error
    return [FeatureRow.model_validate(row) for row in table.slice(0, top).to_pylist()]


def is_whole(file: Path) -> bool:
    """Whether the table is there and can be read."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        parquet.read_metadata(file)
    except (OSError, pa.ArrowException):
        return False
    return True


def ranked(rows: Iterable[FeatureRow]) -> list[FeatureRow]:
    """The rows in order, with their ranks."""
    return [
        row.model_copy(update={"rank": rank}) for rank, row in enumerate(sorted(rows, key=_place), start=1)
    ]


def _place(row: FeatureRow) -> tuple[bool, bool, float, int]:
    scores = [row.purity, row.mui, *([row.corpus_contrast] if row.label is not None else [])]
    scored = [score for score in scores if score is not None]
    return row.firings == 0, len(scored) < len(scores), -min(scored, default=0.0), row.feature


def _encodable(value: Any) -> Any:
    """Halves of surrogate pairs, which no file can hold, as visible escapes."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    return {key: _encodable(item) for key, item in value.items()} if isinstance(value, dict) else value
