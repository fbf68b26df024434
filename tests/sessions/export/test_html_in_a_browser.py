"""The page as a person has it: in a real browser, by mouse and by keyboard, on a phone, in the dark."""

import pytest

from sessions.export._thread import Thread, Turn
from sessions.export._thread import html as thread_html
from sessions.export.html import render
from sessions.records import Session
from tests.sessions import samples
from tests.sessions.export.card_samples import one_of_each
from tests.sessions.export.hostile import HOSTILE, SHOWN, surprise_card

VIEWS = ("bar", "pie", "radial", "line")
SCORES = "fieldset.chart >> nth=0"


def cards():
    return {**one_of_each(), "unknown": surprise_card()}


@pytest.mark.parametrize("kind", cards())
def test_every_kind_of_card_draws_its_chart_in_four_ways_and_fetches_nothing(open_page, kind):
    page = open_page(render(cards()[kind]))
    chart = page.locator(SCORES)
    for view in VIEWS:
        chart.get_by_text(view.capitalize(), exact=True).click()
        shown = chart.locator(f".view-{view}")
        assert shown.is_visible()
        assert shown.locator("svg").first.bounding_box()["width"] > 60
        assert shown.locator("svg .fill, svg .dot").count() > 0
        assert chart.locator(".view:visible").count() == 1
    assert page.harm == []


def test_a_bar_is_as_long_as_its_score(open_page):
    # 2 of 3 scored cases are right: two thirds of the track.
    page = open_page(render(samples.card()))
    chart = page.locator(SCORES)
    bar, track = (chart.locator(f".view-bar rect.{name}").first.bounding_box() for name in ("fill", "track"))
    assert bar["width"] / track["width"] == pytest.approx(2 / 3, abs=0.005)
    assert "66.7" in chart.inner_text()


def test_charts_switch_by_keyboard(open_page):
    page = open_page(render(samples.card()))
    chart = page.locator(SCORES)
    chart.locator("input").first.focus()
    for view in ("pie", "radial", "line", "bar"):
        page.keyboard.press("ArrowRight")
        assert chart.locator(f".view-{view}").is_visible()
    label = chart.locator("label").first
    assert label.evaluate("label => getComputedStyle(label).outlineStyle") == "solid"


def test_cases_open_by_keyboard_and_show_prompt_target_output_and_credit(open_page):
    page = open_page(render(samples.card()))
    case = page.locator("details.case", has_text="q-2")
    assert not case.locator("pre").first.is_visible()
    case.locator("summary").focus()
    page.keyboard.press("Enter")
    for text in ("Two and two is", "four", "five"):
        assert case.locator("pre", has_text=text).first.is_visible()
    assert "credit" in case.inner_text()
    page.keyboard.press("Enter")
    assert not case.locator("pre").first.is_visible()


def test_everything_can_be_reached_with_the_tab_key(open_page):
    page = open_page(render(samples.card()))
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    assert {"theme", "chart-1", "SUMMARY"} <= reached


def test_the_cases_can_be_narrowed_down_to_the_wrong_ones(open_page):
    page = open_page(render(samples.card()))
    assert page.locator("details.case:visible").count() == 4
    page.get_by_text("No credit 1", exact=True).click()
    assert page.locator("details.case:visible .case-name").all_inner_texts() == ["q-2"]
    page.get_by_text("Unscored 1", exact=True).click()
    assert page.locator("details.case:visible .case-name").all_inner_texts() == ["q-3"]


def open_everything(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")


def brightness(page):
    colour = page.locator(".page").evaluate("page => getComputedStyle(page).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")) / 3


@pytest.mark.parametrize(("system", "other"), [("dark", "Light"), ("light", "Dark")])
def test_the_page_follows_the_system_and_a_switch_overrules_it(open_page, system, other):
    page = open_page(render(samples.card()), color_scheme=system)
    assert (brightness(page) < 60) == (system == "dark")
    page.get_by_text(other, exact=True).click()
    assert (brightness(page) < 60) == (other == "Dark")
    page.get_by_text("Auto", exact=True).click()
    assert (brightness(page) < 60) == (system == "dark")


@pytest.mark.parametrize("kind", cards())
def test_nothing_scrolls_sideways_on_any_screen(open_page, kind):
    page = open_page(render(cards()[kind]))
    open_everything(page)
    for view in VIEWS:
        page.evaluate(
            "view => document.querySelectorAll('.pick-' + view).forEach(pick => pick.checked = true)", view
        )
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide, inner = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= inner, (view, width)


def test_it_works_without_javascript(open_page):
    page = open_page(render(samples.card()), java_script_enabled=False)
    chart = page.locator(SCORES)
    chart.get_by_text("Pie", exact=True).click()
    assert chart.locator(".view-pie").is_visible()
    page.locator("details.case summary").first.click()
    assert page.locator("details.case pre").first.is_visible()


def hostile_thread():
    card = samples.with_output(HOSTILE, HOSTILE)
    session = Session(
        id="s-1", created=card.created, last_used=card.created, title=HOSTILE, loaded={}, n_cards=1
    )
    turns = (
        Turn("user", HOSTILE, card.created, None),
        Turn("agent", HOSTILE, card.created, None),
        Turn("agent", "", card.created, card.id),
    )
    return Thread(session, turns, {card.id: card})


def hostile_pages():
    pages = {kind: render(card) for kind, card in one_of_each(HOSTILE).items()}
    return {
        **pages,
        "unknown": render(surprise_card(HOSTILE)),
        "thread": thread_html.render(hostile_thread()),
    }


@pytest.mark.parametrize("bypass_csp", [False, True], ids=["as it is", "without its security policy"])
@pytest.mark.parametrize("kind", hostile_pages())
def test_hostile_text_is_shown_and_does_nothing(open_page, kind, bypass_csp):
    page = open_page(hostile_pages()[kind], bypass_csp=bypass_csp)
    open_everything(page)
    page.wait_for_timeout(150)
    assert page.harm == []
    assert page.evaluate("window.harmed") is None
    assert page.locator("script, iframe, img, a, base, object, embed, link").count() == 0
    text = page.locator("body").inner_text()
    for shown in SHOWN:
        assert shown in text


def test_the_security_policy_forbids_scripts_and_every_request(open_page):
    hurt = render(samples.card()).replace(
        "</main>",
        "<script>window.harmed = 1</script><img src='http://example.invalid/x' onerror='harmed=2'></main>",
    )
    page = open_page(hurt)
    assert page.evaluate("window.harmed") is None
    assert not [harm for harm in page.harm if harm.startswith("dialog")]
    assert page.refused == ["csp"]
