"""How many features read how, and the top of the table."""

from sessions.card import SweepCard
from sessions.export._report.blocks import Chart, Definitions, Notes, Point, Report, Series, Table
from sessions.export._report.values import facts, hundredfold, plural, points, told


def report(card: SweepCard) -> Report:
    """Counts by reading, where the text came from, and the first rows."""
    corpus, limits = card.corpus, card.thresholds
    stopped = (
        (Notes(("Stopped early: only the features that had their turn are in the table.",), warning=True),)
        if card.partial
        else ()
    )
    return Report(
        figure=f"{card.n_features:,}",
        caption=f"features of {card.sae.name}",
        blocks=(
            *stopped,
            Chart(
                "Features by reading",
                (Series(tuple(Point(reading, float(count)) for reading, count in card.counts.items())),),
                high=float(max(1, sum(card.counts.values()))),
                decimals=0,
                whole=True,
            ),
            Notes(
                (
                    f"{plural(card.n_dead, 'feature')} fire nowhere in this corpus; {card.n_excluded:,} were "
                    "excluded beforehand.",
                    "Contrast is the label against corpus sentences, a stand-in for InterpScore and not the same.",
                    f"High from {limits.interp:g} (contrast), {limits.purity:g} (purity), {limits.mui:g} (MUI).",
                )
            ),
            Table(
                (
                    *("#rank", "#feature", "label", "reading", "#contrast", "#purity", "#MUI", "#fires"),
                    *("token", "strongest sentence"),
                ),
                tuple(
                    (
                        str(row.rank),
                        str(row.feature),
                        row.label or "",
                        row.reading,
                        *(points(hundredfold(value)) for value in (row.corpus_contrast, row.purity, row.mui)),
                        f"{row.firings:,}",
                        (row.token or "").strip(),
                        row.strongest or "",
                    )
                    for row in card.top
                ),
                caption=f"The first {len(card.top):,} rows",
            ),
            Definitions(
                (
                    ("whole table", card.table),
                    (
                        "corpus",
                        f"{corpus.source}: {corpus.n_sentences:,} sentences, {corpus.n_tokens:,} tokens",
                    ),
                    ("corpus hash", corpus.hash),
                    *((f"SAE {name.replace('_', ' ')}", told(value)) for name, value in card.sae),
                    *facts(card.settings),
                )
            ),
        ),
    )
