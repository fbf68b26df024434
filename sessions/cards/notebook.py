"""How a notebook shows a card: the exported page in a frame, so that its style stays inside and it runs nothing."""

from html import escape
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sessions.card import Card

HEIGHT_PX = 640
"""A frame without scripts cannot say how high its page is: it scrolls, and its lower edge can be drawn down."""


class ShownInNotebooks:
    """Makes a card show itself as the last value of a Jupyter cell."""

    def _repr_html_(self) -> str:
        """The HTML export in a sandboxed frame: no script, no network, no access to the notebook."""
        from sessions.export import render_card  # exports know the cards

        page = render_card(cast("Card", self), "html").decode()
        style = f"width: 100%; height: {HEIGHT_PX}px; border: 0; resize: vertical"
        return f'<iframe sandbox srcdoc="{escape(page)}" style="{style}" title="Benchwright card"></iframe>'

    def _repr_markdown_(self) -> str:
        """The Markdown export, for what shows no HTML."""
        from sessions.export import render_card

        return render_card(cast("Card", self), "markdown").decode()
