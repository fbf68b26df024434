"""Why a score is what it is: a dimension's sub-types, its worst cases, and what the failures have in common."""

from collections.abc import Iterator, Sequence

from pydantic import Field

from sessions.cards.capability import CapabilityCard, CaseResult, Dimension, Slice
from sessions.saved import Points, Saved
from tools.errors import StoreError
from tools.paired import SIGNIFICANCE

WORST = 5
FEWEST = 4
"""Cases on each side of a comparison; with fewer nothing could come out."""


class Pattern(Saved):
    """Something that low credits go with, in numbers."""

    what: str
    """In a sentence with its numbers."""
    p: float
    """After Holm's correction over everything that was looked at."""


class DrillDown(Saved):
    """One dimension of a card, taken apart."""

    card: str
    capability: str
    method: str
    score: Points | None
    interval: tuple[Points, Points] | None
    n: int = Field(ge=0)
    n_unscored: int = Field(ge=0)
    subtypes: tuple[Slice, ...]
    """The lowest first."""
    difficulties: tuple[Slice, ...]
    worst: tuple[CaseResult, ...]
    patterns: tuple[Pattern, ...]
    """What the failures have in common, where the numbers show it; the surest first."""
    looked_at: tuple[str, ...]
    """What was tested for patterns."""
    next_question: str | None


def drill_down(
    card: CapabilityCard, capability: str | None = None, subtypes: Sequence[str] = ()
) -> DrillDown:
    """Take a dimension apart: the one named, else the one with the lowest score; of some sub-types, where named.

    Raises StoreError where the card has no such dimension or sub-type.
    """
    dimension = _dimension(card, capability)
    known = [part.name for part in dimension.subtypes]
    unknown = [name for name in subtypes if name not in known]
    if unknown:
        raise StoreError(
            f"{dimension.capability} on card {card.id} has no sub-type {unknown[0]!r}.",
            f"It has: {', '.join(known)}.",
        )
    cases = [case for case in dimension.cases if not subtypes or case.subtype in subtypes]
    parts = [part for part in dimension.subtypes if not subtypes or part.name in subtypes]
    patterns, looked_at = _patterns(cases)
    return DrillDown(
        card=card.id,
        capability=dimension.capability,
        method=dimension.method,
        score=dimension.score,
        interval=dimension.interval,
        n=dimension.n,
        n_unscored=dimension.n_unscored,
        subtypes=tuple(sorted(parts, key=lambda part: (part.score is None, part.score))),
        difficulties=dimension.difficulties,
        worst=tuple(_worst(cases)),
        patterns=tuple(patterns),
        looked_at=tuple(looked_at),
        next_question=_next_question(dimension, parts),
    )


def _dimension(card: CapabilityCard, capability: str | None) -> Dimension:
    by_name = {dimension.capability: dimension for dimension in card.dimensions}
    if capability is not None:
        if capability not in by_name:
            raise StoreError(
                f"Card {card.id} has no {capability}.",
                f"It has: {', '.join(by_name)}. Or ask for a new card.",
            )
        return by_name[capability]
    return min(card.dimensions, key=lambda each: (each.score is None, each.score))


def _worst(cases: Sequence[CaseResult]) -> Iterator[CaseResult]:
    """The lowest credits that are not whole, then, where too few have any, the unscored."""
    scored = sorted(
        (case for case in cases if (case.credit or 0.0) < 1 and case.credit is not None), key=_credit
    )
    unscored = [case for case in cases if case.unscored_reason is not None]
    yield from [*scored, *unscored][:WORST]


def _credit(case: CaseResult) -> float:
    return case.credit or 0.0


def _patterns(cases: Sequence[CaseResult]) -> tuple[list[Pattern], list[str]]:
    """Sub-type and difficulty against the rest (Mann-Whitney), length of prompt and answer (Spearman), after Holm."""
    scored = [case for case in cases if case.credit is not None]
    found: list[tuple[str, float]] = []
    looked_at: list[str] = []
    for kind, values in (
        ("sub-type", [case.subtype for case in scored]),
        ("difficulty", [case.difficulty for case in scored]),
    ):
        compared = [_against_the_rest(scored, values, name, kind) for name in dict.fromkeys(values)]
        if any(compared):
            looked_at.append(kind)
        found += [each for each in compared if each]
    for kind, texts in (
        ("length of the prompt", [case.prompt for case in scored]),
        ("length of the answer", [case.output or "" for case in scored]),
    ):
        trend = _trend(scored, [len(text.split()) for text in texts], kind)
        if trend:
            looked_at.append(kind)
            found.append(trend)
    return _sure(found), looked_at


