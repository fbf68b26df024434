"""Cards in a notebook: a frame that lets nothing out, in every kind of card and in a real browser."""

from html.parser import HTMLParser
from typing import Any

import pytest

from sessions.export import render_card
from tests.sessions import samples
from tests.sessions.export.card_samples import one_of_each
from tests.sessions.export.hostile import surprise_card

CARDS = {**one_of_each(), "hostile": surprise_card()}


class _Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_is_its_page_in_a_sandboxed_frame_and_nothing_else(kind: str) -> None:
    card = CARDS[kind]
    parsed = _Tags(card._repr_html_())
    ((tag, attributes),) = parsed.tags
    assert tag == "iframe"
    assert attributes["sandbox"] is None  # nothing is allowed
    assert attributes["srcdoc"] == render_card(card, "html").decode()
    assert parsed.text == ""


@pytest.mark.parametrize("kind", CARDS)
def test_where_there_is_no_html_a_card_is_its_markdown(kind: str) -> None:
    assert CARDS[kind]._repr_markdown_() == render_card(CARDS[kind], "markdown").decode()


def _notebook(open_page: Any, card: Any) -> Any:
    return open_page(
        f"<!DOCTYPE html><body><p id=beside>beside</p><div>{card._repr_html_()}</div></body>",
        viewport={"width": 1000, "height": 900},
    )


def test_the_style_of_a_card_stays_in_its_frame_and_its_charts_work(open_page: Any) -> None:
    page = _notebook(open_page, samples.card())
    plain = open_page("<!DOCTYPE html><body><p id=beside>beside</p></body>")
    style = "getComputedStyle(document.querySelector('#beside'))"
    for name in ("fontFamily", "color", "backgroundColor", "margin"):
        assert page.evaluate(f"{style}.{name}") == plain.evaluate(f"{style}.{name}")
    frame = page.frame_locator("iframe")
    chart = frame.locator("fieldset.chart >> nth=0")
    assert "66.7" in chart.inner_text()
    chart.get_by_text("Pie", exact=True).click()
    assert chart.locator(".view-pie").is_visible()
    styled = frame.locator(".brand").evaluate("brand => getComputedStyle(brand).fontWeight")
    assert int(styled) > 400
    assert page.locator("iframe").bounding_box()["height"] >= 600
    assert page.harm == []


def test_a_hostile_card_reaches_nothing_outside_its_frame(open_page: Any) -> None:
    page = _notebook(open_page, surprise_card())
    assert page.frame_locator("iframe").locator("main").is_visible()
    assert page.evaluate("window.harmed === undefined")
    assert [harm for harm in page.harm if not harm.startswith("request about:srcdoc")] == []
