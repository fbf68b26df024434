"""A report to read: what was found, how it came about, the context, and the cases or sentences behind it."""

from collections.abc import Iterator

from sessions.card import CapabilityCard, Card, FeatureCard, SweepCard
from sessions.export import _markdown_capability, _markdown_feature, _markdown_report, _markdown_sweep
from sessions.export._markdown_text import inline, table
from sessions.export._report import report_of

EXTENSION = ".md"


def render(card: Card) -> str:
    """Headline, request, the findings of its kind of card, and where they come from."""
    headline, blocks = _findings(card)
    context = table(("", ""), [(name, inline(value)) for name, value in _provenance(card)])
    parts = [
        f"# Card {card.id}: {headline}",
        f"Request: {inline(card.request)}",
        *blocks,
        "## Context",
        context,
    ]
    return "\n\n".join(parts) + "\n"


def _findings(card: Card) -> tuple[str, Iterator[str]]:
    if isinstance(card, CapabilityCard):
        return _markdown_capability.headline(card), _markdown_capability.blocks(card)
    if isinstance(card, FeatureCard):
        return _markdown_feature.headline(card), _markdown_feature.blocks(card)
    if isinstance(card, SweepCard):
        return _markdown_sweep.headline(card), _markdown_sweep.blocks(card)
    report = report_of(card)
    return _markdown_report.headline(report), _markdown_report.blocks(report)


def _provenance(card: Card) -> Iterator[tuple[str, object]]:
    yield "created", card.created
    yield "session", card.session
    yield "took", f"{card.duration_s:.1f} s"
    for name, value in card.context.model_dump().items():
        if value not in (None, ()):
            yield name.replace("_", " "), "; ".join(value) if isinstance(value, tuple) else value
    yield "versions", ", ".join(f"{package} {version}" for package, version in card.versions.items())
