"""A feature card in Markdown: the triple with its reading, the contrast sentences, and the ablated positions."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from sessions.cards.feature import FeatureCard
from sessions.export._markdown_text import inline, table

SCORES = ("interp_score", "purity", "mui")
SHOWN = 10


def headline(card: FeatureCard) -> str:
    """The card in a few words."""
    return f"feature {card.feature}, {inline(card.reading)}"


def blocks(card: FeatureCard) -> Iterator[str]:
    """Scores, reading and advice, caveats, sentences of both sets, positions."""
    yield f"Label: {inline(card.label or 'none')} ({inline(card.label_method or 'no method recorded')})"
    measures = {name: getattr(card, name) for name in SCORES}
    levels = card.levels.model_dump()
    yield table(
        ("score", "#value", "#95 % interval", "#n", "level"),
        [
            (name, _percent(measure.value), _interval(measure.interval), str(measure.n), inline(level))
            for (name, measure), level in zip(measures.items(), levels.values(), strict=True)
        ],
    )
    yield f"**Reading: {inline(card.reading)}.** {inline(card.advice)}"
    notes = [*card.reasons, *card.caveats, *(measure.explanation for measure in measures.values())]
    yield "\n".join(f"- {inline(note)}" for note in notes)
    if card.sentences is not None:
        made = card.sentences
        yield f"Sentences by {inline(made.writer)}, {inline(made.instructions)}, seed {made.seed}."
    for name in ("positive", "negative"):
        rows = _rows(card.interp_score.details, name)
        if rows:
            yield f"## {name.capitalize()} sentences"
            yield _table_of(rows)
    positions = _rows(card.mui.details, "positions")
    if positions:
        yield "## Ablated positions"
        yield _table_of(positions)


def _rows(details: Mapping[str, JsonValue], name: str) -> list[dict[str, JsonValue]]:
    found = details.get(name)
    return [row for row in found[:SHOWN] if isinstance(row, dict)] if isinstance(found, list) else []


def _table_of(rows: list[dict[str, JsonValue]]) -> str:
    """The plain values of the rows; lists (such as all tokens of a sentence) are in the JSON export."""
    columns = [name for name, value in rows[0].items() if not isinstance(value, (list, dict))]
    return table(tuple(columns), [tuple(inline(row.get(column, "")) for column in columns) for row in rows])


def _percent(share: float | None) -> str:
    return "unscored" if share is None else f"{100 * share:.1f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"
