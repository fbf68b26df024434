"""The comparison card as a Rich panel: scores side by side, and what the paired tests say of each dimension."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain, shown_interval, shown_points
from sessions.card import ComparisonCard, PairedResult

STYLES = {"better": "green", "worse": "red", "tie": "dim", "not tested": "yellow"}


def comparison_panel(card: ComparisonCard) -> Panel:
    """The card as a panel."""
    title = Text.assemble((f"{len(card.compared)} compared", "bold"), f" · {card.id}")
    parts: list[RenderableType] = [_names(card), Text(), _scores(card), Text(), _tests(card)]
    if card.ranking:
        parts += [Text(), Text.assemble("overall order: ", plain(" > ".join(card.ranking), 300))]
    if card.partial:
        parts.append(
            Text("A run was stopped early: only cases that all have scored are paired.", style="yellow")
        )
    tests = sorted({result.test for each in card.dimensions for result in each.against_first})
    parts += [
        Text(),
        Text(
            f"{'; '.join(tests)}; p after Holm's correction over this card; better or worse at 5 %.\n"
            "Scores are relative to these suites: trust the order and the differences, not the absolute values.",
            style="dim",
        ),
    ]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def letter(index: int) -> str:
    """A short name for a table's column: A, B, ... Z, then numbers."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def _names(card: ComparisonCard) -> Text:
    lines = [
        Text.assemble(
            (letter(index), "bold"),
            " ",
            plain(each.name, 120),
            (f"  overall {shown_points(each.overall)} · {each.card}", "dim"),
        )
        for index, each in enumerate(card.compared)
    ]
    return Text("\n").join(lines)


def _scores(card: ComparisonCard) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for index in range(len(card.compared)):
        table.add_column(letter(index), justify="right")
    table.add_column("n", justify="right")
    for dimension in card.dimensions:
        table.add_row(
            Text(dimension.capability, style="bold"),
            *(
                Text.assemble(shown_points(each.score), (f" {shown_interval(each.interval)}", "dim"))
                for each in dimension.scores
            ),
            str(dimension.scores[0].n),
        )
    return table


def _tests(card: ComparisonCard) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("against A", "verdict", "difference", "95 %", "up/down/n", "p"):
        table.add_column(heading)
    for dimension in card.dimensions:
        for index, result in enumerate(dimension.against_first, start=1):
            table.add_row(Text(f"{letter(index)} {dimension.capability}"), *_result(result))
    return table


def _result(result: PairedResult) -> list[RenderableType]:
    p = result.p if result.p_corrected is None else result.p_corrected
    return [
        Text(result.verdict, style=STYLES[result.verdict]),
        "-" if result.difference is None else f"{result.difference:+.1f}",
        "" if result.interval is None else f"{result.interval[0]:+.0f} to {result.interval[1]:+.0f}",
        f"{result.n_better}/{result.n_worse}/{result.n}" if result.n else "not paired",
        "-" if p is None else f"{p:.2g}",
    ]
