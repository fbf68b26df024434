"""Block Kit within its limits. Every text that a block takes is untrusted and escaped here."""

from typing import Any

from agent.doors.slack.text import on_one_line, shown

MOST_BLOCKS = 50
LONGEST_TEXT = 2_900
"""Of one section; Slack allows 3,000."""
LONGEST_MESSAGE = 11_500
"""Of all texts of a message; Slack refuses somewhat more."""
LONGEST_HEADER = 150
LONGEST_FALLBACK = 1_000
"""Of the text that notifications show."""

Block = dict[str, Any]
Message = dict[str, Any]
"""`text` for notifications and `blocks`, as `chat.postMessage` takes them."""


def plain(text: object, longest: int = LONGEST_TEXT) -> dict[str, Any]:
    """A text object that is shown as it is."""
    return {"type": "plain_text", "text": shown(text, longest) or " ", "emoji": False}


def header(text: object) -> Block:
    """A headline on one line."""
    line = on_one_line(text, LONGEST_HEADER) or " "
    return {"type": "header", "text": {"type": "plain_text", "text": line, "emoji": False}}


def section(text: object) -> Block:
    """A paragraph."""
    return {"type": "section", "text": plain(text)}


def context(text: object) -> Block:
    """Small print."""
    return {"type": "context", "elements": [plain(text)]}


def fence(text: object) -> Block:
    """Lines in fixed width, as they are."""
    inside = shown(text, LONGEST_TEXT - 8)
    return {"type": "section", "text": {"type": "mrkdwn", "text": f"```\n{inside}\n```", "verbatim": True}}


def button(label: str, action: str, value: str, style: str | None = None) -> dict[str, Any]:
    """A button; `value` comes back when it is pressed."""
    made = {"type": "button", "text": plain(label, 75), "action_id": action, "value": value}
    return made | ({"style": style} if style else {})


def buttons(*several: dict[str, Any]) -> Block:
    """Buttons in a row."""
    return {"type": "actions", "elements": list(several)}


def message(fallback: object, blocks: list[Block]) -> Message:
    """A message of these blocks."""
    return {"text": on_one_line(fallback, LONGEST_FALLBACK), "blocks": blocks}


def said(text: str, *rows: Block) -> Message:
    """A message of plain text, in as many sections as it needs, then rows of buttons."""
    pieces = [text[start : start + LONGEST_TEXT // 5] for start in range(0, len(text), LONGEST_TEXT // 5)]
    return message(text, [*_joined(pieces), *rows])


def _joined(pieces: list[str]) -> list[Block]:
    """Sections as long as they may be: a character takes up to five when it is escaped."""
    sections: list[str] = []
    for piece in pieces or [" "]:
        if sections and len(shown(sections[-1] + piece, 10 * LONGEST_TEXT)) <= LONGEST_TEXT:
            sections[-1] += piece
        else:
            sections.append(piece)
    return [section(text) for text in sections]


def fitted(whole: Message, note: str) -> tuple[Message, bool]:
    """The message within Slack's limits, and whether something was left out, which `note` then says.

    Rows of buttons stay; of the other blocks those at the end go.
    """
    rows = [block for block in whole["blocks"] if block["type"] == "actions"]
    room = LONGEST_MESSAGE - len(whole["text"]) - sum(map(_length, rows)) - len(note)
    kept: list[Block] = []
    others = [block for block in whole["blocks"] if block["type"] != "actions"]
    for block in others:
        room -= _length(block)
        if room < 0 or len(kept) + len(rows) + 1 >= MOST_BLOCKS:
            break
        kept.append(block)
    if len(kept) == len(others):
        return whole, False
    return {"text": whole["text"], "blocks": [*kept, context(note), *rows]}, True


def _length(block: Any) -> int:
    """Characters of all texts in a block."""
    if isinstance(block, dict):
        return sum(
            len(value) if key in ("text", "value") and isinstance(value, str) else _length(value)
            for key, value in block.items()
        )
    return sum(map(_length, block)) if isinstance(block, list) else 0
