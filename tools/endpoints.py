"""Whether the address and the key of a server can be what they are said to be; wherever a server is named."""

from urllib.parse import urlsplit

from tools.errors import UserError


def is_web_address(text: str) -> bool:
    """Whether the text is an `http` or `https` address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def checked_key(key: str | None, whose: str) -> str:
    """The key without white space around it, empty where there is none.

    It is plain printable text: what is none would stand in the error messages of the client. Raises UserError, which
    names `whose` key it is.
    """
    text = (key or "").strip()
    if not (text.isascii() and (text.isprintable() or not text) and " " not in text):
        raise UserError(f"The key of {whose} holds characters that no key has.", "Copy it again.")
    return text
