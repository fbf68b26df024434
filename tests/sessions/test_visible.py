import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sessions.visible import visible

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HOSTILE = st.text(
    st.one_of(
        st.characters(), st.sampled_from([*sorted(BIDI), "\x1b", "\x9b", "\r", "\n", "\t", "\x7f", "\x85"])
    )
)


@given(HOSTILE)
def test_nothing_that_steers_a_terminal_or_turns_a_line_gets_through(text):
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") and c not in "\n\t"]
    assert not BIDI.intersection(shown)
    shown.encode()


@given(HOSTILE)
def test_what_is_visible_already_stays_as_it_is(text):
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("\n\t")))
def test_ordinary_text_is_not_changed(text):
    assert visible(text) == text


def test_escapes_read_as_in_python_source():
    assert visible("\x1b[2J\x07") == "\\x1b[2J\\x07"
    assert visible("abc\u202edcba") == "abc\\u202edcba"
    assert visible("\U000e0041") == "\\U000e0041"
    assert visible("\ud800") == "\\ud800"


def test_a_windows_line_end_is_a_line_end_and_a_lone_return_is_not():
    assert visible("a\r\nb") == "a\nb"
    assert visible("safe\revil") == "safe\\x0devil"


def test_joined_emoji_and_scripts_that_need_joiners_stay_whole():
    family, persian = "👩\u200d👧", "می\u200cخواهم"
    assert visible(family) == family
    assert visible(persian) == persian
