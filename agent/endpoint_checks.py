"""Whether an address can be that of the LLM endpoint."""

from tools.endpoints import is_web_address
from tools.errors import UserError


def checked_address(base_url: str) -> str:
    """The address without a slash at its end. Raises UserError for what is no web address."""
    if not is_web_address(base_url):
        raise UserError(
            "The address of the LLM endpoint is no web address.",
            "Write it like http://localhost:8080/v1 (--llm-base-url).",
        )
    return base_url.rstrip("/")
