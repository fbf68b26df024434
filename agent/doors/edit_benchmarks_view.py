"""The edit_benchmarks card as Rich renderables: up to thirteen rows, their reading, and the probes behind a row."""

from collections.abc import Iterator, Sequence

from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain
from sessions.card import EditBenchmark, EditBenchmarksCard
from sessions.visible import visible
from tools.editing.benchmark_result import BenchmarkResult, ProbeRow
from tools.errors import StoreError

BAR_WIDTH, NARROWEST_BAR = 20, 5
SHORT = {"passed": "pass", "failed": "FAIL", "reported": "–", "unscored": "n/a"}
WORST_SHOWN = 2
LONGEST_PROMPT, LONGEST_CONTINUATION = 160, 120


def edit_benchmarks_panel(card: EditBenchmarksCard) -> Panel:
    """The card as a panel."""
    edit = card.edit
    judged = [result for result in card.results if result.passed is not None]
    passed = sum(bool(result.passed) for result in judged)
    title = Text.assemble(
        (f"{passed} of {len(judged)} passed", "bold"),
        " · ",
        plain(f"{edit.prompt.replace('{}', edit.subject)} → {edit.target}", 80),
        f" · {card.id}",
    )
    parts: list[RenderableType] = [_rows(card.results), Text()]
    parts += [Text.assemble(("Reading: ", "bold"), visible(card.reading))]
    notes = list(_notes(card))
    if notes:
        parts += [Text(), *notes]
    parts += [Text(), _provenance(card)]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def result_line(result: BenchmarkResult) -> Text:
    """One result in a line, as it comes in."""
    mark, style = _verdict(result)
    told = plain(result.explanation, 120)
    if result.score is not None:
        interval = f" ({_interval(result)})" if result.interval is not None else ""
        told = Text(f"{_points(result.score)}{interval}, before {_points(result.before)}")
    return Text.assemble((f"{mark:<9}", style), (f"{visible(result.name):<28}", "bold"), told)


def probes_of(card: EditBenchmarksCard, name: str | None = None) -> RenderableType:
    """All probes of one benchmark, by the part that they count in; of all benchmarks the worst, without a name.

    Raises StoreError for a benchmark that is not on the card.
    """
    if name is None:
        return _probes([(result.name, probe) for result in card.results for probe in _worst(result)])
    sought = _letters(name)
    found = next((result for result in card.results if sought and sought in _letters(result.name)), None)
    if found is None:
        raise StoreError(
            f"There is no benchmark {name!r} on card {card.id}.",
            f"There are: {', '.join(result.name for result in card.results)}.",
        )
    parts = [(probe.group or probe.axis, probe) for probe in found.probes]
    explanation = Text(visible(found.explanation), style="dim")
    return Group(
        Text(visible(found.name), style="bold"), explanation, _probes(sorted(parts, key=lambda p: p[0]))
    )


def _rows(results: Sequence[EditBenchmark]) -> Table:
    """A row for each; where the console is narrow only the bars give way."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("", min_width=NARROWEST_BAR, max_width=BAR_WIDTH)
    for heading in ("score", "95 %", "before", "needs", "free"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    for result in results:
        verdict, style = _verdict(result)
        table.add_row(
            Text(visible(result.name), style="bold"),
            _bar(result.score, style),
            _points(result.score),
            _interval(result),
            Text(_points(result.before), style="dim"),
            Text(_points(result.threshold), style="dim"),
            Text(_written(result), style="dim"),
            Text(SHORT[verdict], style=style),
            str(result.n),
        )
        for name, score in _parts(result):
            table.add_row(
                Text(f"  {visible(name)}", style="dim"),
                _bar(score, "bright_black"),
                Text(_points(score), style="dim"),
                *("", "", "", "", "", ""),
            )
    return table


def _parts(result: BenchmarkResult) -> Iterator[tuple[str, float | None]]:
    """The scores of a benchmark's parts, where it has several (Portability: template, alias, compositional)."""
    parts = result.details.get("parts")
    for name, part in parts.items() if isinstance(parts, dict) else ():
        score = part.get("score") if isinstance(part, dict) else None
        yield name, score if isinstance(score, float) and 0 <= score <= 1 else None


def _written(result: BenchmarkResult) -> str:
    """In which share of what the model wrote by itself it said the target."""
    found = result.details.get("free_generation")
    share = found.get("after") if isinstance(found, dict) else None
    return _points(share) if isinstance(share, float) else ""


def _worst(result: EditBenchmark) -> list[ProbeRow]:
    scored = [probe for probe in result.probes if probe.credit is not None]
    return sorted(scored, key=lambda probe: probe.credit or 0.0)[:WORST_SHOWN]


def _probes(rows: Sequence[tuple[str, ProbeRow]]) -> RenderableType:
    """Teacher-forced probabilities beside the model's own continuations."""
    if not rows:
        return Text("There are no probes behind this.", style="dim")
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim")
    for heading in ("", "credit", "p before", "p after"):
        table.add_column(heading, justify="right" if heading else "left")
    for heading in ("prompt", "target", "the model goes on, before", "after"):
        table.add_column(heading, overflow="fold")
    shown = ""
    for name, probe in rows:
        table.add_row(
            Text("" if name == shown else visible(name), style="bold"),
            _fraction(probe.credit),
            _fraction(probe.p_before),
            _fraction(probe.p_after),
            plain(probe.prompt, LONGEST_PROMPT),
            Text.assemble("" if probe.is_positive else ("not ", "bold"), plain(probe.target, 40)),
            _continuation(probe.continuation_before),
            _continuation(probe.continuation_after),
        )
        shown = name
    return table


def _continuation(text: str | None) -> Text:
    return Text("-", style="dim") if text is None else plain(text.replace("\n", "\\n"), LONGEST_CONTINUATION)


def _verdict(result: BenchmarkResult) -> tuple[str, str]:
    if result.score is None:
        return "unscored", "dim"
    if result.passed is None:
        return "reported", "cyan"
    return ("passed", "green") if result.passed else ("failed", "red")


def _notes(card: EditBenchmarksCard) -> Iterator[Text]:
    """What a reader must know before believing a score."""
    if card.partial:
        yield Text(f"Stopped early: {len(card.results)} benchmarks had their turn.", style="yellow")
    for result in card.results:
        if result.score is None:
            yield Text.assemble((f"{result.name}: ", "yellow"), plain(result.explanation, 200))
        elif result.before is None:
            yield Text.assemble((f"{result.name}, before: ", "dim"), plain(result.before_note, 200))


def _provenance(card: EditBenchmarksCard) -> Text:
    context, edit = card.context, card.edit
    lines = [
        f"{visible(context.model or '-')} · {context.dtype} on {context.device} · layer {edit.layer} · weights "
        f"{edit.base_hash[:12]} → {edit.edited_hash[:12]}",
        "free: share of the model's own continuations that say the target, beside the teacher-forced score",
        f"probes from {visible(card.probe_source)} · seed {card.seed} · {card.duration_s:.1f} s",
        f"further edits rolled back: the weights are {card.weights_after[:12]} again, proven by hash",
        "/probes shows the worst probes, /probes NAME all of a benchmark",
    ]
    return Text("\n".join(lines), style="dim")


def _bar(score: float | None, colour: str) -> RenderableType:
    return Text() if score is None else Bar(100, 0, 100 * score, color=colour)


def _points(score: float | None) -> str:
    return "-" if score is None else f"{100 * score:.1f}"


def _interval(result: BenchmarkResult) -> str:
    return "" if result.interval is None else "–".join(f"{100 * bound:.0f}" for bound in result.interval)


def _fraction(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _letters(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
