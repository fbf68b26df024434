"""A card's numbers in plain sentences by rule, and one next step: for when a language model's text cannot be used."""

from collections.abc import Iterator, Sequence

from sessions.card import (
    CapabilityCard,
    Card,
    ComparisonCard,
    Dimension,
    EditBenchmarksCard,
    EditCard,
    FeatureCard,
)


def plain_account(cards: Sequence[Card]) -> str:
    """What the cards show, as it stands there."""
    return " ".join(sentence for card in cards for sentence in _sentences(card))


def _sentences(card: Card) -> Iterator[str]:
    match card:
        case CapabilityCard():
            yield from map(_dimension, card.dimensions)
            scored = [each for each in card.dimensions if each.score is not None]
            if scored:
                lowest = min(scored, key=lambda each: each.score or 0.0)
                yield f"Next: ask why {lowest.capability} is at {lowest.score:.1f}, or for more prompts."
        case FeatureCard():
            yield f"Feature {card.feature} reads as {card.reading}."
            yield f"Next: {card.advice}" if card.advice else "Next: ask for a better label."
        case EditCard():
            kept = "was kept" if card.committed else "was rolled back, because a check failed"
            yield f"The edit of {card.subject!r} {kept}."
            yield "Next: run the edit benchmarks." if card.committed else "Next: word the edit otherwise."
        case EditBenchmarksCard():
            judged = [result.passed for result in card.results if result.passed is not None]
            yield f"The edit passed {sum(judged)} of {len(judged)} benchmarks and reads as {card.reading}."
            yield "Next: look at its probes, or roll it back."
        case ComparisonCard():
            for dimension in card.dimensions:
                for result in dimension.against_first:
                    yield f"{dimension.capability}: {result.name} is {_verdict(result.verdict)} than {_first(card)}."
            yield "Next: ask for more prompts where it is a tie."
        case _:
            yield "The figures are on the card."


def _dimension(dimension: Dimension) -> str:
    if dimension.score is None or dimension.interval is None:
        return f"{dimension.capability} has no score: {dimension.explanation}"
    low, high = dimension.interval
    return (
        f"{dimension.capability} scores {dimension.score:.1f} (95 % interval {low:.1f} to {high:.1f}, "
        f"{dimension.n} prompts, {dimension.method})."
    )


def _verdict(verdict: str) -> str:
    return "no different, as far as the test can tell," if verdict == "tie" else verdict


def _first(card: ComparisonCard) -> str:
    return card.compared[0].name
