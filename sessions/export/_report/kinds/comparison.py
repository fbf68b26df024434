"""Models, steps or states side by side on the same suites: scores, paired differences, and who is better where."""

from collections import Counter
from collections.abc import Iterator

from sessions.cards.comparison import ComparedDimension, ComparisonCard
from sessions.export._report import paired
from sessions.export._report.blocks import Block, Chart, Definitions, Notes, Point, Report, Series, Table
from sessions.export._report.values import points


def report(card: ComparisonCard) -> Report:
    """The verdicts in numbers, the scores, and every pair with its test."""
    first, *others = (compared.name for compared in card.compared)
    verdicts = Counter(pair.verdict for dimension in card.dimensions for pair in dimension.against_first)
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return Report(
        figure=told or "no verdict",
        caption=f"{', '.join(others)} against {first}, by dimension",
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: ComparisonCard) -> Iterator[Block]:
    if card.partial:
        yield Notes(("A run was stopped early.",), warning=True)
    unpaired = [dimension.capability for dimension in card.dimensions if not dimension.paired]
    if unpaired:
        yield Notes(
            (f"Not paired, since the suites or settings differ: {', '.join(unpaired)}.",), warning=True
        )
    yield Chart(
        "Scores",
        tuple(
            Series(tuple(_point(dimension, compared.name) for dimension in card.dimensions), compared.name)
            for compared in card.compared
        ),
    )
    yield paired.table(
        f"Against {card.compared[0].name}, paired by case",
        ("dimension", "which"),
        [
            ((dimension.capability, pair.name), pair)
            for dimension in card.dimensions
            for pair in dimension.against_first
        ],
    )
    notes = ["Differences are in points of 100. Absolute scores are relative to these suites."]
    if card.ranking:
        notes.append(f"By overall score, from the highest: {', '.join(card.ranking)}.")
    yield Notes(tuple(notes))
    yield Table(
        ("which", "#overall", "model", "#step", "card", "weights"),
        tuple(
            (
                compared.name,
                points(compared.overall),
                compared.context.model or "",
                "" if compared.context.step is None else str(compared.context.step),
                compared.card,
                compared.context.weights_hash or "",
            )
            for compared in card.compared
        ),
        caption="What was compared",
    )
    yield Definitions(
        tuple(
            (f"suite of {dimension.capability}", f"{dimension.suite.hash} (seed {dimension.suite.seed})")
            for dimension in card.dimensions
            if dimension.suite is not None
        )
    )


def _point(dimension: ComparedDimension, name: str) -> Point:
    score = next((score for score in dimension.scores if score.name == name), None)
    if score is None:
        return Point(dimension.capability, None)
    return Point(dimension.capability, score.score, score.interval, score.n, note=dimension.method)
