"""A card told in blocks (charts, tables, notes, cases), which HTML, PNG and Markdown draw each in its own way.

A kind of card is one file in `_report/kinds`; a kind that has none there is told by `generic` from its fields.
"""

from sessions.card import Card
from sessions.export._report import generic
from sessions.export._report.blocks import Report
from sessions.export._report.kinds import CONTRACT
from tools.registry import load, names

_KINDS = f"{__name__}.kinds"


def report_of(card: Card) -> Report:
    """What the card says, whatever its kind."""
    if card.kind in names(_KINDS):
        report: Report = load(_KINDS, card.kind, CONTRACT).module.report(card)
        return report
    return generic.report(card)