def _against_the_rest(
    cases: Sequence[CaseResult], values: Sequence[str], name: str, kind: str
) -> tuple[str, float] | None:
    from scipy.stats import mannwhitneyu

    inside = [_credit(case) for case, value in zip(cases, values, strict=True) if value == name]
    outside = [_credit(case) for case, value in zip(cases, values, strict=True) if value != name]
    if min(len(inside), len(outside)) < FEWEST or len({*inside, *outside}) < 2:
        return None
    mean, rest = sum(inside) / len(inside), sum(outside) / len(outside)
    told = (
        f"{kind} {name}: mean credit {mean:.2f} over {len(inside)} cases, against {rest:.2f} over the "
        f"other {len(outside)}"
    )
    return told, float(mannwhitneyu(inside, outside).pvalue)


def _trend(cases: Sequence[CaseResult], lengths: Sequence[int], kind: str) -> tuple[str, float] | None:
    from scipy.stats import spearmanr

    credits = [_credit(case) for case in cases]
    if len(cases) < 2 * FEWEST or len(set(credits)) < 2 or len(set(lengths)) < 2:
        return None
    result = spearmanr(lengths, credits)
    low = [n for n, credit in zip(lengths, credits, strict=True) if credit < 0.5]
    high = [n for n, credit in zip(lengths, credits, strict=True) if credit >= 0.5]
    means = (
        f"; {sum(low) / len(low):.0f} words on average below half credit, {sum(high) / len(high):.0f} from half on"
        if low and high
        else ""
    )
    return f"{kind} in words: rank correlation {result.statistic:+.2f} with the credit{means}", float(
        result.pvalue
    )


def _sure(found: Sequence[tuple[str, float]]) -> list[Pattern]:
    """What stays at 5 % after Holm's correction over all that was looked at."""
    kept: list[Pattern] = []
    largest = 0.0
    for rank, (told, p) in enumerate(sorted(found, key=lambda each: each[1])):
        largest = max(largest, min(1.0, (len(found) - rank) * p))
        if largest < SIGNIFICANCE:
            kept.append(Pattern(what=told, p=largest))
    return kept


def _next_question(dimension: Dimension, parts: Sequence[Slice]) -> str | None:
    """The one request that would tell more: the lowest sub-type with more prompts, or an easier or harder suite."""
    name = dimension.capability
    if dimension.at == "ceiling":
        return f"{name}, hard ones, {max(24, 2 * dimension.n)} prompts"
    scored = [part for part in parts if part.score is not None]
    if len(scored) > 1 and len({part.score for part in scored}) > 1:
        lowest = min(scored, key=lambda part: part.score or 0.0)
        return f"just {lowest.name} of {name}, 30 prompts"
    if dimension.at == "floor":
        return f"{name}, easy ones, {max(24, dimension.n)} prompts"
    return f"{name} with {max(24, 2 * dimension.n)} prompts" if dimension.n < 50 else None


def in_words(drill: DrillDown) -> str:
    """The same as plain text, a line for each finding; model output stays with the card."""
    lines = [
        f"{drill.capability} ({drill.method}): {_points(drill.score)}{_interval(drill.interval)} over {drill.n} cases"
        + (f", {drill.n_unscored} unscored" if drill.n_unscored else "")
        + "."
    ]
    for heading, parts in (("Sub-types", drill.subtypes), ("Difficulties", drill.difficulties)):
        if parts:
            told = (
                f"{part.name} {_points(part.score)}{_interval(part.interval)}, n {part.n}" for part in parts
            )
            lines.append(f"{heading}: {'; '.join(told)}.")
    lines += [f"Low credits go with {pattern.what} (p = {pattern.p:.2g})." for pattern in drill.patterns]
    if not drill.patterns:
        what = ", ".join(drill.looked_at)
        lines.append(
            f"Nothing that the low credits have in common stands out ({what} looked at, after Holm's correction)."
            if what
            else "There are too few scored cases to say what the low credits have in common."
        )
    if drill.next_question:
        lines.append(f"Next you could ask: {drill.next_question}")
    return "\n".join(lines)


def _points(score: float | None) -> str:
    return "unscored" if score is None else f"{score:.1f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f" ({interval[0]:.0f}–{interval[1]:.0f})"
