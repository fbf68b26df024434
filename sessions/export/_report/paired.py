"""Paired tests as a table, the same in every report that has some."""

from collections.abc import Sequence

from sessions.cards.comparison import PairedResult
from sessions.export._report.blocks import Table
from sessions.export._report.values import interval


def table(
    caption: str, headings: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], PairedResult]]
) -> Table:
    """What was held against what, under `headings`, and the test; one that is the same everywhere is said once."""
    tests = {result.test for _, result in rows}
    told = len(tests) > 1
    return Table(
        (
            *headings,
            *("#difference", "#95 % interval", "#pairs", "#p", "#p (Holm)"),
            "verdict",
            *(("test",) if told else ()),
        ),
        tuple(
            (*first, *_numbers(result), result.verdict, *((result.test,) if told else ()))
            for first, result in rows
        ),
        caption=caption if told else ", ".join((caption, *tests)),
    )


def _numbers(result: PairedResult) -> tuple[str, ...]:
    """A number that there is not is left empty."""
    return (
        "" if result.difference is None else f"{result.difference:+.1f}",
        interval(result.interval),
        f"{result.n:,}",
        "" if result.p is None else f"{result.p:.3g}",
        "" if result.p_corrected is None else f"{result.p_corrected:.3g}",
    )
