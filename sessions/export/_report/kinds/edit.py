"""What one weight edit did: the target's probability before and after, the checks, and what the model says now."""

from sessions.card import EditCard, ValidationRow, rejection
from sessions.export._report.blocks import (
    Chart,
    Definitions,
    Notes,
    Point,
    Report,
    Section,
    Series,
    Table,
)
from sessions.export._report.values import facts, hundredfold, told


def report(card: EditCard) -> Report:
    """Whether it was kept, and why."""
    fact = card.prompt.replace("{}", card.subject, 1)
    kept = Notes((_passed(card),)) if card.committed else Notes((rejection(card),), warning=True)
    signs = tuple(f"{row.check}: {row.explanation}" for row in card.disabling_signs if row.passed is False)
    warnings = (Notes(signs, warning=True),) if signs else ()
    return Report(
        figure="committed" if card.committed else "rolled back",
        caption=f"edit: {fact} → {card.target}",
        blocks=(
            kept,
            *warnings,
            Chart(
                "Probability of the target, in per cent",
                (
                    Series(
                        (
                            Point("before", hundredfold(card.p_before)),
                            Point("after" if card.committed else "with the edit", hundredfold(card.p_after)),
                        )
                    ),
                ),
                decimals=2,
            ),
            _checks("Validation", card.validation),
            _checks("Signs that it broke the model", card.disabling_signs),
            Definitions(
                (
                    ("the model went on, before", card.continuation_before),
                    ("the model went on, after", card.continuation_after),
                    ("subject", card.subject),
                    ("prompt", card.prompt),
                    ("target", card.target),
                    ("where", f"layer {card.layer}, {card.module}"),
                    ("size against the weights", told(card.norm_ratio)),
                    ("weights before", card.base_hash),
                    ("weights with the edit", told(card.edited_hash)),
                    ("paraphrases from", card.paraphrases_from),
                    ("edit", told(card.edit)),
                    ("file", told(card.file)),
                    ("imported from", told(card.imported_from)),
                )
            ),
            Section("Settings", (Definitions(facts(card.settings)),), closed=True),
            Section("Computation", (Definitions(facts(card.details)),), closed=True),
        ),
    )


def _passed(card: EditCard) -> str:
    unmeasured = [row.check for row in card.validation if row.passed is None]
    if not unmeasured:
        return "Every check passed."
    return f"Every check that was measured passed. Not measured: {', '.join(unmeasured)}."


def _checks(caption: str, rows: tuple[ValidationRow, ...]) -> Table:
    return Table(
        ("check", "#value", "#threshold", "passed", "what was measured"),
        tuple(
            (
                row.check,
                told(None) if row.value is None else f"{row.value:.4g}",
                f"{row.threshold:.4g}",
                told(row.passed),
                row.explanation,
            )
            for row in rows
        ),
        caption=caption,
    )
