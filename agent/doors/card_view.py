"""Capability cards as Rich renderables: a bar for each dimension with score, interval, n and method."""

from collections.abc import Iterable

from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sessions.card import CapabilityCard, Dimension
from sessions.context import Context
from sessions.visible import visible

BAR_WIDTH = 20
WORST_SHOWN = 3


def card_panel(card: CapabilityCard) -> Panel:
    """The card as a panel: what was asked, the dimensions, the sub-types, and how to reproduce it."""
    overall = "unscored" if card.overall is None else f"{card.overall:.1f}"
    title = Text.assemble((f"overall {overall}", "bold"), f" · {card.n_prompts} prompts · {card.id}")
    parts: list[RenderableType] = [_dimensions(card.dimensions)]
    notes = list(_notes(card.dimensions))
    if notes:
        parts += [Text(), *notes]
    parts += [Text(), _provenance(card)]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def worst_cases(card: CapabilityCard, capability: str | None = None) -> RenderableType:
    """The lowest credits of each dimension (or of one) with the prompt's end and what the model said."""
    table = Table(box=None, padding=(0, 2, 1, 0), show_header=True, header_style="dim")
    for heading in ("credit", "sub-type", "prompt", "wanted", "the model said"):
        table.add_column(heading, overflow="fold")
    for dimension in card.dimensions:
        if capability not in (None, dimension.capability):
            continue
        scored = [case for case in dimension.cases if case.credit is not None]
        for case in sorted(scored, key=lambda case: case.credit or 0.0)[:WORST_SHOWN]:
            table.add_row(
                f"{case.credit:.2f}",
                case.subtype,
                plain(case.prompt, 300),
                plain(case.wanted, 120),
                plain(case.output or "", 300),
            )
    return table if table.row_count else Text("No case of this card has a credit.", style="dim")


def plain(text: str, longest: int) -> Text:
    """Untrusted text as Rich shows it: no markup, no control sequences, cut in the middle where it is long."""
    shown = visible(text)
    if len(shown) > longest:
        half = longest // 2 - 2
        shown = f"{shown[:half]} … {shown[-half:]}"
    return Text(shown)


def _dimensions(dimensions: Iterable[Dimension]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("", width=BAR_WIDTH)
    table.add_column("score", justify="right")
    table.add_column("95 %", justify="right")
    table.add_column("n", justify="right")
    table.add_column("method")
    for dimension in dimensions:
        table.add_row(
            Text(dimension.capability, style="bold"),
            score_bar(dimension.score),
            shown_points(dimension.score),
            shown_interval(dimension.interval),
            str(dimension.n),
            Text(dimension.method, style="dim"),
        )
        if len(dimension.subtypes) > 1:
            for part in dimension.subtypes:
                table.add_row(
                    Text(f"  {part.name}", style="dim"),
                    score_bar(part.score, "bright_black"),
                    shown_points(part.score),
                    Text(shown_interval(part.interval), style="dim"),
                    Text(str(part.n), style="dim"),
                    "",
                )
    return table


def score_bar(score: float | None, colour: str = "cyan") -> RenderableType:
    """A bar of a score on 0 to 100."""
    return (
        Text("unscored", style="dim") if score is None else Bar(100, 0, score, width=BAR_WIDTH, color=colour)
    )


def shown_points(score: float | None) -> str:
    """A score on 0 to 100 with one decimal."""
    return "-" if score is None else f"{score:.1f}"


def shown_interval(interval: tuple[float, float] | None) -> str:
    """An interval on 0 to 100 without decimals; empty where there is none."""
    return "" if interval is None else f"{interval[0]:.0f}–{interval[1]:.0f}"


def _notes(dimensions: Iterable[Dimension]) -> Iterable[Text]:
    """What a reader must know before believing a score."""
    for dimension in dimensions:
        name = dimension.capability
        if dimension.partial:
            yield Text(
                f"{name}: stopped early, {len(dimension.cases)} prompts have a result.", style="yellow"
            )
        for reason, count in dimension.unscored_reasons.items():
            yield Text.assemble((f"{name}: {count} unscored: ", "yellow"), plain(reason, 120))
        if dimension.chance:
            yield Text(f"{name}: a blind guess scores {dimension.chance:.1f}.", style="dim")
        if dimension.at == "floor" and (dimension.score or 0.0) > (dimension.chance or 0.0):
            level = f"a blind guess ({dimension.chance:.0f})" if dimension.chance else "0"
            yield Text(
                f"{name}: not told apart from {level} by {dimension.n} prompts: ask for more, or for easier ones.",
                style="yellow",
            )
        elif dimension.at is not None:
            wish = "an easier" if dimension.at == "floor" else "a harder"
            yield Text(
                f"{name}: at its {dimension.at}: this suite cannot tell models apart here. Ask for {wish} one.",
                style="yellow",
            )
        if "judge_disagreements" in dimension.details:
            differ = f"{dimension.details['judge_disagreements']} of {dimension.details['judge_verdicts']}"
            judge = plain(str(dimension.settings.get("judge")), 160)
            told = f"; the detector decides {differ} otherwise."
            yield Text.assemble((f"{name}: refusals judged by ", "dim"), judge, (told, "dim"))
        if " by " in dimension.suite.generator:
            yield Text.assemble((f"{name}: written with ", "dim"), plain(dimension.suite.generator, 160))
        if dimension.rejected:
            reasons = "; ".join(f"{count} × {reason}" for reason, count in dimension.rejected_reasons.items())
            told = f"{name}: {dimension.rejected} prompts were rejected before use: "
            yield Text.assemble((told, "dim"), plain(reasons, 300))


def _step(context: Context) -> str:
    return "" if context.step is None else f" · step {context.step}"


def _weights(context: Context) -> str:
    if context.weights_hash is None:
        return "a remote model, its weights unknown"
    return f"{context.dtype} on {context.device} · weights {context.weights_hash[:12]}"


def _provenance(card: CapabilityCard) -> Text:
    context = card.context
    kind = context.kind.replace("_", " ")
    if context.model is None:  # a card about a data set
        suites = ", ".join(dimension.suite.hash[:12] for dimension in card.dimensions)
        told = (
            f"{kind} · {visible(context.data or '-')}\nrows {suites} · seed {card.dimensions[0].suite.seed}"
        )
        return Text(f"{told} · {card.duration_s:.1f} s", style="dim")
    lines = [
        f"{kind} · {visible(context.model)}{_step(context)} · {_weights(context)}",
        f"suites {', '.join(dimension.suite.hash[:12] for dimension in card.dimensions)}"
        f" · seed {card.dimensions[0].suite.seed} · {card.duration_s:.1f} s",
        "Scores are relative to these suites; compare models on the same suite, not with published numbers.",
    ]
    return Text("\n".join(lines), style="dim")
