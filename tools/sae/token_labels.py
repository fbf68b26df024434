"""Labels for an SAE's live features, made from the tokens that they fire on: token-level labels, no more.

A token's coverage is its share of the activation summed over the feature's 50 strongest firings; its lift is the
coverage over the token's frequency in the text. The label is up to three tokens with the highest
coverage x log(lift), in lower case. A part of a word is written with a hyphen where it is cut (`-tion`). What the
feature means beyond its tokens (context, position, what comes next) is not in such a label, and `covered` says how
much of that activation it accounts for.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from tools.results import Result
from tools.sae.quality import Firings
from tools.sae.windows import Window

if TYPE_CHECKING:
    pass

STRONGEST = 50
"""Firings that a label is made from: weak ones are many, and say less about a feature."""
MAX_TOKENS = 3
LEAST_COVERAGE = 0.05
"""A second or third token has to account for this share."""
N_EXAMPLES = 3
CONTEXT = 6
WORDS_AROUND = 3
"""Tokens shown on each side of the one that fires."""
NAMES = {"\n": "newline", "\n\n": "blank line", "\t": "tab", "": "space"}


class TokenLabel(Result):
    """One feature's label and what it was made from."""

    feature: int
    label: str
    method: Literal["top_tokens"] = "top_tokens"
    covered: float
    """Share of the activation summed over the strongest firings that falls on the label's tokens."""
    examples: tuple[str, ...]
    """Contexts of the strongest firings, from different windows, the token in «»."""
    firing_rate: float
    """Share of the tokens at which it fires."""
    max_activation: float


def label_features(tokenizer: Any, windows: Sequence[Window], firings: Firings) -> Iterator[TokenLabel]:
    """A label for every feature that fires in `windows`, in the order of features."""
    import torch

    pieces = [_pieces(tokenizer, window.token_ids) for window in windows]
    frequency: dict[str, int] = defaultdict(int)
    for shown in pieces:
        for piece in shown:
            frequency[_normal(piece)] += 1
    n_pieces = sum(frequency.values())
    order = torch.argsort(firings.feature, stable=True)
    features, sizes = torch.unique_consecutive(firings.feature[order], return_counts=True)
    for feature, entries in zip(features.tolist(), order.split(sizes.tolist()), strict=True):
        strongest = entries[torch.argsort(firings.value[entries], descending=True, stable=True)[:STRONGEST]]
        places = list(
            zip(firings.window[strongest].tolist(), firings.position[strongest].tolist(), strict=True)
        )
        values = firings.value[strongest].tolist()
        weight: dict[str, float] = defaultdict(float)
        for (window, position), value in zip(places, values, strict=True):
            weight[_normal(pieces[window][position])] += value
        coverage = {token: value / sum(values) for token, value in weight.items()}
        tokens = _characteristic(coverage, {token: frequency[token] / n_pieces for token in coverage})
        yield TokenLabel(
            feature=feature,
            label=", ".join(tokens),
            covered=min(1.0, sum(coverage[token] for token in tokens)),
            examples=tuple(_examples(tokenizer, windows, places)),
            firing_rate=len(entries) / firings.n_tokens,
            max_activation=values[0],
        )


def _characteristic(coverage: dict[str, float], frequency: dict[str, float]) -> list[str]:
    """Up to three tokens, the most characteristic first; equal ones in alphabetical order."""

    def score(token: str) -> float:
        return coverage[token] * math.log(coverage[token] / frequency[token])

    best, *others = sorted(coverage, key=lambda token: (-score(token), token))
    return [best, *(token for token in others if coverage[token] >= LEAST_COVERAGE and score(token) > 0)][
        :MAX_TOKENS
    ]


def _pieces(tokenizer: Any, token_ids: Sequence[int]) -> list[str]:
    """Each token as text, with a hyphen on the side where it is cut out of a word."""
    texts = [tokenizer.decode([token]) for token in token_ids]
    shown = []
    for index, text in enumerate(texts):
        before = index and texts[index - 1][-1:].isalnum() and text[:1].isalnum()
        after = index + 1 < len(texts) and text[-1:].isalnum() and texts[index + 1][:1].isalnum()
        shown.append(("-" if before else "") + text.strip(" ") + ("-" if after else ""))
    return shown


def _normal(piece: str) -> str:
    """How a piece is written in a label: in lower case, white space by name, signs in quotes."""
    if not piece.strip():
        return NAMES.get(piece, "white space")
    return piece.lower() if any(map(str.isalnum, piece)) else f'"{piece}"'


def _examples(tokenizer: Any, windows: Sequence[Window], places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Contexts of the first firings, one a window, each on one line."""
    seen: set[int] = set()
    for window, position in places:
        if window in seen:
            continue
        seen.add(window)
        ids = windows[window].token_ids
        before = tokenizer.decode(ids[max(0, position - CONTEXT) : position])
        token = tokenizer.decode(ids[position : position + 1])
        after = tokenizer.decode(ids[position + 1 : position + 1 + CONTEXT])
        space = " " * (len(token) - len(token.lstrip(" ")))
        yield shortened(" ".join(f"{before}{space}«{token.strip(' ')}»{after}".split()))
        if len(seen) == N_EXAMPLES:
            return


def shortened(example: str) -> str:
    """A context cut to a few words around the marked token, without mail addresses: labels are shipped, text is not.

    >>> shortened("one two three four «five» six seven eight nine")
    'two three four «five» six seven eight'
    """
    words = example.split()
    marked = next(i for i, word in enumerate(words) if "«" in word)
    near = words[max(0, marked - WORDS_AROUND) : marked + WORDS_AROUND + 1]
    return " ".join(_without_address(word) for word in near)


def _without_address(word: str) -> str:
    if "@" not in word:
        return word
    return f"…{word[word.index('«') : word.index('»') + 1]}…" if "«" in word and "»" in word else "…"
