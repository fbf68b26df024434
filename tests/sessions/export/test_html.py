"""The page without a browser: what stands in it, that it stands alone, and that nothing in it is markup but ours."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.export.html import render
from tests.sessions import samples
from tests.sessions.export.card_samples import one_of_each
from tests.sessions.export.hostile import HOSTILE, surprise_card


class Structure(HTMLParser):
    """The elements of a page with their attributes' names, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self.addresses = [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(name for name, _ in attributes)))
        self.addresses += [value for name, value in attributes if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data):
        self.text += data


def test_the_page_has_scores_with_interval_n_method_chance_and_context():
    text = Structure(render(samples.card())).text
    # 2 of 3 right: 66.7 with Wilson's 20.8 to 93.9, as worked out in test_build_capability.
    for shown in (
        *("66.7", "20.8 to 93.9", "knowledge_mcq", "binary", "a blind guess 50.0"),
        *("geography", "science", "words", "unscored", "the logits are not numbers"),
        *(samples.SUITE.hash, "tiny/model", "ab12", "step 800", "how good is it?", "duplicate"),
        *("python", "benchwright"),
    ):
        assert shown in text, shown


@pytest.mark.parametrize("card", [*one_of_each().values(), surprise_card()], ids=lambda card: card.kind)
def test_the_page_stands_alone_and_holds_no_script(card):
    html = render(card)
    page = Structure(html)
    assert page.addresses == []
    assert "script" not in {tag for tag, _ in page.elements}
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import|://", re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1])
    assert not [name for _, names in page.elements for name in names if name.startswith("on")]


def test_ids_are_unique_and_every_label_has_its_control():
    html = render(samples.card())
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r' for="([^"]+)"', html)) <= set(ids)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(HOSTILE.split("\n")))
def test_no_text_changes_the_structure_of_the_page(text):
    plain, hostile = (Structure(render(samples.with_output(said, said))) for said in ("plain", text + "."))
    assert plain.elements == hostile.elements


def test_a_very_long_output_is_cut_and_says_so():
    assert "5 more characters; the JSON export has them all" in render(samples.with_output("x" * 20_005))


def test_a_card_without_a_score_says_so():
    html = render(samples.card("s-000000", samples.dimension(credits=samples.CREDITS[2:3])))
    assert "unscored" in Structure(html).text


def test_a_stopped_run_is_told():
    html = render(samples.card("s-000000", samples.dimension(credits=samples.CREDITS[:2])))
    assert "Stopped early: only the prompts that had their turn are scored." in html


def test_a_card_of_an_unknown_kind_is_shown_whole():
    text = Structure(render(surprise_card("plain words"))).text
    for shown in (
        "surprise card",
        "plain words first",
        "25.0",
        "10.0 to 50.0",
        "one, two",
        "bottom",
        "0.125",
    ):
        assert shown in text, shown
