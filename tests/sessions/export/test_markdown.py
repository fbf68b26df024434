import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sessions.export._markdown_capability import LONGEST_TEXT
from sessions.export._markdown_text import fenced, inline, table
from sessions.export.markdown import render
from tests.sessions import samples

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PIECES = [
    "<img src=x>",
    "</td>",
    "<!--",
    "```",
    "www.a.b",
    "![x](http://y)",
    "[x]: http://y",
    "\n# ",
    "\n- ",
    "&lt;",
]
HOSTILE = st.lists(
    st.text(st.characters() | st.sampled_from("`|<>&[]()!*_#~\\\n\r\t:/@-="), max_size=20)
    | st.sampled_from(PIECES),
    max_size=6,
).map("".join)


def tags(markdown):
    return set(re.findall(r"<(\w+)", MARKDOWN.render(markdown)))


def test_the_report_has_scores_with_interval_n_method_and_context():
    text = render(samples.card())
    # 2 of 3 right: 66.7 with Wilson's 20.8 to 93.9, as worked out in test_build_capability.
    assert re.search(r"\| knowledge_mcq \| 66\.7 \| 20\.8 to 93\.9 \| 3 \| 1 \| 50\.0 \| \w+ \|", text)
    assert "| science | 50.0 |" in text
    assert "| words | unscored |" in text
    assert "| model | tiny/model |" in text
    assert "| step | 800 |" in text
    assert samples.SUITE.hash in text
    assert "1 unscored: the logits are not numbers" in text
    assert "3 candidate prompts were rejected before use: 2 × duplicate" in text


def test_worst_cases_show_prompt_answer_wanted_and_output():
    text = render(samples.card())
    worst = text[text.index("### Worst cases") :]
    assert "**q-2** (science, medium): credit 0.00" in worst
    for shown in ("Two and two is", "four", "five"):
        assert f"```text\n{shown}\n```" in worst
    assert "q-0" not in worst


def test_a_card_without_a_score_says_so():
    text = render(samples.card("s-000000", samples.dimension(credits=samples.CREDITS[2:3])))
    assert "unscored, 1 prompt\n" in text
    assert "Worst cases" not in text


def test_a_stopped_run_is_told():
    text = render(samples.card("s-000000", samples.dimension(credits=samples.CREDITS[:2])))
    assert "Stopped early: 2 prompts had their turn." in text


def test_a_very_long_output_is_cut_and_says_so():
    text = render(samples.with_output("x" * (LONGEST_TEXT + 1_234)))
    assert "… (1,234 more characters; the JSON export has them all)" in text


@given(st.text(st.characters() | st.sampled_from("`\n~ \t"), max_size=80))
def test_a_fence_holds_whatever_is_inside(text):
    tokens = MARKDOWN.parse(f"before\n\n{fenced(text)}\n\nafter")
    assert [token.type for token in tokens].count("fence") == 1
    assert [token.content for token in tokens if token.type == "inline"] == ["before", "after"]


@given(HOSTILE)
def test_text_in_a_line_makes_no_markup_and_reads_as_it_was(text):
    assert tags(f"Request: {inline(text)}") == {"p"}
    rendered = MARKDOWN.parseInline(f"x{inline(text)}")[0].children
    assert all(token.type == "text" or token.type == "text_special" for token in rendered)


@given(HOSTILE)
def test_a_cell_stays_one_cell(text):
    html = MARKDOWN.render(table(("a", "#b"), [(inline(text), "1")]))
    assert html.count("<td") == 2
    assert set(re.findall(r"<(\w+)", html)) == {"table", "thead", "tbody", "tr", "th", "td"}


@settings(max_examples=40, deadline=None)
@given(HOSTILE, HOSTILE.filter(lambda text: text.isascii() or text.encode(errors="ignore").decode() == text))
def test_no_output_or_prompt_gets_a_tag_a_link_or_a_heading_into_the_report(output, prompt):
    card = samples.with_output(output, prompt)
    plain = samples.with_output("five", "Say something.")
    assert tags(render(card)) <= tags(render(plain))
    tokens = [token.type for token in MARKDOWN.parse(render(card))]
    assert tokens == [token.type for token in MARKDOWN.parse(render(plain))]


def test_names_in_words_stay_readable():
    assert inline("cot_math at 10:00, smollm2-135m/v1.2") == "cot_math at 10:00, smollm2-135m/v1.2"
    assert inline("<b>|`x`\nwww.a.b") == "&lt;b&gt;&#124;\\`x\\` www\\.a.b"
