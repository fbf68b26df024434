"""What a column is held against: uniform unless the user names shares, another column, or another file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.data.columns import find_column, mentioned
from tools.data.data_set import DataError, DataSet
from tools.data.label_counts import count_labels
from tools.progress import Report

_SEPARATOR = re.compile(
    r"(?<!\w)(?:against|versus|vs\.?|compared (?:with|to|against)|relative to|with respect to|"
    r"with (?=(?:the )?(?:column|file) ))(?!\w)",
    re.IGNORECASE,
)
_EVEN = re.compile(r"(?<!\w)(?:uniform\w*|even(?:ly)?|equal(?:ly)?|flat)(?!\w)", re.IGNORECASE)
_NUMBER = r"(\d+(?:\.\d+)?)\s*%?"
_NAMED_SHARE = re.compile(rf"([^\s,;=:]+)\s*[=:]\s*{_NUMBER}")
_SHARE_OF = re.compile(rf"{_NUMBER}\s*(?:of\s+)?([^\W\d]\w*)")
_BARE_SHARES = re.compile(rf"^\W*{_NUMBER}(?:\s*[/,:;]\s*{_NUMBER})+\W*$")


@dataclass(frozen=True)
class Reference:
    """Weights of the categories and where they come from, in words."""

    weights: Mapping[str, float]
    told: str


def split_request(request: str) -> tuple[str, str | None]:
    """What is asked, and what it is to be held against, where that is said."""
    found = _SEPARATOR.search(request)
    if found is None:
        return request, None
    return request[: found.start()], request[found.end() :].strip(" .?!")


def is_even(reference: str | None) -> bool:
    """Whether a reference is the uniform one, as it is where none is named."""
    return reference is None or bool(_EVEN.search(reference))


def read_reference(
    text: str | None, data: DataSet, column: str, counts: Mapping[str, int], report: Report
) -> Reference:
    """The reference that a request names. `counts`: what the column holds, the most frequent first.

    Raises DataError where it cannot be understood, or its shares do not fit the categories.
    """
    if is_even(text):
        return Reference(dict.fromkeys(counts, 1.0), f"uniform over the {len(counts)} observed categories")
    text = text or ""
    if (path := _file_in(text)) is not None:
        from tools.data.load import load_data

        other = load_data(path, report)
        return _column_of(other, find_column(other, column), report)
    named = [column_name for column_name in mentioned(data, text) if column_name != column]
    if named and not re.search(r"[=:%]|\d\s*/", text):
        return _column_of(data, named[0], report)
    if (shares := _named_shares(text, counts)) is not None:
        return shares
    if _BARE_SHARES.match(text):
        return _by_size([float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)], counts)
    raise DataError(
        f"{text!r} is no reference that is understood.",
        "Name shares (against positive=50, negative=50), a column (against the column gold) or a file.",
    )


def _named_shares(text: str, counts: Mapping[str, int]) -> Reference | None:
    pairs = [(name.strip("'\""), float(share)) for name, share in _NAMED_SHARE.findall(text)]
    pairs = pairs or [(name, float(share)) for share, name in _SHARE_OF.findall(text)]
    if not pairs:
        return None
    by_small = {category.lower(): category for category in counts}
    weights: dict[str, float] = {}
    for name, share in pairs:
        weights[by_small.get(name.lower(), name)] = share
    missing = [category for category in counts if category not in weights]
    if missing:
        raise DataError(
            f"The reference names no share for {', '.join(map(repr, missing[:3]))}.",
            f"Give one for each of: {', '.join(list(counts)[:12])}.",
        )
    total = sum(weights.values())
    if not total:
        raise DataError("The shares of the reference are all 0.", "Give one above 0.")
    told = ", ".join(f"{category} {share / total:.0%}" for category, share in weights.items())
    return Reference(weights, f"the shares that were named: {told}")


def _by_size(shares: list[float], counts: Mapping[str, int]) -> Reference:
    if len(shares) != len(counts):
        raise DataError(
            f"The reference has {len(shares)} shares, the column {len(counts)} categories.",
            f"Name them: against {', '.join(f'{category}=...' for category in list(counts)[:4])}.",
        )
    if not sum(shares):
        raise DataError("The shares of the reference are all 0.", "Give one above 0.")
    weights = dict(zip(counts, sorted(shares, reverse=True), strict=True))
    total = sum(shares)
    told = ", ".join(f"{category} {share / total:.0%}" for category, share in weights.items())
    return Reference(
        weights, f"the shares that were given, the largest for the most frequent category ({told})"
    )


def _column_of(data: DataSet, column: str, report: Report) -> Reference:
    counted = count_labels(data, column, report=report)
    return Reference(
        {category: float(n) for category, n in counted.counts.items()},
        f"the column {column!r} of {data.name} ({counted.n:,} rows)",
    )


def _file_in(text: str) -> str | None:
    """A path among the words."""
    words = [word.strip("'\",") for word in text.split()]
    return next(
        (word for word in words if re.search(r"\.\w{2,7}(\.gz)?$", word) or Path(word).is_file()), None
    )
