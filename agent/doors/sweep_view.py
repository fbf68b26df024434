"""The sweep card as a Rich panel: counts by reading, the top of the table, and where the whole of it is."""

from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain
from sessions.card import SweepCard, SweepRow
from sessions.visible import visible

BAR_WIDTH = 20
ROWS_SHOWN = 10


def sweep_panel(card: SweepCard) -> Panel:
    """The card as a panel."""
    title = Text.assemble(
        (f"{card.n_features:,} features", "bold"), f" · {visible(card.sae.name)} · {card.id}"
    )
    parts: list[RenderableType] = [_counts(card), Text()]
    if card.top:
        parts += [feature_table(card.top[:ROWS_SHOWN]), Text()]
    parts.append(_provenance(card))
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def feature_table(rows: tuple[SweepRow, ...]) -> Table:
    """Rows of the table of features with their scores, in per cent."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("feature", "contrast", "purity", "MUI", "fires"):
        table.add_column(heading, justify="right")
    table.add_column("reading")
    table.add_column("label, or where it fires most", overflow="fold")
    for row in rows:
        table.add_row(
            str(row.feature),
            _per_cent(row.corpus_contrast),
            _per_cent(row.purity),
            _per_cent(row.mui),
            f"{row.firings:,}",
            row.reading,
            plain(row.label, 40) if row.label is not None else _place(row),
        )
    return table


def _counts(card: SweepCard) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(width=BAR_WIDTH)
    table.add_column(justify="right")
    for reading, count in sorted(card.counts.items(), key=lambda item: -item[1]):
        table.add_row(
            Text(reading, style="bold"),
            Bar(max(1, card.n_features), 0, count, width=BAR_WIDTH, color="cyan"),
            f"{count:,}",
        )
    return table


def _place(row: SweepRow) -> Text:
    if row.strongest is None:
        return Text("fires nowhere", style="dim")
    return Text.assemble(
        (visible(row.token or "").strip(), "bold"), " in: ", plain(row.strongest, 60), style="dim"
    )


def _per_cent(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.0f}"


def _provenance(card: SweepCard) -> Text:
    limits, corpus = card.thresholds, card.corpus
    lines = [
        f"{card.n_dead:,} fire nowhere in this corpus"
        + (f" · {card.n_excluded:,} were excluded beforehand" if card.n_excluded else ""),
        f"high from {limits.interp:g}, {limits.purity:g}, {limits.mui:g} (contrast, purity, MUI); contrast is the "
        "label against corpus sentences, not the InterpScore",
        f"corpus {visible(corpus.source)}: {corpus.n_sentences:,} sentences, {corpus.n_tokens:,} tokens, "
        f"{corpus.hash[:12]} · SAE {card.sae.weights_hash[:12]} · {card.duration_s:.0f} s",
        f"whole table: {visible(card.table)}",
    ]
    return Text("\n".join(lines), style="dim")
