"""Scores by dimension, each dimension's sub-types, difficulties and cases, and how they came about."""

from collections import Counter
from collections.abc import Iterator

from sessions.card import CapabilityCard, CaseResult, Dimension, Slice
from sessions.export._report.blocks import (
    Block,
    Cases,
    CaseShown,
    Chart,
    Definitions,
    Notes,
    Part,
    Point,
    Report,
    Section,
    Series,
    State,
    Table,
)
from sessions.export._report.values import cut, facts, interval, plural, points, told

CHANCE = "a blind guess"
LONGEST_PREVIEW = 110
STATES: dict[State, str] = {
    "right": "full credit",
    "part": "part credit",
    "wrong": "no credit",
    "unscored": "unscored",
}


def report(card: CapabilityCard) -> Report:
    """The overall score, then each dimension."""
    return Report(
        figure=points(card.overall),
        caption=f"overall, {plural(card.n_prompts, 'prompt')}",
        blocks=(
            *_warnings(card),
            Chart("Scores", (Series(tuple(_point(dimension) for dimension in card.dimensions)),)),
            _table(card),
            Notes(
                (
                    card.overall_explanation,
                    "Scores are on 0 to 100 and relative to these suites: compare models on the same suite, not "
                    "with published numbers.",
                )
            ),
            *(_dimension(dimension) for dimension in card.dimensions),
        ),
    )


def _warnings(card: CapabilityCard) -> Iterator[Block]:
    if card.partial:
        yield Notes(("Stopped early: only the prompts that had their turn are scored.",), warning=True)


def _point(dimension: Dimension) -> Point:
    return Point(
        name=dimension.capability,
        value=dimension.score,
        interval=dimension.interval,
        n=dimension.n,
        note=dimension.method,
        mark=dimension.chance,
        mark_name=CHANCE,
        parts=tuple(_parts(dimension.cases)),
    )


def _parts(cases: tuple[CaseResult, ...]) -> Iterator[Part]:
    """How many cases went how; for a method that scores a distribution, how many fell into which category."""
    categories = Counter(case.category for case in cases if case.category is not None)
    for name, count in categories.most_common():
        yield Part(name, count)
    states = Counter(_state(case) for case in cases)
    for state, name in STATES.items():
        if states[state]:
            yield Part(name, states[state], state)


def _state(case: CaseResult) -> State:
    if case.unscored_reason is not None:
        return "unscored"
    if case.credit is None:
        return "observed"
    if case.credit == 1:
        return "right"
    return "part" if case.credit else "wrong"


def _table(card: CapabilityCard) -> Table:
    return Table(
        ("dimension", "#score", "#95 % interval", "#n", "#unscored", "#chance", "method"),
        tuple(
            (
                dimension.capability,
                points(dimension.score),
                interval(dimension.interval),
                f"{dimension.n:,}",
                f"{dimension.n_unscored:,}",
                "" if dimension.chance is None else points(dimension.chance),
                dimension.method,
            )
            for dimension in card.dimensions
        ),
    )


def _dimension(dimension: Dimension) -> Section:
    return Section(
        title=dimension.capability,
        aside=f"{points(dimension.score)} · {dimension.method}",
        blocks=(
            *_notes(dimension),
            *_slices("sub-type", dimension, dimension.subtypes),
            *_slices("difficulty", dimension, dimension.difficulties),
            Section("Method and suite", (Definitions(tuple(_method(dimension))),), closed=True),
            Section("Cases", (Cases(tuple(_case(case) for case in dimension.cases)),)),
        ),
    )


def _notes(dimension: Dimension) -> Iterator[Block]:
    """What a reader must know before believing the score."""
    yield Notes((dimension.explanation,))
    warnings = [f"{count} unscored: {reason}" for reason, count in dimension.unscored_reasons.items()]
    if dimension.partial:
        warnings.append(f"Stopped early: {plural(len(dimension.cases), 'prompt')} had their turn.")
    if dimension.at is not None:
        wish = "an easier" if dimension.at == "floor" else "a harder"
        warnings.append(
            f"At its {dimension.at}: this suite cannot tell models apart here; {wish} one, or a longer one, can."
        )
    if warnings:
        yield Notes(tuple(warnings), warning=True)


