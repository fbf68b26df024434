"""Text on its way to Slack and back: nothing in it is read as markup, mention, link or control character."""

import html
import re

from sessions.visible import visible

_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LONGEST_REQUEST = 4_000
"""Characters of a request that are read."""
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def shown(text: object, longest: int = 3_000) -> str:
    """Untrusted text for any text field of Slack, at most `longest` characters with its escapes.

    Backticks become a look-alike, so that no fence can be opened or closed; an escape is never cut in two.
    """
    whole = visible(str(text)).replace("`", "ˋ")
    escaped: list[str] = []
    room = longest
    for place, character in enumerate(whole):
        piece = _ESCAPED.get(character, character)
        if len(piece) > room - 1 and (len(piece) > room or place < len(whole) - 1):
            return "".join(escaped) + "…"
        escaped.append(piece)
        room -= len(piece)
    return "".join(escaped)


def on_one_line(text: object, longest: int) -> str:
    """The same on one line."""
    return shown(" ".join(str(text).split()), longest)


def request_of(text: str, bot_user: str) -> str:
    """What the user wrote, without Slack's markup and the mention of the bot.

    >>> request_of("<@U0BOT> how good is it at <https://x.org|maths> &amp; code?", "U0BOT")
    'how good is it at maths & code?'
    """

    def told(found: re.Match[str]) -> str:
        inside, label = found[1], found[2]
        if inside == f"@{bot_user}":
            return " "
        if label:
            return f"#{label}" if inside.startswith("#") else label
        return inside.replace("!", "@", 1) if inside.startswith("!") else inside.removeprefix("mailto:")

    text = html.unescape(_MARKUP.sub(told, text)).replace("\u00a0", " ")
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())[:LONGEST_REQUEST]


def mentions(text: str, bot_user: str) -> bool:
    """Whether the bot is spoken to by its name."""
    return f"<@{bot_user}>" in text or f"<@{bot_user}|" in text
