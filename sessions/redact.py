"""Masks keys, tokens and passwords in text before it is stored."""

import re

from pydantic import JsonValue

MASK = "[redacted]"

_SECRETS = re.compile(
    "|".join(
        [
            r"(?<![A-Za-z0-9])(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}",  # OpenAI, Anthropic and kin
            r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}",  # Slack
            r"\bxapp-[A-Za-z0-9-]{8,}",
            r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+",
            r"\b(?:hf|api_org)_(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{8,}",  # Hugging Face; hf_transformers is none
            r"\bgh[oprsu]_[A-Za-z0-9]{16,}",  # GitHub
            r"\bgithub_pat_[A-Za-z0-9_]{16,}",
            r"\bglpat-[A-Za-z0-9_-]{16,}",  # GitLab
            r"\bAIza[A-Za-z0-9_-]{30,}",  # Google
            r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS
            r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # JSON web token
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        ]
    )
)
# Every pattern begins where a word does or with a fixed word, so that time grows with the text and not its square.
# Here the words before the secret say what it is, and they stay.
_BEARER = re.compile(r"\b(bearer|basic)(\s+)(?=[A-Za-z._~+/=-]*[0-9])[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"""((?:api[_-]?key|secret(?:[_-]?key)?|passw(?:or)?d|passphrase|(?:access|auth|api|bot|app|hf|hub)[_-]?token
         |(?<![A-Za-z])token)["']?\s*(?:=|:)\s*["']?)([^\s"',;]{6,})""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_URL = re.compile(r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,20}://[^\s/:@]*:)[^\s/@]+(@)", re.IGNORECASE)


def redact(text: str) -> str:
    """The text with everything that looks like a credential replaced by `[redacted]`.

    It goes by form (prefixes of known issuers, `Bearer ...`, `api_key=...`, passwords in URLs), so it is a net
    below the rule that credentials are never passed here, not a proof.
    """
    text = _SECRETS.sub(MASK, text)
    text = _BEARER.sub(rf"\1\2{MASK}", text)
    text = _ASSIGNED.sub(rf"\1{MASK}", text)
    return _IN_URL.sub(rf"\1{MASK}\2", text)


def redact_values(value: JsonValue) -> JsonValue:
    """JSON with its strings redacted; the value of a key such as `api_key` goes whatever it looks like."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [redact_values(item) for item in value]
    if isinstance(value, dict):
        return {
            key: redact(f"{key}={item}").removeprefix(f"{key}=")
            if isinstance(item, str)
            else redact_values(item)
            for key, item in value.items()
        }
    return value
