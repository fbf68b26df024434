"""A table with a row for each case: prompt, answer wanted, output and credit with the context, for spreadsheets.

A cell that a spreadsheet would take for a formula begins with an apostrophe, and control characters are shown as
escapes; the JSON export has every text as it is.
"""

import csv
import io
import re

from sessions.card import CapabilityCard, Card, CaseResult, Dimension
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
    """A heading and a row for each case, in the order of the dimensions and their suites (RFC 4180)."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for dimension in card.dimensions:
        for case in dimension.cases:
            row = _card_cells(card) | _dimension_cells(dimension) | _case_cells(case)
            writer.writerow([_cell(row[column]) for column in COLUMNS])
    return table.getvalue()


def _card_cells(card: CapabilityCard) -> dict[str, object]:
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
