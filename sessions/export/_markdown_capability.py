"""A capability card in Markdown: the table of scores, each dimension's parts, and its worst cases in full."""

from collections.abc import Iterator

from sessions.cards.capability import CapabilityCard, CaseResult, Dimension, Slice
from sessions.export._markdown_text import fenced, inline, table

WORST_SHOWN = 3
LONGEST_TEXT = 4_000


def headline(card: CapabilityCard) -> str:
    """The card in a few words."""
    overall = "unscored" if card.overall is None else f"overall {card.overall:.1f}"
    return f"{overall}, {card.n_prompts} prompt{'' if card.n_prompts == 1 else 's'}"


def blocks(card: CapabilityCard) -> Iterator[str]:
    """Scores, how they came about, each dimension's parts and worst cases."""
    if card.partial:
        yield "**Stopped early:** only the prompts that had their turn are scored."
    yield table(
        ("dimension", "#score", "#95 % interval", "#n", "#unscored", "#chance", "method"),
        [
            (
                inline(dimension.capability),
                _points(dimension.score),
                _interval(dimension.interval),
                str(dimension.n),
                str(dimension.n_unscored),
                "" if dimension.chance is None else _points(dimension.chance),
                inline(dimension.method),
            )
            for dimension in card.dimensions
        ],
    )
    yield (
        f"{inline(card.overall_explanation)} Scores are on 0 to 100 and relative to these suites: compare models "
        "on the same suite, not with published numbers."
    )
    for dimension in card.dimensions:
        yield from _dimension(dimension)


def _dimension(dimension: Dimension) -> Iterator[str]:
    yield f"## {inline(dimension.capability)}"
    yield "\n".join(f"- {note}" for note in _notes(dimension))
    for noun, slices in (("sub-type", dimension.subtypes), ("difficulty", dimension.difficulties)):
        if slices:
            yield _slices(noun, slices)
    scored = [case for case in dimension.cases if case.credit is not None and case.credit < 1]
    worst = sorted(scored, key=lambda case: case.credit or 0.0)[:WORST_SHOWN]
    if worst:
        yield "### Worst cases"
    for case in worst:
        yield from _case(case)


def _notes(dimension: Dimension) -> Iterator[str]:
    """What a reader must know before believing the score."""
    yield inline(dimension.explanation)
    if dimension.partial:
        yield f"Stopped early: {len(dimension.cases)} prompts had their turn."
    for reason, count in dimension.unscored_reasons.items():
        yield f"{count} unscored: {inline(reason)}"
    if dimension.rejected:
        reasons = "; ".join(
            f"{count} × {inline(reason)}" for reason, count in dimension.rejected_reasons.items()
        )
        yield f"{dimension.rejected} candidate prompts were rejected before use: {reasons}"
    if dimension.chance is not None:
        yield f"A blind guess scores {_points(dimension.chance)}."
    if dimension.at is not None:
        wish = "an easier" if dimension.at == "floor" else "a harder"
        yield f"At its {dimension.at}: this suite cannot tell models apart here; {wish} one can."
    suite = dimension.suite
    yield f"Suite {inline(suite.hash)}, generator {inline(suite.generator)}, seed {suite.seed}"
    yield f"Chat template: {'yes' if dimension.chat_template else 'no'}"
    settings = ", ".join(f"{name} = {value}" for name, value in dimension.settings.items())
    yield f"Settings of {inline(dimension.method)}: {inline(settings) or 'none'}"
    for name, value in dimension.details.items():
        yield f"{inline(name)}: {inline(value)}"


def _slices(noun: str, slices: tuple[Slice, ...]) -> str:
    return table(
        (noun, "#score", "#95 % interval", "#n"),
        [(inline(part.name), _points(part.score), _interval(part.interval), str(part.n)) for part in slices],
    )


def _case(case: CaseResult) -> Iterator[str]:
    yield f"**{inline(case.id)}** ({inline(case.subtype)}, {case.difficulty}): credit {case.credit:.2f}"
    yield f"Prompt:\n\n{fenced(_cut(case.prompt))}"
    if case.wanted:
        yield f"Wanted:\n\n{fenced(_cut(case.wanted))}"
    yield (
        "No output is recorded." if case.output is None else f"The model said:\n\n{fenced(_cut(case.output))}"
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\n… ({len(text) - LONGEST_TEXT:,} more characters; the JSON export has them all)"


def _points(score: float | None) -> str:
    return "unscored" if score is None else f"{score:.1f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.1f} to {interval[1]:.1f}"
