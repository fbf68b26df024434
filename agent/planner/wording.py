"""A request as the planner reads it: no control characters, plain quotes, misspelt known words put right."""

import re
import unicodedata
from functools import cache

from agent.planner.catalogue import table
from agent.planner.languages import language
from agent.planner.quotes import quoted_spans

LONGEST = 1500
"""Characters that are read; a longer text is a document, not a request."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*(?:\x07|\x1b\\)")
_QUOTES = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "´": "'",
        "`": "'",
        "⟦": "[",
        "⟧": "]",
    }
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NOT_A_WORD_NEIGHBOUR = set("/\\._@#:=~0123456789")


def cleaned(request: str) -> str:
    """The request on one line: escape sequences, control and format characters gone, quotes plain."""
    text = _ESCAPES.sub(" ", request)
    text = unicodedata.normalize("NFKC", text).replace("⟶", "->").replace("→", "->").replace("⇒", "->")
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf").translate(_QUOTES)
    return " ".join(text.split())


_CODE_BEHIND = re.compile(
    r"<!--.*?(?:-->|$)|['\"]?\s*;\s*(?:drop|delete|insert|update|select|alter|truncate)\b.*$", re.IGNORECASE
)
"""Comments and code behind a request, which are not the user's words."""


def without_code(text: str) -> str:
    """The request without comments and code behind it."""
    return " ".join(_CODE_BEHIND.sub(" ", text).split())


def corrected(text: str) -> str:
    """`text` with misspelt words replaced by the known word that they are closest to.

    Left alone: quoted text, capitalised words inside a sentence (names), paths and names with digits, and every
    word that the embedding model's vocabulary or the catalogue knows.
    """
    if language(text):
        return text  # other languages are put into English by whole words
    quoted = quoted_spans(text)
    pieces: list[str] = []
    last = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group()
        after = text[end : end + 1].rstrip(".:")
        named = word[1:] != word[1:].lower() or (word[0].isupper() and start > 0)
        joined = any(c in _NOT_A_WORD_NEIGHBOUR for c in text[max(0, start - 1) : start].rstrip(":") + after)
        if named or joined or any(a <= start < b for a, b in quoted):
            continue
        better = _nearest(word.lower())
        if better:
            pieces += [text[last:start], better]
            last = end
    return "".join(pieces) + text[last:]


@cache
def _nearest(word: str) -> str | None:
    """The target word within one or two edits of an unknown `word`; None where it is known or nothing is near."""
    slip = table("wording")["slips"].get(word)
    if slip:
        return str(slip)
    if len(word) < 4 or word in known_words() or word.removesuffix("s") in known_words():
        return None
    allowed = 1 if len(word) < 8 else 2
    best: tuple[int, int, str] | None = None
    for target in _targets():
        if abs(len(target) - len(word)) > allowed or len(target) < 4:
            continue
        distance = edit_distance(word, target, allowed)
        if distance > allowed or (word[0] != target[0] and distance > 1):
            continue
        rank = (distance, word[0] != target[0], target)
        if best is None or rank < best:
            best = rank
    return best[2] if best else None


def edit_distance(a: str, b: str, limit: int) -> int:
    """Damerau-Levenshtein distance (optimal string alignment); anything above `limit` counts as limit + 1."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, current[-1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return row[-1]


@cache
def _targets() -> tuple[str, ...]:
    """Words that a misspelt word may be meant to be: those with which things are asked for here."""
    words = set(table("wording")["targets"])
    for section in ("run_benchmark", "export", "drill_down", "compare", "show_regressions", "rollback_edit"):
        words |= {word for line in table("phrasings")[section] for word in re.findall(r"[a-z]{4,}", line)}
    return tuple(sorted(words - set(table("wording")["never"])))


@cache
def known_words() -> frozenset[str]:
    """Words that are spelt right: the embedding model's whole-word vocabulary and the catalogue's own."""
    from tools.models.embeddings import model_folder

    vocabulary = (model_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    known = {line for line in vocabulary if line.isalpha()} | set(_targets()) | set(table("wording")["names"])
    for gloss in table("languages").values():
        known |= {word for phrase in gloss for word in phrase.split() if not word.endswith("*")}
    for name in ("capabilities", "measures"):
        known |= set(re.findall(r"[^\W\d_]{4,}", str(table(name)).lower()))
    return frozenset(known)
