"""Load a data set to inspect: a CSV, TSV, JSONL, JSON or Parquet file, a `datasets` folder, or a hub name."""

from collections.abc import Iterator

from agent.events import Event, Said
from agent.planner.arguments import LoadDataset
from agent.workbench import Workbench
from tools.data.columns import describe, obvious
from tools.data.data_set import DataSet
from tools.progress import Report

SHOWN_COLUMNS = 20


def run(arguments: LoadDataset, bench: Workbench, report: Report) -> Iterator[Event]:
    """Put the data set on the bench; where that fails, what was there stays."""
    data = bench.use_data(arguments.path, report)
    yield Said(f"Loaded {data.name}: {data.n_rows:,} rows. Columns: {columns_in_words(data)}.{_next(data)}")


def columns_in_words(data: DataSet) -> str:
    """The columns and what they hold, e.g. `review (text), label (label, 3 different)`."""
    described = list(describe(data).values())
    told = [
        f"{column.name} ({column.kind}, {column.n_distinct} different)"
        if column.kind == "label"
        else f"{column.name} ({column.kind})"
        for column in described[:SHOWN_COLUMNS]
    ]
    more = len(described) - SHOWN_COLUMNS
    return ", ".join(told) + (f" and {more:,} more" if more > 0 else "")


def _next(data: DataSet) -> str:
    """What can be asked of it."""
    columns = describe(data).values()
    questions = []
    if labels := obvious(columns, "label"):
        questions.append(f'"label balance of {labels[0]}"')
    if texts := obvious(columns, "text"):
        questions.append(f'"how diverse is the column {texts[0]}?"')
    return f" Ask: {' or '.join(questions)}." if questions else ""
