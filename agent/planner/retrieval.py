"""Which intent a clause is nearest to: a softmax regression over its embedding and what was recognised in it.

It is fitted on the catalogue's phrasings, the same way every time. The weights come with the catalogue, with the
hash of what they were fitted on, so that a fresh process embeds only the request; `python -m
agent.planner.retrieval` writes them anew after a change of the catalogue.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from agent.planner import catalogue, meanings, softmax
from agent.planner.arguments import INTENTS
from agent.planner.plan import CardDimension, LastCard, LastEdit, SessionView
from agent.planner.reading import Reading, read

if TYPE_CHECKING:
    import numpy as np

VERSION = "4"
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
    "measure": [
        "MUI",
        "purity",
        "partial credit",
        "zsRE",
        "rouge",
        "interp score",
        "CKA",
        "the Wilson interval",
    ],
    "method": ["rouge", "partial credit", "log-probs"],
}
_MARK = re.compile(r"<(\w+)>")
_WORD = re.compile(r"[a-z']+")
LONGEST = 200
"""Characters of a clause that are embedded."""
_DECAY = 2e-4


_AT_HAND: dict[str, SessionView] = {
    "card": SessionView(
        context="model_inspection",
        last_card=LastCard(
            dimensions=[
                CardDimension(capability="factual_recall", n_prompts=30, subtypes=["capitals", "currencies"]),
                CardDimension(capability="spatial_reasoning", n_prompts=30, subtypes=["navigation"]),
            ]
        ),
    ),
    "feature": SessionView(context="model_inspection", last_feature=421),
    "edit": SessionView(
        context="model_inspection",
        last_edit=LastEdit(subject="Eiffel Tower", prompt="The {} is in", target="Rome"),
    ),
    "steps": SessionView(context="training_monitor", step=800, steps=[200, 400, 800]),
    "data": SessionView(context="data_inspection", columns=["text", "label"]),
}
"""What a phrasing can be said about; each without a mark of its own is seen with nothing and with each in turn."""
_SAID_OF = re.compile(r" @(\w+)$")
_POINTS = re.compile(r"(?<!\w)(?:it|its|that|this|these|those|them|one|ones)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Example:
    """One line of the catalogue, marks filled in, with what is at hand and the intent it has."""

    text: str
    view: SessionView
    intent: str


def examples() -> list[Example]:
    """Every line of the catalogue, at least twice: with other samples for its marks or with another view."""
    found: list[Example] = []
    turn = itertools.count()
    views = itertools.cycle(_AT_HAND.values())
    for intent, lines in catalogue.table("phrasings").items():
        for line in lines:
            said_of = _SAID_OF.search(line)
            text = line[: said_of.start()] if said_of else line
            for view in (_AT_HAND[said_of[1]],) * 2 if said_of else (SessionView(), next(views)):
                filled = _MARK.sub(lambda m: _sample(m.group(1), next(turn)), text)
                found.append(Example(filled, view, intent))
    return found


def _sample(slot: str, turn: int) -> str:
    return _SLOTS[slot][turn % len(_SLOTS[slot])]


def signals(reading: Reading, view: SessionView) -> list[float]:
    """What was recognised in a clause and what is at hand, as numbers beside the clause's embedding."""
    recognised = (
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
    at_hand = (
        view.last_card is not None,
        view.last_feature is not None,
        view.last_edit is not None,
        bool(view.steps),
        view.context == "data_inspection",
    )
    names_nothing = not any(recognised)
    shape = (
        bool(_POINTS.search(reading.unquoted)),
        len(reading.unquoted.split()) < 4,
        "?" in reading.raw,
        names_nothing,
        bool(re.search(r"\d", reading.rest)),
    )
    together = [there and so for there in at_hand for so in (*shape, *recognised)]
    return [float(flag) for flag in (*recognised, *at_hand, *shape, *together)]


class Retrieval:
    """The fitted regression."""

    def __init__(self) -> None:
        self._words = _vocabulary()
        self._weights = _fitted(self._words)

    def probabilities(self, readings: list[Reading], view: SessionView) -> list[dict[str, float]]:
        """For each clause, how likely each intent is."""
        import numpy as np

        slots = [signals(reading, view) for reading in readings]
        vectors = np.stack([_vector(reading.unquoted[:LONGEST]) for reading in readings])
        rows = _rows(vectors, readings, slots, self._words)
        scores = softmax.probabilities(rows, self._weights)
        return [dict(zip(INTENTS, map(float, row), strict=True)) for row in scores]


@lru_cache(maxsize=256)
def _vector(text: str) -> np.ndarray:
    """The embedding of a clause; the readings of one request look at the same clause more than once."""
    from tools.models.embeddings import embed

    vector: np.ndarray = embed([text])[0]
    return vector


@cache
def _vocabulary() -> tuple[str, ...]:
    """Words and pairs of words that occur in at least four of the phrasings."""
    counts: dict[str, int] = {}
    for text in {example.text for example in examples()}:
        for word in set(_terms(text)):
            counts[word] = counts.get(word, 0) + 1
    return tuple(sorted(word for word, count in counts.items() if count > 3))


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words + [" ".join(pair) for pair in itertools.pairwise(words)]


def _rows(
    vectors: np.ndarray, readings: list[Reading], slots: list[list[float]], words: tuple[str, ...]
) -> np.ndarray:
    """[n, features]: embedding (weighted up), recognised slots, words, and a constant."""
    import numpy as np

    place = {word: i for i, word in enumerate(words)}
    lexical = np.zeros((len(readings), len(words)), dtype=np.float32)
    for row, reading in enumerate(readings):
        for term in _terms(reading.unquoted):
            if term in place:
                lexical[row, place[term]] = 0.5
    constant = np.ones((len(readings), 1), dtype=np.float32)
    return np.hstack([3 * vectors, np.array(slots, dtype=np.float32), lexical, constant])


def _fitted(words: tuple[str, ...]) -> np.ndarray:
    """The weights [features, intents] that come with the catalogue; fitted now where they are of another one."""
    weights = softmax.kept(FILE, fingerprint())
    return _fit(words) if weights is None else weights


def fingerprint() -> str:
    """A hash of everything that the fit depends on."""
    sources = "".join(
        catalogue.source(name) for name in ("phrasings", "capabilities", "subtypes", "measures", "meanings")
    )
    return catalogue.digest(VERSION + sources)


def _fit(words: tuple[str, ...]) -> np.ndarray:
    """Fit on every line of the catalogue; every intent weighs the same."""
    import numpy as np

    from tools.models.embeddings import embed

    said = examples()
    readings = [read(example.text, example.view) for example in said]
    slots = [signals(reading, example.view) for reading, example in zip(readings, said, strict=True)]
    rows = _rows(embed([reading.unquoted for reading in readings]), readings, slots, words)
    intents = list(INTENTS)
    wanted = np.zeros((len(said), len(intents)), dtype=np.float32)
    wanted[np.arange(len(said)), [intents.index(example.intent) for example in said]] = 1
    share = 1 / np.sqrt(wanted.sum(0))
    emphasis = wanted @ share
    emphasis /= emphasis.sum()
    return softmax.fitted(rows, wanted, emphasis, _DECAY)


def write_weights() -> None:
    """Fit on the catalogue as it stands and keep the weights beside it."""
    meanings.write_weights()
    softmax.keep(FILE, fingerprint(), _fit(_vocabulary()))


if __name__ == "__main__":
    write_weights()
