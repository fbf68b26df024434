"""One page that stands alone: charts that switch, every case to open, context and method; no script, no network.

Switching and opening are done by form controls, `details` and style alone, so the page's Content-Security-Policy
forbids every script, and text that a model wrote could not run even if the escaping failed.
"""

from sessions.card import Card

EXTENSION = ".html"


def render(card: Card) -> str:
    """The card as a page."""
    from sessions.export.html.page import card_page  # jinja2 is loaded when a page is made

    return card_page(card)
