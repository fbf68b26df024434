"""A score taken apart as a Rich panel: sub-types, worst cases, what the failures share, the next question."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain, score_bar, shown_interval, shown_points
from sessions.cards.capability import CaseResult, Slice
from sessions.drill_down import DrillDown


def drill_down_panel(drill: DrillDown) -> Panel:
    """The dimension as a panel."""
    title = Text.assemble(
        (f"{drill.capability} {shown_points(drill.score)}", "bold"),
        f" ({shown_interval(drill.interval)}) · {drill.method} · n {drill.n} · {drill.card}",
    )
    parts: list[RenderableType] = [_slices(drill)]
    if drill.worst:
        parts += [Text("\nworst cases", style="dim"), _cases(drill.worst)]
    parts += [Text(pattern.what + f" (p = {pattern.p:.2g})", style="yellow") for pattern in drill.patterns]
    if not drill.patterns:
        looked_at = ", ".join(drill.looked_at)
        why = f"{looked_at} looked at" if looked_at else "too few scored cases to tell"
        parts.append(Text(f"Nothing that low credits have in common stands out ({why}).", style="dim"))
    if drill.next_question:
        parts.append(Text.assemble(("\nnext: ", "dim"), (drill.next_question, "bold")))
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def _slices(drill: DrillDown) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("", width=20)
    for heading in ("score", "95 %", "n"):
        table.add_column(heading, justify="right")
    for part in drill.subtypes:
        _row(table, part, "cyan")
    for part in drill.difficulties if len(drill.difficulties) > 1 else ():
        _row(table, part, "bright_black")
    return table


def _row(table: Table, part: Slice, colour: str) -> None:
    table.add_row(
        part.name,
        score_bar(part.score, colour),
        shown_points(part.score),
        shown_interval(part.interval),
        str(part.n),
    )


def _cases(cases: tuple[CaseResult, ...]) -> RenderableType:
    blocks: list[RenderableType] = []
    for case in cases:
        credit = "unscored" if case.credit is None else f"{case.credit:.2f}"
        blocks += [
            Text.assemble(
                (credit, "bold"), f" {case.subtype} · {case.difficulty} · wanted ", _line(case.wanted, 100)
            ),
            Padding(Text.assemble(("asked ", "dim"), _line(case.prompt, 240)), (0, 0, 0, 2)),
            Padding(Text.assemble(("said ", "dim"), _line(case.output or "nothing", 240)), (0, 0, 0, 2)),
        ]
        if case.unscored_reason is not None:
            blocks.append(
                Padding(Text.assemble(("reason ", "dim"), _line(case.unscored_reason, 240)), (0, 0, 0, 2))
            )
    return Group(*blocks, Text())


def _line(text: str, longest: int) -> Text:
    """Untrusted text on one line."""
    return plain(" ".join(text.split()), longest)
