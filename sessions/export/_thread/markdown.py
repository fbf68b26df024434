"""The conversation to read: what was said, quoted, and each card as its own report."""

from sessions.export import markdown
from sessions.export._markdown_text import inline
from sessions.export._thread import Thread, Turn

EXTENSION = ".md"


def render(thread: Thread) -> str:
    """Title, then every turn in order; a card's headings stay as in its own export."""
    session = thread.session
    parts = [
        f"# Conversation {session.id}: {inline(session.title) or 'no words'}",
        f"Begun {session.created}, {len(thread.cards)} cards.",
    ]
    for turn in thread.turns:
        parts += _turn(thread, turn)
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _turn(thread: Thread, turn: Turn) -> list[str]:
    who = "You" if turn.role == "user" else "Benchwright"
    parts = [f"**{who}** ({turn.created})"]
    if turn.text:
        parts.append(_quoted(turn.text))
    if turn.card_id is not None:
        parts += [markdown.render(thread.cards[turn.card_id]), "---"]
    return parts


def _quoted(text: str) -> str:
    """Each line of the text on a quoted line of its own."""
    lines = [inline(line) for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(f"> {_plain_start(line)}\\" if line else ">" for line in lines).removesuffix("\\")


def _plain_start(line: str) -> str:
    """No list, heading or rule: what stands first in a line has a meaning of its own in Markdown."""
    if line[:1] in {"-", "+", "="}:
        return f"\\{line}"
    number = line.split(" ")[0]
    return (
        f"{number[:-1]}\\{line[len(number) - 1 :]}" if number[:-1].isdigit() and number[-1] in ".)" else line
    )
