"""The feature card as a Rich panel: three bars and their reading, the sentences, and what ablation does where."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import JsonValue
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.doors.card_view import plain
from sessions.card import FeatureCard, FeatureMeasure
from sessions.visible import visible
from tools.features.diagnosis import Level

BAR_WIDTH = 20
SENTENCES_SHOWN = 3
ROWS_SHOWN = 6
LONGEST_SENTENCE = 160
CONTEXT = 60
"""Characters shown on each side of the strongest token of a long sentence."""
LEVEL_STYLES: Mapping[Level, str] = {
    "high": "green",
    "low": "red",
    "uncertain": "yellow",
    "unscored": "dim",
}


def feature_panel(card: FeatureCard) -> Panel:
    """The card as a panel."""
    label = "no label" if card.label is None else visible(card.label)
    title = Text.assemble((f"feature {card.feature}", "bold"), f" · {_cut(label, 60)} · {card.id}")
    parts: list[RenderableType] = [_scores(card), Text(), *_reading(card)]
    for heading, name in (("Should fire on", "positive"), ("Should be silent on", "negative")):
        sentences = _tables(card.interp_score.details.get(name))
        if sentences:
            parts += [Text(), _sentences(f"{heading} (strongest of {len(sentences)})", sentences)]
    rows = _tables(card.mui.details.get("positions"))
    if rows:
        parts += [Text(), _ablations(rows)]
    notes = list(_notes(card))
    if notes:
        parts += [Text(), *notes]
    parts += [Text(), _provenance(card)]
    return Panel(Group(*parts), title=title, title_align="left", border_style="cyan", padding=(1, 2))


def _scores(card: FeatureCard) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    table.add_column("", width=BAR_WIDTH)
    table.add_column("score", justify="right")
    table.add_column("95 %", justify="right")
    table.add_column("level")
    table.add_column("beside it", overflow="fold")
    for name, measure, level in (
        ("InterpScore", card.interp_score, card.levels.interp),
        ("Purity", card.purity, card.levels.purity),
        ("MUI", card.mui, card.levels.mui),
    ):
        table.add_row(
            Text(name, style="bold"),
            Text("unscored", style="dim")
            if measure.value is None
            else Bar(100, 0, 100 * measure.value, width=BAR_WIDTH, color=LEVEL_STYLES[level]),
            "-" if measure.value is None else f"{100 * measure.value:.1f}",
            _interval(measure),
            Text(level, style=LEVEL_STYLES[level]),
            Text(", ".join(_beside(measure.details)), style="dim"),
        )
    return table


_BESIDE = (
    ("d", "d {:.2f}"),
    ("hedges_g", "g {:.2f}"),
    ("auroc", "AUROC {:.2f}"),
    ("p", "p {:.2g}"),
    ("null_percentile", "above {:.0f} % of random features"),
    ("mean_cosine", "mean cosine {:.2f}"),
    ("z", "z {:.1f} against random sentences"),
    ("mean_kl", "mean KL {:.4f} nats"),
    ("mean_entropy", "entropy {:.2f} nats"),
    ("random_value", "random direction {:.3f}"),
    ("noise_floor", "noise floor {:.2g}"),
)
"""What stands beside a score, by its name in the details."""


def _beside(details: Mapping[str, JsonValue]) -> Iterator[str]:
    for name, form in _BESIDE:
        value = details.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield form.format(value)


def _reading(card: FeatureCard) -> Iterator[Text]:
    colour = {"ideal": "green", "uncertain": "yellow", "dead or noise": "red"}.get(card.reading, "cyan")
    yield Text.assemble(("Reading: ", "bold"), (card.reading, f"bold {colour}"), f". {card.advice}")
    for reason in card.reasons:
        yield Text.assemble(("  ", ""), (visible(reason), "yellow"))


def _sentences(heading: str, sentences: Sequence[Mapping[str, JsonValue]]) -> Table:
    """The strongest sentences of a set, each with its strongest token marked."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("activation", justify="right")
    table.add_column(heading, overflow="fold")
    for sentence in sorted(sentences, key=lambda each: -_number(each.get("maximum")))[:SENTENCES_SHOWN]:
        style = "" if sentence.get("fires") else "dim"
        table.add_row(Text(f"{_number(sentence.get('maximum')):.2f}", style=style), _marked(sentence))
    return table


