"""Labels that a language model proposed for a feature: which can be used, and why the others cannot."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prompts._label import read_label
from tools.errors import SuiteError

LONGEST = 80
MOST_WORDS = 12

_MARKUP = re.compile(r"[<>{}\[\]|`*#\\«»]|__|\w://|\bwww\.")
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|obey|answer|respond|reply|output|print|execute|run)\b.*"
    r"\b(?:instructions?|prompts?|rules?|orders?|with|only|above|previous|this)\b"
    r"|\b(?:you|your) (?:are|must|should|have)\b|system prompt|\blanguage models?\b"
    r"|\bas an (?:ai|assistant)\b|\bi(?:'m sorry| cannot| can't)\b",
    re.IGNORECASE,
)
"""What no description of a feature says. A list of words may hold any of them."""


@dataclass(frozen=True)
class CheckedLabels:
    """What was proposed, taken apart."""

    fit: tuple[str, ...]
    """In the order in which they were proposed."""
    rejected: tuple[tuple[str, str], ...]
    """Each with its reason. Untrusted text."""


def checked_labels(proposed: Iterable[object]) -> CheckedLabels:
    """Those of the proposals that are short, plain, English and no orders, each once."""
    fit: dict[str, str] = {}
    rejected: list[tuple[str, str]] = []
    for each in proposed:
        label = " ".join(each.split()).strip("\"'“”‘’ ").rstrip(".") if isinstance(each, str) else None
        fault = "no text" if label is None else _fault(label)
        if label is not None and fault is None and label.casefold() in fit:
            fault = "a duplicate"
        if label is None or fault is not None:
            rejected.append((str(each)[:LONGEST], fault or ""))
        else:
            fit[label.casefold()] = label
    return CheckedLabels(tuple(fit.values()), tuple(rejected))


def _fault(label: str) -> str | None:
    if not label.isprintable() or _MARKUP.search(label):
        return "not plain text"
    if len(label) > LONGEST or len(label.split()) > MOST_WORDS:
        return "too long"
    try:
        read = read_label(label)
    except SuiteError as error:
        return error.message
    return None if read.is_list or not _ORDER.search(label) else "an order, or talk about the task"
