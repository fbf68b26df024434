"""The name of a remote model: the server's address, and after a `#` the model's name where it has several."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tools.endpoints import is_web_address
from tools.errors import ModelError


@dataclass(frozen=True)
class Address:
    """Where a remote model is."""

    base_url: str
    """Up to and including `/v1`, or whatever stands before `/completions`."""
    model: str | None
    """Its name there; None: the only one that the server has."""

    @property
    def host(self) -> str:
        """Host and port, for names that are shown."""
        return urlsplit(self.base_url).netloc


def is_address(name: str) -> bool:
    """Whether a model's name is the address of a server."""
    return name.startswith(("http://", "https://"))


def read_address(name: str) -> Address:
    """Take the name apart. Raises ModelError for what is no web address, or has a password in it."""
    if not (is_address(name) and is_web_address(name.strip())):
        raise ModelError(
            "The address of the remote model is no web address.",
            "Write it like http://localhost:8000/v1, with #NAME after it where the server has several models.",
        )
    parts = urlsplit(name.strip())
    if "@" in parts.netloc:
        # Names of models are stored and shown.
        raise ModelError(
            "The address of the remote model has a password in it, which would be stored with every card.",
            "Leave it out, and set the key as BENCHWRIGHT_SUBJECT_API_KEY.",
        )
    base_url = parts._replace(fragment="", query="").geturl().rstrip("/")
    return Address(base_url, unquote(parts.fragment) or None)
