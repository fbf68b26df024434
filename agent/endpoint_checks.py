"""Whether an address and a key can be what they are said to be."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from tools.errors import UserError


def checked_address(base_url: str) -> str:
    """The address without a slash at its end. Raises UserError for what is no web address."""
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UserError(
            "The address of the LLM endpoint is no web address.",
            "Write it like http://localhost:8080/v1 (--llm-base-url).",
        )
    return base_url.rstrip("/")


def checked_key(key: SecretStr | None) -> str:
    """Plain printable text: what is none would stand in the error messages of the client."""
    text = key.get_secret_value().strip() if key is not None else ""
    if not (text.isascii() and (text.isprintable() or not text) and " " not in text):
        raise UserError("The key of the LLM endpoint holds characters that no key has.", "Copy it again.")
    return text
