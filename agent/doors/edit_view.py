"""The edit card as a Rich panel: what the model says before and after, the checks, and whether the edit was kept."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain
from sessions.card import EditCard, ValidationRow, rejection
from sessions.ledger import LedgerEntry
from sessions.visible import visible

LONGEST_CONTINUATION = 200


def edit_panel(card: EditCard) -> Panel:
    """The card as a panel."""
    verdict = ("committed", "bold green") if card.committed else ("rolled back", "bold red")
    title = Text.assemble(verdict, " · ", plain(f"{_statement(card)} → {card.target}", 80), f" · {card.id}")
    parts: list[RenderableType] = [_before_and_after(card), Text(), _checks(card)]
    notes = list(_notes(card))
    if notes:
        parts += [Text(), *notes]
    parts += [Text(), _provenance(card)]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def edits_table(entries: Sequence[LedgerEntry]) -> RenderableType:
    """The edits of a session, in order, with what became of each."""
    if not entries:
        return Text("This session has no edits yet.", style="dim")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("edit", "", "fact", "weights with it", "file"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        table.add_row(
            entry.id,
            Text(entry.status, style="green" if entry.status == "active" else "dim"),
            plain(entry.statement, 80),
            entry.edited_hash[:12],
            Text(visible(entry.file), style="dim"),
        )
    return table


def _statement(card: EditCard) -> str:
    return card.prompt.replace("{}", card.subject)


def _before_and_after(card: EditCard) -> Table:
    """Teacher-forced probability beside the model's own words: where they part, the edit looks better than it is."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column(Text("p(").append_text(plain(card.target, 24)).append(")"), justify="right")
    table.add_column(Text("the model goes on: ").append_text(plain(_statement(card), 60)), overflow="fold")
    for name, p, continuation in (
        ("before", card.p_before, card.continuation_before),
        ("after", card.p_after, card.continuation_after),
    ):
        table.add_row(
            Text(name, style="bold"),
            "-" if p is None else f"{p:.3f}",
            plain(continuation.replace("\n", "\\n"), LONGEST_CONTINUATION),
        )
    return table


def _checks(card: EditCard) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("check")
    table.add_column("")
    table.add_column("value", justify="right")
    table.add_column("threshold", justify="right")
    table.add_column("how it came about", overflow="fold", style="dim")
    for row in card.validation:
        table.add_row(
            Text(visible(row.check), style="bold"),
            _verdict(row),
            _number(row.value),
            _number(row.threshold),
            plain(row.explanation, 240),
        )
    return table


def _notes(card: EditCard) -> Iterator[Text]:
    """What a reader must know before believing the edit."""
    if not card.committed:
        yield Text(visible(rejection(card)), style="yellow")
    shown = [sign for sign in card.disabling_signs if sign.passed is False]
    for sign in shown:
        yield Text(
            f"Sign of a disabling edit, {visible(sign.check)}: {visible(sign.explanation)}", style="yellow"
        )
    if card.disabling_signs and not shown:
        names = ", ".join(visible(sign.check) for sign in card.disabling_signs)
        yield Text(f"No sign of a disabling edit ({names}).", style="dim")


def _provenance(card: EditCard) -> Text:
    context = card.context
    ratio = "" if card.norm_ratio is None else f" · ‖ΔW‖/‖W‖ {card.norm_ratio:.4f}"
    lines = [
        f"{visible(context.model or '-')} · {context.dtype} on {context.device} · layer {card.layer}, "
        f"{visible(card.module)}{ratio}",
        f"weights {card.base_hash[:12]} → {(card.edited_hash or '-')[:12]}"
        + ("" if card.committed else f", and {(context.weights_hash or '-')[:12]} again"),
        f"paraphrases from {visible(card.paraphrases_from)} · {card.duration_s:.1f} s",
    ]
    if card.imported_from is not None:
        lines.append(f"imported from {visible(card.imported_from)}")
    if card.file is not None:
        lines.append(f"kept as {visible(card.file)} · /export safetensors copies it, /undo undoes it")
    return Text("\n".join(lines), style="dim")


def _verdict(row: ValidationRow) -> Text:
    if row.passed is None:
        return Text("not measured", style="dim")
    return Text("passed", style="green") if row.passed else Text("FAILED", style="bold red")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
