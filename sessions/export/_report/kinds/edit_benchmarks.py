"""How deep, local and durable an edit is: each benchmark beside its baseline and threshold, with its probes."""

from collections.abc import Iterator

from sessions.card import EditBenchmark, EditBenchmarksCard
from sessions.export._report.blocks import (
    Block,
    Chart,
    Definitions,
    Notes,
    Point,
    Report,
    Section,
    Series,
    Table,
)
from sessions.export._report.values import facts, hundredfold, hundredfold_interval, interval, points, told


def report(card: EditBenchmarksCard) -> Report:
    """Which benchmarks passed, and what they say together."""
    judged = [result for result in card.results if result.passed is not None]
    fact = card.edit.prompt.replace("{}", card.edit.subject, 1)
    return Report(
        figure=f"{sum(bool(result.passed) for result in judged)} of {len(judged)} passed",
        caption=f"edit {card.edit.id}: {fact} → {card.edit.target}",
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: EditBenchmarksCard) -> Iterator[Block]:
    if card.partial:
        yield Notes(("Stopped early: not every benchmark had its turn.",), warning=True)
    yield Chart(
        "Benchmarks",
        (
            Series(tuple(_point(result) for result in card.results), "after"),
            Series(
                tuple(Point(result.name, hundredfold(result.before)) for result in card.results), "before"
            ),
        ),
    )
    yield Notes((card.reading,))
    yield Table(
        ("benchmark", "#score", "#95 % interval", "#before", "#threshold", "verdict", "#n"),
        tuple(
            (
                result.name,
                points(hundredfold(result.score)),
                interval(hundredfold_interval(result.interval)),
                "none" if result.before is None else points(hundredfold(result.before)),
                "" if result.threshold is None else points(hundredfold(result.threshold)),
                _verdict(result),
                f"{result.n:,}",
            )
            for result in card.results
        ),
    )
    yield from (_section(result) for result in card.results)
    edit = card.edit.model_dump(mode="json")
    yield Definitions(
        (
            *((f"edit: {name.replace('_', ' ')}", told(value)) for name, value in edit.items()),
            ("probes from", card.probe_source),
            ("seed", str(card.seed)),
            ("weights afterwards", card.weights_after),
            *facts(card.settings),
        )
    )


def _point(result: EditBenchmark) -> Point:
    return Point(
        result.name,
        hundredfold(result.score),
        hundredfold_interval(result.interval),
        result.n,
        note=_verdict(result),
        mark=hundredfold(result.threshold),
        mark_name="passes from",
    )


def _verdict(result: EditBenchmark) -> str:
    if result.score is None:
        return "unscored"
    return {True: "passed", False: "failed", None: "reported only"}[result.passed]


def _section(result: EditBenchmark) -> Section:
    notes = tuple(note for note in (result.explanation, result.before_note) if note)
    probes = [row.model_dump(mode="json") for row in result.probes]
    columns = [
        name for name in (probes[0] if probes else {}) if any(row[name] not in (None, "") for row in probes)
    ]
    shown: list[Block] = [Notes(notes)]
    if probes:
        numeric = {name for name in columns if name.startswith("p_") or name in ("kl", "credit")}
        shown.append(
            Table(
                tuple(f"{'#' if name in numeric else ''}{name.replace('_', ' ')}" for name in columns),
                tuple(
                    tuple("" if row[name] is None else told(row[name]) for name in columns) for row in probes
                ),
                caption=f"{len(probes):,} probes",
            )
        )
    if details := facts(result.details):
        shown.append(Section("All numbers", (Definitions(details),), closed=True))
    return Section(
        result.name,
        tuple(shown),
        aside=f"{points(hundredfold(result.score))} · {_verdict(result)}",
        closed=True,
    )
