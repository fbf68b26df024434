"""The edit_evaluation card as a Rich panel: each measure beside that of the unedited model, with what to know."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain, score_bar
from sessions.card import EditEvaluationCard
from sessions.visible import visible

WORST_SHOWN = 5


def edit_evaluation_panel(card: EditEvaluationCard) -> Panel:
    """The card as a panel."""
    headline = card.headline
    title = Text.assemble(
        (f"{headline.name} {_points(headline.value)}", "bold"),
        f" · {_counted(len(card.facts), 'edit')} of ",
        plain(card.facts_from, 80),
        f" · {card.id}",
    )
    parts: list[RenderableType] = [_table(card), Text()]
    parts += [part for note in _notes(card) for part in (note, Text())]
    parts.append(_provenance(card))
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def _table(card: EditEvaluationCard) -> Table:
    """The measures that this data set is published in, then the others that have a value."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("")
    for heading in ("edited", "95 %", "unedited", "95 %", "edits"):
        table.add_column(heading, justify="right", no_wrap=True)
    own = card.of_form()
    others = [each for each in card.measures if each.family != card.form and each.value is not None]
    for measures, style in ((own, "bold"), (others, "dim")):
        for measure in measures:
            signed = measure.family == "magnitude"
            value = None if measure.value is None or signed else 100 * measure.value
            table.add_row(
                Text(measure.name, style=style),
                score_bar(value, "cyan" if style == "bold" else "bright_black") if not signed else Text(),
                Text(_points(measure.value, signed), style=style),
                Text(_interval(measure.interval), style="dim"),
                Text(_points(measure.before, signed)),
                Text(_interval(measure.before_interval), style="dim"),
                Text(f"{measure.n:,}", style="dim"),
            )
    return table


def _notes(card: EditEvaluationCard) -> Iterator[Text]:
    """What a reader must know before believing the numbers."""
    if card.partial:
        had = len(card.facts)
        yield Text(
            f"Stopped early: {had:,} of {card.n_records - len(card.rejected):,} edits had their turn. "
            "Ask again to go on.",
            style="yellow",
        )
    for measure in card.of_form():
        if measure.value is None:
            yield Text.assemble((f"{measure.name}: ", "yellow"), plain(measure.explanation, 200))
    if card.n_not_edited:
        reasons = [fact.not_edited for fact in card.facts if fact.not_edited]
        yield Text.assemble(
            (
                f"{_counted(card.n_not_edited, 'fact')} could not be edited, left as the unedited model has it: ",
                "yellow",
            ),
            plain(_most_common(reasons), 200),
        )
    if card.rejected:
        yield Text.assemble(
            (f"{len(card.rejected):,} of {card.n_records:,} records rejected: ", "yellow"),
            plain(f"record {card.rejected[0].number}: {card.rejected[0].reason}", 200),
        )
    failed = [fact for fact in card.facts if fact.efficacy is not None and fact.efficacy <= 0]
    if failed:
        told = "; ".join(
            f"{fact.number}: {fact.prompt.replace('{}', fact.subject)} → {fact.target}"
            for fact in failed[:WORST_SHOWN]
        )
        yield Text.assemble((f"{_counted(len(failed), 'edit')} did not take: ", "red"), plain(told, 400))


def _provenance(card: EditEvaluationCard) -> Text:
    context = card.context
    layers = sorted({fact.layer for fact in card.facts if fact.layer is not None})
    resumed = f" · {card.n_resumed:,} of them scored before an interruption" if card.n_resumed else ""
    lines = [
        f"{visible(context.model or '-')} · {context.dtype} on {context.device} · layer "
        f"{', '.join(map(str, layers)) or '-'} · seed {card.seed}",
        f"{visible(card.layout)} {card.facts_hash[:12]} · {card.duration_s:.0f} s{resumed}",
        f"each edit alone on {card.base_hash[:12]} and rolled back: the weights are "
        f"{card.weights_after[:12]}, proven by hash",
        "ES, PS: share with P[new] > P[true]; NS: with P[true] > P[new]; S: harmonic mean; EM, PM, NM: mean "
        "difference (Meng et al. 2022). Per token: as their code compares.",
    ]
    return Text("\n".join(lines), style="dim")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _most_common(reasons: Sequence[str]) -> str:
    return max(dict.fromkeys(reasons), key=reasons.count)


def _points(value: float | None, signed: bool = False) -> str:
    if value is None:
        return "-"
    return f"{100 * value:+.1f}" if signed else f"{100 * value:.1f}"


def _interval(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else " to ".join(f"{100 * bound:.1f}" for bound in bounds)
