"""Text to and from Slack: whatever it holds, it is shown as text."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.doors.slack.text import mentions, on_one_line, request_of, shown


def test_markup_becomes_text() -> None:
    assert shown("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_no_backtick_is_left_that_could_close_a_fence() -> None:
    assert "`" not in shown("```\nx\n``` `y`")


def test_what_cannot_be_seen_is_written_out() -> None:
    assert shown("a\u202eb\x07c\u200bd") == "a\\u202eb\\x07c\\u200bd"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert shown("abcdef", 4) == "abc…"
    assert shown("abcd", 4) == "abcd"


def test_an_escape_is_never_cut_in_two() -> None:
    # & takes five characters; where more follows, the mark of the cut needs room too.
    assert shown("&&", 10) == "&amp;&amp;"
    assert shown("&&&", 11) == "&amp;&amp;…"
    assert shown("&&&", 10) == "&amp;…"


@given(st.text(max_size=60), st.integers(1, 40))
def test_text_fits_and_holds_no_markup(text: str, longest: int) -> None:
    told = shown(text, longest)
    assert len(told) <= longest
    assert not set("<>`") & set(told)
    assert html.escape(html.unescape(told), quote=False) == told


def test_lines_are_joined() -> None:
    assert on_one_line("a\n  b\tc", 100) == "a b c"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("<@U0BOT> how good is it?", "how good is it?"),
        ("<@U0BOT|bench> hi", "hi"),
        ("hi <@U0ANNE>", "hi @U0ANNE"),
        ("see <https://x.org/a?b=1&amp;c=2>", "see https://x.org/a?b=1&c=2"),
        ("see <https://x.org|the page>", "see the page"),
        ("load <http://model.py|model.py>", "load model.py"),
        ("in <#C1|general> and <#C2>", "in #general and #C2"),
        ("<!here> and <!subteam^S1|@all>", "@here and @all"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("  a \u00a0 b \n\n c ", "a b\n\nc"),
    ],
)
def test_slacks_markup_is_read_as_what_the_user_wrote(sent: str, meant: str) -> None:
    assert request_of(sent, "U0BOT") == meant


def test_the_bot_is_spoken_to_by_its_id_only() -> None:
    assert mentions("hey <@U0BOT> you", "U0BOT")
    assert mentions("hey <@U0BOT|bench> you", "U0BOT")
    assert not mentions("hey @U0BOT <@U0BOTTOM>", "U0BOT")