def _slices(noun: str, dimension: Dimension, slices: tuple[Slice, ...]) -> Iterator[Chart]:
    """The score by slice; a difficulty is an order, so its first view is a line."""
    if not slices:
        return
    by_name = {
        part.name: tuple(
            case
            for case in dimension.cases
            if (case.subtype if noun == "sub-type" else case.difficulty) == part.name
        )
        for part in slices
    }
    yield Chart(
        f"By {noun}",
        (
            Series(
                tuple(
                    Point(
                        part.name, part.score, part.interval, part.n, parts=tuple(_parts(by_name[part.name]))
                    )
                    for part in slices
                )
            ),
        ),
        first="line" if noun == "difficulty" and len(slices) > 1 else "bar",
    )


def _method(dimension: Dimension) -> Iterator[tuple[str, str]]:
    yield "method", dimension.method
    yield "interval", dimension.interval_method or "none"
    if dimension.chance is not None:
        yield "chance", f"{CHANCE} scores {points(dimension.chance)}"
    yield "suite", dimension.suite.hash
    yield "generator", dimension.suite.generator
    yield "seed", str(dimension.suite.seed)
    yield "chat template", told(dimension.chat_template)
    reasons = "; ".join(f"{count} × {reason}" for reason, count in dimension.rejected_reasons.items())
    yield "candidates rejected", f"{dimension.rejected:,}{f' ({reasons})' if reasons else ''}"
    for name, value in dimension.settings.items():
        yield f"setting {name}", told(value)
    yield from facts(dimension.details)


def _case(case: CaseResult) -> CaseShown:
    return CaseShown(
        title=case.id,
        state=_state(case),
        credit=_credit(case),
        tags=(case.subtype, case.difficulty),
        preview=_end_of(case.prompt),
        fields=tuple((name, cut(text)) for name, text in _texts(case)),
        facts=tuple(_facts(case)),
    )


def _end_of(prompt: str) -> str:
    """The last words of a prompt: its question stands there."""
    line = " ".join(prompt[-10 * LONGEST_PREVIEW :].split())
    if len(line) <= LONGEST_PREVIEW:
        return line
    return f"… {line[-LONGEST_PREVIEW:].partition(' ')[2] or line[-LONGEST_PREVIEW:]}"


def _credit(case: CaseResult) -> str:
    if case.credit is not None and 0 < case.credit < 0.005:
        return "<0.01"
    if case.credit is not None:
        return f"{case.credit:.2f}"
    return case.category or "unscored"


def _texts(case: CaseResult) -> Iterator[tuple[str, str]]:
    yield "Prompt", case.prompt
    if case.choices:
        yield "Choices", "\n".join(case.choices)
    if case.wanted:
        yield "Target", case.wanted
    if len(case.references) > 1:
        yield "Other references", "\n\n".join(case.references[1:])
    if case.intermediates:
        yield "Intermediate results", "\n".join(case.intermediates)
    if case.tests and case.tests != case.wanted:
        yield "Tests", case.tests
    if case.output is not None:
        yield "The model said", case.output
    if case.unscored_reason is not None:
        yield "Unscored because", case.unscored_reason


def _facts(case: CaseResult) -> Iterator[tuple[str, str]]:
    yield "credit", "none" if case.credit is None else f"{case.credit:.4g}"
    if case.output is None:
        yield "output", "none recorded (the method reads probabilities, or the case was not run)"
    if case.chance is not None:
        yield CHANCE, f"{case.chance:.4g}"
    for name in ("category", "entry_point", "check"):
        if value := getattr(case, name):
            yield name.replace("_", " "), value
    if case.check_arguments:
        yield "check arguments", told(case.check_arguments)
    yield from facts(case.details)
