"""`python -m tests.benchmarks [ROW ...]`: measures the rows, prints the table and writes bench.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Column, Table

from tests.benchmarks.measure import Measured, Subjects, measured
from tests.benchmarks.rows import CONTRACT
from tools.registry import Entry, load_all

os.environ.setdefault("HF_HUB_OFFLINE", "1")

TITLES = ("to reach", "ratio", "CPU ratio", "ours", "theirs", "rounds", "difference")


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 where a row could not be measured. A slow machine fails nothing."""
    rows = load_all("tests.benchmarks.rows", CONTRACT)
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of {', '.join(rows)}; all without")
    parser.add_argument("--rounds", type=int, help="instead of each row's own number")
    parser.add_argument(
        "--json", type=Path, default=Path("bench.json"), help="where to (default: %(default)s)"
    )
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.rows) - set(rows))
    if unknown:
        parser.error(f"there is no row {unknown[0]!r}; there are {', '.join(rows)}")
    console = Console(stderr=True, highlight=False)
    subjects = Subjects()
    found: dict[str, Measured | str] = {}
    for name in asked.rows or rows:
        module = rows[name].module
        with console.status(module.WORK) as status:

            def say(what: str, work: str = module.WORK) -> None:
                status.update(f"{work}: {what}")

            try:
                found[name] = measured(module.contest(subjects), say, rounds=asked.rounds)
            except (RuntimeError, ImportError, OSError) as error:
                found[name] = f"{type(error).__name__}: {error}"
        asked.json.write_text(json.dumps({name: _as_json(each) for name, each in found.items()}, indent=1))
    Console(highlight=False, width=max(150, Console().width)).print(_table(rows, found))
    return int(any(isinstance(each, str) for each in found.values()))


def _as_json(found: Measured | str) -> dict[str, object]:
    if isinstance(found, str):
        return {"error": found}
    return {
        "ratio": found.ratio,
        "cpu_ratio": found.cpu_ratio,
        "ours_s": found.ours,
        "theirs_s": found.theirs,
        "rounds": len(found.ours_s),
        "largest_difference": found.difference,
        "note": found.note,
    }


def _table(rows: dict[str, Entry], found: dict[str, Measured | str]) -> Table:
    """One line a row: what, against what, how it came out, and what it is to reach."""
    import torch

    table = Table(
        "row",
        "work",
        "against",
        *(Column(title, justify="right", no_wrap=True) for title in TITLES),
        box=box.SIMPLE,
        caption=f"{torch.get_num_threads()} threads on {os.cpu_count()} cores; medians of rounds, sides in turn",
    )
    for name, each in found.items():
        module = rows[name].module
        target = f"{module.TARGET:g} ×" if module.AGAINST else f"{module.TARGET:g} s"
        if isinstance(each, str):
            table.add_row(name, module.WORK, module.AGAINST, target, each)
            continue
        table.add_row(
            name,
            f"{module.WORK} ({each.note})" if each.note else module.WORK,
            module.AGAINST,
            target,
            *(f"{ratio:.1f} ×" if ratio else "" for ratio in (each.ratio, each.cpu_ratio)),
            *(f"{seconds:.2f} s" if seconds else "" for seconds in (each.ours, each.theirs)),
            str(len(each.ours_s)),
            "" if each.difference is None else f"{each.difference:.0e}",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
