"""A sweep card in Markdown: counts by reading and the first rows of the table."""

from collections.abc import Iterator

from sessions.cards.sweep import SweepCard
from sessions.export._markdown_text import inline, table


def headline(card: SweepCard) -> str:
    """The card in a few words."""
    return f"{card.n_features:,} features of {inline(card.sae.name)}"


def blocks(card: SweepCard) -> Iterator[str]:
    """Counts by reading, the first rows, where the whole table is."""
    if card.partial:
        yield "**Stopped early:** only the features that had their turn are in the table."
    yield table(("reading", "#features"), [(inline(reading), f"{n:,}") for reading, n in card.counts.items()])
    yield f"Dead: {card.n_dead:,}. Excluded: {card.n_excluded:,}. Whole table: {inline(card.table)}"
    corpus = card.corpus
    yield f"Corpus {inline(corpus.hash[:12])}: {corpus.n_tokens:,} tokens, {inline(corpus.source)}."
    yield table(
        ("#rank", "#feature", "label", "reading", "#contrast", "#purity", "#MUI", "#firings", "strongest on"),
        [
            (
                str(row.rank),
                str(row.feature),
                inline(row.label or ""),
                inline(row.reading),
                _percent(row.corpus_contrast),
                _percent(row.purity),
                _percent(row.mui),
                f"{row.firings:,}",
                inline(row.strongest or ""),
            )
            for row in card.top
        ],
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
