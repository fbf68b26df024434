"""Which intent a clause is nearest to: a softmax regression over its embedding and what was recognised in it.

It is fitted on the catalogue's phrasings, the same way every time. The weights come with the catalogue, with the
hash of what they were fitted on, so that a fresh process embeds only the request; `python -m
agent.planner.retrieval` writes them anew after a change of the catalogue.
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from agent.planner import catalogue
from agent.planner.arguments import INTENTS
from agent.planner.plan import SessionView
from agent.planner.reading import Reading, read

if TYPE_CHECKING:
    import numpy as np

VERSION = "3"
"""Raised whenever the fit would come out otherwise from the same catalogue."""
FILE = "fitted.npz"
_SLOTS: dict[str, list[str]] = {
    "capability": [
        "arithmetic",
        "translation",
        "cot math",
        "factual recall",
        "coding",
        "logical reasoning",
        "summarization",
        "refusals",
    ],
    "subtype": ["capitals", "spatial", "currencies"],
    "topic": ["train schedules", "cooking"],
    "number": ["50", "200", "800"],
    "model": ["gpt2", "EleutherAI/pythia-160m", "Qwen2.5-0.5B"],
    "named": ["gsm8k", "hellaswag", "mmlu"],
    "feature": ["feature 421", "f12", "features 3 and 9"],
    "reading": ["dead", "mislabelled", "ideal"],
    "fact": ["the Eiffel Tower is in Berlin", "Messi plays basketball", "the capital of France is Rome"],
    "target": ["Rome", "Berlin"],
    "editbench": ["zsRE", "RippleBench", "LEME"],
    "format": ["html", "csv", "markdown", "json", "png"],
    "path": ["./runs/exp1", "out/report.html", "weights.gguf"],
    "name": ["gpt2-small-res-jb", "imdb"],
    "datafile": ["train.csv", "data/reviews.jsonl"],
    "measure": ["MUI", "purity", "partial credit", "zsRE", "rouge", "interp score"],
    "method": ["rouge", "partial credit", "log-probs"],
}
_MARK = re.compile(r"<(\w+)>")
_WORD = re.compile(r"[a-z']+")
_ROUNDS = 400
_DECAY = 2e-4


def examples() -> list[tuple[str, str]]:
    """(phrasing, intent) for every line of the catalogue, marks filled in with two different samples in turn."""
    found: list[tuple[str, str]] = []
    turn = itertools.count()
    for intent, lines in catalogue.table("phrasings").items():
        for line in lines:
            for _ in range(2 if _MARK.search(line) else 1):
                found.append((_MARK.sub(lambda m: _sample(m.group(1), next(turn)), line), intent))
    return found


def _sample(slot: str, turn: int) -> str:
    return _SLOTS[slot][turn % len(_SLOTS[slot])]


def signals(reading: Reading) -> list[float]:
    """What was recognised in a clause, as numbers beside its embedding."""
    flags = (
        bool(reading.wishes),
        len(reading.wishes) > 1,
        bool(reading.methods),
        bool(reading.named),
        bool(reading.edit_benchmarks),
        reading.thirteen,
        bool(reading.features.numbers),
        reading.features.referred,
        reading.features.every,
        bool(reading.scores),
        reading.reading is not None,
        reading.top is not None,
        bool(reading.steps),
        len(reading.steps) > 1,
        bool(reading.models),
        len(reading.models) > 1,
        bool(reading.paths),
        reading.format is not None,
    )
    return [float(flag) for flag in flags]


class Retrieval:
    """The fitted regression."""

    def __init__(self) -> None:
        self._words = _vocabulary()
        self._weights = _fitted(self._words)

    def probabilities(self, readings: list[Reading]) -> list[dict[str, float]]:
        """For each clause, how likely each intent is."""
        import numpy as np

        from tools.models.embeddings import embed

        rows = _rows(embed([reading.unquoted[:1000] for reading in readings]), readings, self._words)
        scores = np.exp(_log_softmax(rows @ self._weights))
        return [dict(zip(INTENTS, map(float, row), strict=True)) for row in scores]


@cache
def _vocabulary() -> tuple[str, ...]:
    """Words and pairs of words that occur in at least two of the phrasings."""
    counts: dict[str, int] = {}
    for text, _ in examples():
        for word in set(_terms(text)):
            counts[word] = counts.get(word, 0) + 1
    return tuple(sorted(word for word, count in counts.items() if count > 1))


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words + [" ".join(pair) for pair in itertools.pairwise(words)]


def _rows(vectors: np.ndarray, readings: list[Reading], words: tuple[str, ...]) -> np.ndarray:
    """[n, features]: embedding (weighted up), recognised slots, words, and a constant."""
    import numpy as np

    place = {word: i for i, word in enumerate(words)}
    lexical = np.zeros((len(readings), len(words)), dtype=np.float32)
    for row, reading in enumerate(readings):
        for term in _terms(reading.unquoted):
            if term in place:
                lexical[row, place[term]] = 0.5
    slots = np.array([signals(reading) for reading in readings], dtype=np.float32)
    return np.hstack([3 * vectors, slots, lexical, np.ones((len(readings), 1), dtype=np.float32)])


def _fitted(words: tuple[str, ...]) -> np.ndarray:
    """The weights [features, intents] that come with the catalogue; fitted now where they are of another one."""
    import numpy as np

    try:
        with (
            (files(catalogue.__name__) / FILE).open("rb") as stored,
            np.load(stored, allow_pickle=False) as kept,
        ):
            if str(kept["catalogue"]) == fingerprint():
                weights: np.ndarray = kept["weights"].astype(np.float32)
                return weights
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass
    return _fit(words)


def fingerprint() -> str:
    """A hash of everything that the fit depends on."""
    sources = "".join(catalogue.source(name) for name in ("phrasings", "capabilities", "measures"))
    return catalogue.digest(VERSION + sources)


def _fit(words: tuple[str, ...]) -> np.ndarray:
    """Full-batch Nesterov descent on the weighted cross-entropy with weight decay; every intent weighs the same."""
    import numpy as np

    from tools.models.embeddings import embed

    pairs = examples()
    view = SessionView()
    readings = [read(text, view) for text, _ in pairs]
    rows = _rows(embed([reading.unquoted for reading in readings]), readings, words)
    intents = list(INTENTS)
    wanted = np.zeros((len(pairs), len(intents)), dtype=np.float32)
    wanted[np.arange(len(pairs)), [intents.index(intent) for _, intent in pairs]] = 1
    share = 1 / np.sqrt(wanted.sum(0))
    emphasis = (wanted @ share)[:, None]
    emphasis /= emphasis.sum()
    weights = np.zeros((rows.shape[1], len(intents)), dtype=np.float32)
    momentum = np.zeros_like(weights)
    for _ in range(_ROUNDS):
        ahead = weights + 0.9 * momentum
        error = (np.exp(_log_softmax(rows @ ahead)) - wanted) * emphasis
        momentum = 0.9 * momentum - 0.3 * (rows.T @ error + _DECAY * ahead)
        weights = weights + momentum
    return weights


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    import numpy as np

    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def write_weights() -> None:
    """Fit on the catalogue as it stands and keep the weights beside it, in half precision."""
    from pathlib import Path

    import numpy as np

    place = Path(str(files(catalogue.__name__) / FILE))
    np.savez_compressed(
        place, weights=_fit(_vocabulary()).astype(np.float16), catalogue=np.array(fingerprint())
    )


if __name__ == "__main__":
    write_weights()
