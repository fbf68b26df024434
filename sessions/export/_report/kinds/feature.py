"""The three scores of a feature with their reading, the sentences behind them, and what ablation does where."""

import math
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from sessions.card import FeatureCard, FeatureMeasure
from sessions.export._report.blocks import (
    Block,
    Cell,
    Chart,
    Definitions,
    Marked,
    Notes,
    Point,
    Report,
    Section,
    Series,
    Table,
)
from sessions.export._report.values import facts, hundredfold, hundredfold_interval, points, told

POSITIONS_DRAWN = 12
EVIDENCE = ("positive", "negative", "positions", "texts")
"""Details that have a table of their own."""


def report(card: FeatureCard) -> Report:
    """Reading and scores first, then each score's evidence."""
    label = "no label" if card.label is None else f"“{card.label}”"
    return Report(
        figure=card.reading,
        caption=f"reading of feature {card.feature}, {label}",
        blocks=tuple(_blocks(card)),
    )


def _blocks(card: FeatureCard) -> Iterator[Block]:
    if card.partial:
        yield Notes(("Stopped early: not every score had its turn.",), warning=True)
    measures = {"InterpScore": card.interp_score, "Purity": card.purity, "MUI": card.mui}
    levels, limits = card.levels, card.thresholds
    yield Chart(
        "Three scores",
        (
            Series(
                tuple(
                    Point(
                        name,
                        hundredfold(measure.value),
                        hundredfold_interval(measure.interval),
                        measure.n,
                        note=level,
                        mark=100 * limit,
                        mark_name="high from",
                    )
                    for (name, measure), level, limit in zip(
                        measures.items(),
                        (levels.interp, levels.purity, levels.mui),
                        (limits.interp, limits.purity, limits.mui),
                        strict=True,
                    )
                )
            ),
        ),
    )
    yield Notes((card.advice, *card.reasons))
    if card.caveats:
        yield Notes(card.caveats, warning=True)
    yield Definitions(tuple(_identity(card)))
    for name, measure in measures.items():
        yield Section(name, tuple(_measure(measure)), aside=points(hundredfold(measure.value)))


def _identity(card: FeatureCard) -> Iterator[tuple[str, str]]:
    yield "label", card.label or "none"
    yield "label made by", card.label_method or "not recorded"
    yield "fires at", "not counted" if card.firings is None else f"{card.firings:,} tokens"
    yield "possible readings", ", ".join(card.possible)
    for name, value in card.sae.model_dump(mode="json").items():
        yield f"SAE {name.replace('_', ' ')}", told(value)
    if card.sentences is not None:
        for name, value in card.sentences.model_dump(mode="json").items():
            if name not in ("notes", "rejected_sentences"):
                yield f"sentences: {name.replace('_', ' ')}", told(value)


def _measure(measure: FeatureMeasure) -> Iterator[Block]:
    yield Notes((measure.explanation,))
    for heading, name in (("Should fire on", "positive"), ("Should be silent on", "negative")):
        if sentences := _rows(measure.details.get(name)):
            yield _sentences(heading, sentences)
    if rows := _rows(measure.details.get("positions")):
        yield from _ablations(rows)
    texts = measure.details.get("texts")
    if isinstance(texts, list) and texts:
        yield Section(
            f"Texts ({len(texts)})", (Table(("text",), tuple((str(text),) for text in texts)),), closed=True
        )
    if details := facts(measure.details, shown=EVIDENCE):
        yield Section("All numbers", (Definitions(details),), closed=True)


def _sentences(heading: str, sentences: Sequence[Mapping[str, JsonValue]]) -> Table:
    """Sentences with the strongest token marked, the strongest sentence first."""
    ranked = sorted(sentences, key=lambda each: -_number(each.get("maximum")))
    return Table(
        ("#activation", "sentence"),
        tuple((f"{_number(each.get('maximum')):.2f}", _marked(each)) for each in ranked),
        caption=f"{heading} ({len(ranked)} sentences)",
    )


def _marked(sentence: Mapping[str, JsonValue]) -> Cell:
    """The sentence around its strongest token; one on which the feature is silent has no token to mark."""
    tokens, strongest = sentence.get("tokens"), sentence.get("strongest")
    if (
        not sentence.get("fires")
        or not isinstance(tokens, list)
        or not isinstance(strongest, int)
        or not 0 <= strongest < len(tokens)
    ):
        return str(sentence.get("text") or "")
    pieces = [str(token) for token in tokens]
    return _around("".join(pieces[:strongest]), pieces[strongest], "".join(pieces[strongest + 1 :]))


def _around(before: str, token: str, after: str) -> Marked:
    stripped = token.strip() or token
    at = token.find(stripped)
    return Marked((before + token[:at]).lstrip(), stripped, token[at + len(stripped) :] + after)


def _ablations(rows: Sequence[Mapping[str, JsonValue]]) -> Iterator[Block]:
    """KL at every ablated position, beside that of a random direction of the same norm."""
    ranked = sorted(rows, key=lambda each: -_number(each.get("kl")))
    drawn = ranked[:POSITIONS_DRAWN]
    names = [f"{place}. {str(row.get('token') or '').strip()}" for place, row in enumerate(drawn, 1)]
    high = max((_number(row.get(key)) for row in drawn for key in ("kl", "random_kl")), default=0.0)
    if high > 0:
        yield Chart(
            "KL by position, in nats",
            tuple(
                Series(
                    tuple(Point(name, _number(row.get(key))) for name, row in zip(names, drawn, strict=True)),
                    name=series,
                )
                for series, key in (("feature ablated", "kl"), ("random direction", "random_kl"))
                if any(row.get(key) is not None for row in drawn)
            ),
            high=high,
            decimals=4,
            caption=f"The {len(drawn)} largest of {len(rows)} ablated positions",
        )
    yield Table(
        ("#KL, nats", "#random direction", "#entropy", "#activation", "ablated at", "in"),
        tuple(
            (
                f"{_number(row.get('kl')):.4f}",
                "" if row.get("random_kl") is None else f"{_number(row.get('random_kl')):.4f}",
                f"{_number(row.get('entropy')):.2f}",
                f"{_number(row.get('activation')):.2f}",
                str(row.get("token") or "").strip(),
                _in_context(row),
            )
            for row in ranked
        ),
        caption=f"What ablating it does to the next token, at {len(rows)} positions",
    )


def _in_context(row: Mapping[str, JsonValue]) -> Cell:
    """The text around the position; the token is marked where it is clear which one it is."""
    token, context = str(row.get("token") or ""), str(row.get("context") or "")
    if not token or context.count(token) != 1:
        return context
    before, found, after = context.partition(token)
    return _around(before, found, after)


def _rows(value: JsonValue | None) -> list[dict[str, JsonValue]]:
    """The value's objects, where it is a list; a card from a file may hold anything."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _number(value: JsonValue | None) -> float:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0
