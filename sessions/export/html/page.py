"""Fills the page's templates: everything that is put in is made visible and escaped, whatever it is."""

import base64
import hashlib
from functools import cache
from importlib import resources
from itertools import count
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sessions.card import Card
from sessions.export._report import report_of
from sessions.export._report.blocks import Chart, View
from sessions.export._report.provenance import origin, subject
from sessions.export._thread import Thread
from sessions.export.html import views
from sessions.export.html.drawing import Drawing
from sessions.visible import visible
from tools.registry import load


class DrawnView(NamedTuple):
    """One view of a chart."""

    name: View
    drawings: tuple[Drawing, ...]


def card_page(card: Card) -> str:
    """A card on a page of its own."""
    return _page("card.html", card=_shown(card), title=f"{card.kind} card {card.id}")


def thread_page(thread: Thread) -> str:
    """A conversation with its cards where they were shown."""
    cards = {card_id: _shown(card) for card_id, card in thread.cards.items()}
    return _page("thread.html", thread=thread, cards=cards, title=f"Conversation {thread.session.id}")


def _page(template: str, **values: object) -> str:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    numbers = count(1)
    return (
        _environment()
        .get_template(template)
        .render(
            **values,
            style=Markup(style),  # our own file
            style_hash=digest,
            next_number=lambda: next(numbers),
            drawn=drawn,
            block_kind=lambda block: type(block).__name__,
        )
    )


def drawn(chart: Chart) -> list[DrawnView]:
    """The chart in every view, in the order of the buttons."""
    return [
        DrawnView(name, load(views.__name__, name, views.CONTRACT).module.draw(chart)) for name in views.ORDER
    ]


def _shown(card: Card) -> dict[str, object]:
    return {
        "id": card.id,
        "kind": card.kind.replace("_", " "),
        "created": card.created,
        "request": card.request,
        "subject": subject(card),
        "origin": origin(card),
        "versions": tuple(card.versions.items()),
        "report": report_of(card),
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sessions.export.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalized(value: object) -> object:
    """What an expression in a template comes to: text has its control and bidi characters shown as escapes."""
    if isinstance(value, Markup):
        return Markup(visible(str(value)))  # joined or filtered text is escaped already, but not yet visible
    return visible(value) if isinstance(value, str) else value


@cache
def _style() -> str:
    return resources.files("sessions.export.html").joinpath("templates/page.css").read_text(encoding="utf-8")
