"""JSON in what a language model wrote, whatever stands around it."""

import json
import re
from typing import Any

MOST_BEGINNINGS = 20
"""Opening brackets that are tried."""


def first_json(text: str) -> Any:
    """The first object, or list of objects, that is JSON, whatever stands around it; else None."""
    decoder = json.JSONDecoder()
    for match in list(re.finditer(r"[{\[]", text))[:MOST_BEGINNINGS]:
        try:
            found, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) or (
            isinstance(found, list) and any(isinstance(item, dict) for item in found)
        ):
            return found
    return None


def items_in(text: str, key: str) -> list[Any]:
    """The list under `key` in the JSON of a text, or the list itself; empty where there is none."""
    found = first_json(text)
    if isinstance(found, dict):
        found = found.get(key)
    return found if isinstance(found, list) else []
