"""The figures of a card: what a language model may see of it, and what its sentences are checked against."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sessions.card import Card
from sessions.redact import redact

NAMES = ("capability", "name", "check", "subject", "target", "label", "model")
"""Texts that say what a figure belongs to."""
WORDS = frozenset({*NAMES, "kind", "method", "verdict", "at", "reading", "levels", "interval_method", "test"})
"""All texts that are let through, cut short; whatever else is text may be a model's output."""
LEFT_OUT = frozenset(
    {
        "id", "created", "session", "request", "versions", "duration_s", "suite", "settings", "details", "cases",
        "sentences", "card", "probes", "seed", "sae", "edit", "weights_hash", "rejected_reasons", "layer",
        "unscored_reasons", "samples",
    }
)  # fmt: skip
LONGEST_NAME = 80
LONGEST_LIST = 24
LARGEST = 10_000
"""Characters of a card's figures."""


@dataclass(frozen=True)
class Figure:
    """One number of a card."""

    value: float
    belongs_to: frozenset[str]
    """The names around it: a capability, a sub-type, a benchmark. Empty: the card as a whole."""


def figures_of(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """What the cards say in names and numbers, small enough for a prompt."""
    return [_small(card) for card in cards]


def figures(told: Any, around: frozenset[str] = frozenset()) -> Iterator[Figure]:
    """Every number in `figures_of`, and the length of every list of named things."""
    if isinstance(told, bool):
        return
    if isinstance(told, int | float):
        yield Figure(float(told), around)
    elif isinstance(told, dict):
        own = {str(told[key]) for key in ("capability", "name", "check") if isinstance(told.get(key), str)}
        for value in told.values():
            yield from figures(value, around | own)
    elif isinstance(told, list):
        if told and isinstance(told[0], dict):
            yield Figure(float(len(told)), around)
        for value in told:
            yield from figures(value, around)


def names_in(told: Any) -> Iterator[str]:
    """Every text in `figures_of`."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for value in told.values() if isinstance(told, dict) else told:
            yield from names_in(value)


def _small(card: Card) -> dict[str, Any]:
    written = card.model_dump(mode="json")
    context = written.pop("context")
    told = {key: _pruned(key, value) for key, value in written.items() if key not in LEFT_OUT}
    told["context"] = {key: _pruned(key, context[key]) for key in ("model", "step", "data")}
    told = _without_nothing(told)
    while len(json.dumps(told)) > LARGEST and _shorten(told):
        pass
    return told


def _pruned(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return redact(" ".join(value.split()))[:LONGEST_NAME] if key in WORDS else None
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, dict):
        return {inner: _pruned(inner, each) for inner, each in value.items() if inner not in LEFT_OUT}
    if isinstance(value, list):
        return [_pruned(key, each) for each in value[:LONGEST_LIST]]
    return value


def _rounded(value: float) -> float:
    """To a tenth, or to two digits below 1, as people say it."""
    if not math.isfinite(value) or value == 0 or abs(value) >= 1:
        return round(value, 1) if math.isfinite(value) else value
    return round(value, 1 - math.floor(math.log10(abs(value))))


def _without_nothing(told: Any) -> Any:
    if isinstance(told, dict):
        kept = {key: _without_nothing(value) for key, value in told.items()}
        return {key: value for key, value in kept.items() if value is not None and value not in ([], {})}
    if isinstance(told, list):
        return [_without_nothing(value) for value in told]
    return told


def _shorten(told: dict[str, Any]) -> bool:
    """Halve the longest list in it; False where there is none."""
    lists: list[list[Any]] = []

    def collect(value: Any) -> None:
        if isinstance(value, list):
            lists.append(value)
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(each)

    collect(told)
    longest = max(lists, key=len, default=[])
    if len(longest) < 2:
        return False
    del longest[len(longest) // 2 :]
    return True
