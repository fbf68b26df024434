"""Where a card comes from: the parts of a report that every kind of card has."""

from collections.abc import Iterator

from sessions.card import Card
from sessions.export._report.values import told


def origin(card: Card) -> tuple[tuple[str, str], ...]:
    """Moment, session, what was loaded; what was not loaded is left out."""
    return tuple(_origin(card))


def _origin(card: Card) -> Iterator[tuple[str, str]]:
    yield "created", card.created
    yield "session", card.session
    yield "took", f"{card.duration_s:.1f} s"
    yield "context", card.context.kind.replace("_", " ")
    for name, value in card.context.model_dump(exclude={"kind"}).items():
        if value not in (None, ()):
            yield name.replace("_", " "), "; ".join(value) if isinstance(value, tuple) else told(value)


def subject(card: Card) -> str:
    """What was looked at, in a line: model, step, precision and device."""
    context = card.context
    parts = (
        context.kind.replace("_", " "),
        context.model,
        None if context.step is None else f"step {context.step:,}",
        context.dtype and f"{context.dtype} on {context.device}",
        f"{len(context.edits)} active edits" if context.edits else None,
    )
    return " · ".join(part for part in parts if part)