def _marked(sentence: Mapping[str, JsonValue]) -> Text:
    """The sentence around its strongest token, which stands in [ ] and in colour; nothing is read as markup."""
    tokens, strongest = sentence.get("tokens"), sentence.get("strongest")
    text = sentence.get("text")
    if not isinstance(tokens, list) or not isinstance(strongest, int) or not 0 <= strongest < len(tokens):
        return plain(str(text or ""), LONGEST_SENTENCE)
    pieces = [visible(str(token)).replace("\n", "\\n") for token in tokens]
    before, token, after = "".join(pieces[:strongest]), pieces[strongest], "".join(pieces[strongest + 1 :])
    if len(before) + len(after) > LONGEST_SENTENCE:
        before = before if len(before) <= CONTEXT else "… " + before[-CONTEXT:]
        after = after if len(after) <= CONTEXT else after[:CONTEXT] + " …"
    space = token[: len(token) - len(token.lstrip())]
    return Text.assemble(
        (before + space).lstrip(),
        (f"[{token.strip()}]" if sentence.get("fires") else token.strip(), "bold cyan"),
        after,
    )


def _ablations(rows: Sequence[Mapping[str, JsonValue]]) -> Table:
    """What ablating the feature does at each firing position, the largest change first."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for heading in ("activation", "KL, nats", "entropy"):
        table.add_column(heading, justify="right")
    table.add_column("ablated at")
    table.add_column(
        f"in (largest {min(ROWS_SHOWN, len(rows))} of {len(rows)})", overflow="fold", style="dim"
    )
    for row in sorted(rows, key=lambda each: -_number(each.get("kl")))[:ROWS_SHOWN]:
        table.add_row(
            f"{_number(row.get('activation')):.2f}",
            f"{_number(row.get('kl')):.4f}",
            f"{_number(row.get('entropy')):.2f}",
            _on_one_line(row.get("token"), 30),
            _on_one_line(row.get("context"), 2 * CONTEXT),
        )
    return table


def _on_one_line(value: JsonValue | None, longest: int) -> Text:
    return plain(str(value or "").strip(" ").replace("\n", "\\n"), longest)


def _notes(card: FeatureCard) -> Iterable[Text]:
    """What a reader must know before believing the scores."""
    if card.partial:
        yield Text("Stopped early: not every score had its turn.", style="yellow")
    for name, measure in (("InterpScore", card.interp_score), ("Purity", card.purity), ("MUI", card.mui)):
        yield Text.assemble((f"{name}: ", "dim"), (_cut(visible(measure.explanation), 240), "dim"))
    for caveat in card.caveats:
        yield Text(visible(caveat), style="yellow")


def _provenance(card: FeatureCard) -> Text:
    context, sae, limits = card.context, card.sae, card.thresholds
    lines = [
        f"{visible(context.model or '-')} · {context.dtype} on {context.device} · weights "
        f"{(context.weights_hash or '-')[:12]}",
        f"SAE {visible(sae.name)} · layer {sae.layer} · {sae.architecture} · {sae.n_features:,} features · "
        f"{sae.weights_hash[:12]}",
    ]
    if card.label is not None:
        lines.append(f"label made by {visible(card.label_method or 'unknown')}")
    if card.sentences is not None:
        made = card.sentences
        hard = " · hard negatives" if made.hard_negatives else ""
        lines.append(f"sentences by {visible(made.writer)} · {made.instructions} · seed {made.seed}{hard}")
    fires = "" if card.firings is None else f" · fires at {card.firings:,} tokens"
    lines.append(
        f"high from {limits.interp:g} / {limits.purity:g} / {limits.mui:g}{fires} · {card.duration_s:.1f} s"
    )
    return Text("\n".join(lines), style="dim")


def _interval(measure: FeatureMeasure) -> str:
    return "" if measure.interval is None else "–".join(f"{100 * bound:.0f}" for bound in measure.interval)


def _tables(value: JsonValue | None) -> list[dict[str, JsonValue]]:
    """The value's tables, where it is a list; a card from a file may hold anything."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _number(value: JsonValue | None) -> float:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
