"""A table for spreadsheets: a row for each case, score, contrast sentence or feature, with the context.

A cell that a spreadsheet would take for a formula begins with an apostrophe, and control characters are shown as
escapes; the JSON export has every text as it is.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from sessions.card import (
    CapabilityCard,
    Card,
    CaseResult,
    Dimension,
    EditBenchmark,
    EditBenchmarksCard,
    EditCard,
    EditReference,
    FeatureCard,
    FeatureMeasure,
    SweepCard,
)
from sessions.cards.fields import CardFields
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
        cells = _card_cells(card) | {"feature": card.feature, "label": card.label, "reading": card.reading}
        found: list[dict[str, object]] = [
            cells | {"set": name, **_measure_cells(measure)}
            for name, measure in (
                ("interp_score", card.interp_score),
                ("purity", card.purity),
                ("mui", card.mui),
            )
        ]
        found += [
            cells | {"set": name, **_plain(row)}
            for name in ("positive", "negative")
            for row in _listed(card.interp_score.details, name)
        ]
    elif isinstance(card, SweepCard):
        found = [_card_cells(card) | _plain(row.model_dump(mode="json")) for row in card.top]
    elif isinstance(card, EditBenchmarksCard):
        found = [
            _card_cells(card) | _edit_cells(card.edit) | _benchmark_cells(result) | row
            for result in card.results
            for row in ([_plain(probe.model_dump(mode="json")) for probe in result.probes] or [{}])
        ]
    elif isinstance(card, EditCard):
        own = _plain(card.model_dump(mode="json", exclude=set(CardFields.model_fields)))
        found = [_card_cells(card) | own | _plain(row.model_dump(mode="json")) for row in card.validation]
    else:
        found = [_card_cells(card) | row for row in _rows_of_fields(card.model_dump(mode="json"))]
    return list(dict.fromkeys(column for row in found for column in row)), found


def _measure_cells(measure: FeatureMeasure) -> dict[str, object]:
    low, high = measure.interval or (None, None)
    return {
        "value": measure.value,
        "low": low,
        "high": high,
        "n": measure.n,
        "explanation": measure.explanation,
    }


def _rows_of_fields(fields: Mapping[str, JsonValue]) -> list[dict[str, object]]:
    """A row for each object of the card's lists, or one of its plain values where it has no such list."""
    rows = [
        {"list": name, **_plain(row)}
        for name, value in fields.items()
        if isinstance(value, list)
        for row in value
        if isinstance(row, dict)
    ]
    return rows or [_plain(fields)]


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


def _edit_cells(edit: EditReference) -> dict[str, object]:
    """The fact; a probe's own prompt and target stand in `prompt` and `target`."""
    return {
        "edit": edit.id,
        "edited_prompt": edit.prompt.replace("{}", edit.subject),
        "new_target": edit.target,
    }


def _benchmark_cells(result: EditBenchmark) -> dict[str, object]:
    low, high = result.interval or (None, None)
    return {
        "benchmark": result.name,
        "score": result.score,
        "score_before": result.before,
        "n": result.n,
        "interval_low": low,
        "interval_high": high,
        "threshold": result.threshold,
        "passed": result.passed,
        "explanation": result.explanation,
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
