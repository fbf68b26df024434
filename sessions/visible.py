"""Shows untrusted text as it is: what would steer a terminal or reorder a line becomes a visible escape."""

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but newline and tab; ESC begins every ANSI sequence
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks, embeddings, overrides and isolates
    "\u2028\u2029"  # line and paragraph separators: a new line that is no \n
    "\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible: zero width, annotations, tags
    "\ud800-\udfff"  # halves of surrogate pairs, which no file can hold
    "]"
)


def visible(text: str) -> str:
    r"""Untrusted text for display; newlines and tabs stay, a Windows line end becomes a newline.

    Escapes look as in Python source: ESC is \x1b, a right-to-left override \u202e. Joiners (U+200C, U+200D) stay,
    since scripts and emoji need them. Markup of the place where the text is shown (HTML, Rich, Slack) is not
    escaped here.

    >>> visible("\x1b[2Jdone")
    '\\x1b[2Jdone'
    """
    return _HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
