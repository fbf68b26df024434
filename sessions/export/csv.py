"""A table for spreadsheets: a row for each case, contrast sentence or feature, with the context.

A cell that a spreadsheet would take for a formula begins with an apostrophe, and control characters are shown as
escapes; the JSON export has every text as it is.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from sessions.card import CapabilityCard, Card, CaseResult, Dimension, FeatureCard
from sessions.visible import visible

EXTENSION = ".csv"

COLUMNS = (
    *("card", "created", "session", "request"),
    *("context", "model", "weights_hash", "step", "dtype", "device", "edits", "sae", "feature", "data"),
    *("capability", "method", "suite_hash", "seed", "chat_template"),
    *("case", "subtype", "difficulty", "prompt", "choices", "target", "wanted"),
    *("output", "credit", "chance", "category", "unscored_reason"),
)

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def render(card: Card) -> str:
    """A heading and the rows (RFC 4180), in the order in which they stand on the card."""
    columns, rows = _rows(card)
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return table.getvalue()


def _rows(card: Card) -> tuple[Sequence[str], list[dict[str, object]]]:
    if isinstance(card, CapabilityCard):
        return COLUMNS, [
            _card_cells(card) | _dimension_cells(dimension) | _case_cells(case)
            for dimension in card.dimensions
            for case in dimension.cases
        ]
    if isinstance(card, FeatureCard):
        found: list[dict[str, object]] = [
            _card_cells(card) | {"label": card.label, "reading": card.reading, "set": name, **_plain(row)}
            for name in ("positive", "negative")
            for row in _listed(card.interp_score.details, name)
        ]
    else:
        found = [_card_cells(card) | _plain(row.model_dump(mode="json")) for row in card.top]
    return list(dict.fromkeys(column for row in found for column in row)), found


def _listed(details: Mapping[str, JsonValue], name: str) -> list[dict[str, JsonValue]]:
    value = details.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    """The values that fit into a cell; lists are in the JSON export."""
    return {name: value for name, value in row.items() if not isinstance(value, (list, dict))}


def _card_cells(card: Card) -> dict[str, object]:
    context = card.context.model_dump()
    return {
        "card": card.id,
        "created": card.created,
        "session": card.session,
        "request": card.request,
        **context,
        "context": context["kind"],
        "edits": " | ".join(card.context.edits),
    }


def _dimension_cells(dimension: Dimension) -> dict[str, object]:
    return {
        "capability": dimension.capability,
        "method": dimension.method,
        "suite_hash": dimension.suite.hash,
        "seed": dimension.suite.seed,
        "chat_template": dimension.chat_template,
    }


def _case_cells(case: CaseResult) -> dict[str, object]:
    cells = case.model_dump(
        include={
            *("subtype", "difficulty", "prompt", "target"),
            *("output", "credit", "chance", "category", "unscored_reason"),
        }
    )
    return {**cells, "case": case.id, "choices": " | ".join(case.choices), "wanted": case.wanted}


def _cell(value: object) -> str:
    """One cell: empty for None, and text that no spreadsheet computes."""
    text = "" if value is None else str(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{visible(text)}"
    return visible(text)
