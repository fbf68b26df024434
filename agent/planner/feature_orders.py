"""Orders about a feature said in two clauses: a question and the score that is meant, a label and what it needs."""

import re

from agent.planner.capabilities import mentions
from agent.planner.feature_intents import relabels
from agent.planner.features import score_words_in
from agent.planner.plan import SessionView
from agent.planner.quotes import blank, quoted_spans
from agent.planner.reading import read

_I = re.IGNORECASE
_ONLY_NAMES = re.compile(r"\W*(?:(?:the|its|i|mean|meant|and|score|please|that is|just|only|so)\W+)*$", _I)
_POINTS = re.compile(r"(?<!\w)(?:it|its|this|that)(?!\w)", _I)
_NEW_ONE = re.compile(
    r"(?<!\w)(?:new|better|another|different|proper) (?:label|name|description|one)(?!\w)", _I
)


def joined(pieces: list[str], view: SessionView) -> list[str]:
    """`pieces` with such an order put as one clause.

    `Is it about one thing? The purity I mean` asks for the purity of that feature; `1090 is labelled 'wine' but fires
    on tea. It needs a new label` for a label of 1090.
    """
    made: list[str] = []
    for piece in pieces:
        piece = _with_numbers(piece, made, view)
        feature = _told_of(made, view) if made else None
        if feature and made[-1].endswith("?") and (scores := _only_scores(piece)):
            made[-1] = f"score the {' and '.join(scores)} of {feature}"
        elif feature and made[-1][-1] != "?" and _wants_label(made[-1], piece, view):
            made[-1] = f"relabel {feature}"
        else:
            made.append(piece)
    return made


_SEVERAL = re.compile(
    r"(?P<verb>(?:score|relabel|re-label|diagnose|rate|test|check|evaluate|benchmark|sweep|label|"
    r"rename)(?: again)?) "
    r"(?P<they>(?:all (?:of )?)?(?:them|those|these|both(?: of them)?)|all (?:two|three|four|five)|"
    r"the (?:two|three|four|five|same ones|lot)|each(?: of them)?)(?!\w)",
    _I,
)


def _with_numbers(piece: str, before: list[str], view: SessionView) -> str:
    """`piece` with the features of the clause before it where it only points at several (`score both`)."""
    if not before or not (pointing := _SEVERAL.search(piece)) or read(piece, view).features.numbers:
        return piece
    numbers = read(before[-1], view).features.numbers or [
        int(n) for n in re.findall(r"\d+", before[-1]) if relabels(before[-1])
    ]
    listed = ", ".join(map(str, numbers))
    return (
        f"{piece[: pointing.start('they')]}features {listed}{piece[pointing.end('they') :]}"
        if numbers
        else piece
    )


def _told_of(before: list[str], view: SessionView) -> str | None:
    """The one feature that the last clause speaks of; None where it names none, or something else to measure."""
    told = read(before[-1], view)
    if (
        told.named
        or told.models
        or told.paths
        or told.edit_benchmarks
        or mentions(blank(told.rest, quoted_spans(told.rest)))
    ):
        return None
    if len(told.features.numbers) == 1:
        return f"feature {told.features.numbers[0]}"
    if not told.features.numbers and view.last_feature is not None and _POINTS.search(told.unquoted):
        return "that feature"
    return None


def _only_scores(piece: str) -> list[str]:
    """The words for scores in `piece` where it holds nothing else."""
    found = score_words_in(piece)
    rest = blank(piece, [one.span for one in found])
    return [one.text for one in found] if found and _ONLY_NAMES.fullmatch(rest + " ") else []


def _wants_label(before: str, piece: str, view: SessionView) -> bool:
    """Whether `before` only tells of a feature and its label, and `piece` asks for another."""
    return (
        re.search(r"(?<!\w)(?:label\w*|called|named|described)(?!\w)", before, _I) is not None
        and not relabels(before)
        and not read(piece, view).features.numbers
        and _NEW_ONE.search(piece) is not None
        and len(piece.split()) < 10
    )
