"""A stored card seen again: taken apart, its worst cases, or as a file. Nothing is measured for it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agent.doors.slack.blocks import Block, Message, context, fence, fitted, header, message, section
from sessions.card import CapabilityCard, Card, CaseResult
from sessions.drill_down import DrillDown, drill_down, in_words
from sessions.export import export_card, export_suite, export_thread
from sessions.store import Store
from sessions.visible import visible
from tools.errors import StoreError

CUT = "There is more: export the card for all of it."
LONGEST_FIELD = 600
"""Characters of a prompt or output that a message shows."""
ENDINGS = {"markdown": "md", "md": "md", "lm_eval": "d", "lm-eval": "d"}
LOOKED_THROUGH = 50


def look_message(look: str, card: Card) -> Message:
    """`why` or `worst` of a card. Raises StoreError for a card that has no such."""
    if not isinstance(card, CapabilityCard):
        raise StoreError(f"Card {card.id} has no cases.", "Ask for a benchmark of a capability.")
    return why(drill_down(card)) if look == "why" else worst(card)


def why(drill: DrillDown) -> Message:
    """A dimension taken apart: its parts, what its failures share, and its worst cases."""
    cases = [block for case in drill.worst for block in _case(case)]
    headline = f"{drill.capability} on card {drill.card}"
    return fitted(message(headline, [header(headline), section(in_words(drill)), *cases]), CUT)[0]


def worst(card: CapabilityCard) -> Message:
    """The worst cases of each dimension, with what the model answered."""
    blocks = [block for dimension in card.dimensions for block in _worst(card, dimension.capability)]
    headline = f"Worst cases of card {card.id}"
    none = [section("No case has less than full credit.")]
    return fitted(message(headline, [header(headline), *(blocks or none)]), CUT)[0]


def _worst(card: CapabilityCard, capability: str) -> Iterator[Block]:
    for case in drill_down(card, capability).worst:
        yield from _case(case, capability)


def _case(case: CaseResult, capability: str = "") -> Iterator[Block]:
    credit = case.unscored_reason or (f"credit {case.credit:.2f}" if case.credit is not None else "")
    yield context(" · ".join(part for part in (capability, case.subtype, credit) if part))
    fields = (("prompt", case.prompt), ("wanted", case.target), ("answer", case.output))
    yield fence("\n".join(f"{name}: {_short(str(text))}" for name, text in fields if text))


def _short(text: str) -> str:
    """The end of a long text: a question stands there."""
    return text if len(text) <= LONGEST_FIELD else f"…{text[-LONGEST_FIELD:]}"


def files_of(wish: dict[str, Any], store: Store) -> list[tuple[str, bytes]]:
    """Names and contents of the files that an export makes. Raises StoreError.

    `wish`: `format`, and `card` (an id) or `session` with `what` (card, thread or suite); or just a `text`.
    """
    if "text" in wish:
        return [("benchwright-answer.txt", visible(wish["text"]).encode())]
    with TemporaryDirectory() as name:
        folder = Path(name)
        _export(wish, store, folder)
        return [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()]


def _export(wish: dict[str, Any], store: Store, folder: Path) -> None:
    export_format = wish.get("format")
    what = wish.get("what") or "card"
    if what == "card" and (export_format or "").lower() in ("jsonl", "lm_eval", "lm-eval"):
        what = "suite"  # no card has such a format
    if what == "thread":
        name = _named(f"benchwright-thread-{wish['session']}", export_format or "html")
        export_thread(store, wish["session"], export_format or "html", folder / name)
        return
    card = store.card(wish["card"]) if wish.get("card") else _last(store, wish["session"], what)
    if what == "card":
        name = _named(f"benchwright-{card.kind}-{card.id}", export_format or "json")
        export_card(card, export_format or "json", folder / name)
        return
    if not isinstance(card, CapabilityCard):
        raise StoreError(f"Card {card.id} rests on no suite.", "Ask for a benchmark of a capability.")
    for dimension in card.dimensions:
        name = _named(
            f"benchwright-suite-{dimension.capability}-{dimension.suite.hash[:12]}", export_format or "jsonl"
        )
        if not (folder / name).exists():
            export_suite(store.suite(dimension.suite.hash), export_format or "jsonl", folder / name)


def _last(store: Store, session: str, what: str) -> Card:
    cards = store.cards(session=session, limit=LOOKED_THROUGH)
    fitting = [card for card in cards if what == "card" or isinstance(card, CapabilityCard)]
    if not fitting:
        raise StoreError("There is no card to export in this thread yet.", "Ask for one first.")
    return fitting[0]


def _named(stem: str, export_format: str) -> str:
    said = export_format.lower().removeprefix(".")
    return f"{stem}.{ENDINGS.get(said, said)}"
