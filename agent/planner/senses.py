"""Edit benchmarks, scores and readings of features that a clause means without naming them, by its meaning."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from agent.planner.catalogue import table
from agent.planner.plan import SessionView

if TYPE_CHECKING:
    import numpy as np

NEAR = 0.56
"""Cosine similarity from which a phrase of the catalogue is taken to say the same."""
APART = 0.03
"""By how much the nearest name has to be nearer than the next one."""
NOTHING = "nothing"
_EXAMPLE = re.compile(
    r",? \(?(?:e\.? ?g\.?|for example|for instance|such as|say|i\.e\.)(?!\w).*$", re.IGNORECASE
)
LONGEST = 200
"""Characters of a clause that are embedded."""


def meant(section: str, text: str) -> str | None:
    """The name of a section of the catalogue's `senses` that `text` means; None where it means none or several."""
    words = text.strip()[:LONGEST]
    return _nearest(section, words) if len(re.findall(r"\w+", words)) > 2 else None


def with_the_edit(text: str, view: SessionView) -> str:
    """`text` with the subject and target of the last edit called so, as the phrases of the catalogue call them."""
    edit = view.last_edit
    for name, put in ((edit.subject, "the subject"), (edit.target, "the target")) if edit else ():
        if name:
            last = re.escape(name.split()[-1])
            called = rf"(?<!\w)(?:(?:(?:the|a|an) )?{re.escape(name)}|(?:the|that|this) {last})(?!\w)"
            text = re.sub(called, put, text, flags=re.IGNORECASE)
    return _EXAMPLE.sub("", text)


@lru_cache(maxsize=256)
def _nearest(section: str, text: str) -> str | None:
    from tools.models.embeddings import embed

    vectors, names = _phrases(section)
    similar = vectors @ embed([text])[0]
    best: dict[str, float] = {}
    for name, value in zip(names, similar, strict=True):
        best[name] = max(best.get(name, -1.0), float(value))
    (name, value), (_, second), *_ = sorted(best.items(), key=lambda pair: -pair[1])
    return name if name != NOTHING and value >= NEAR and value - second >= APART else None


@cache
def _phrases(section: str) -> "tuple[np.ndarray, list[str]]":
    from tools.models.embeddings import embed

    pairs = [(name, phrase) for name, phrases in table("senses")[section].items() for phrase in phrases]
    return embed([phrase for _, phrase in pairs]), [name for name, _ in pairs]
