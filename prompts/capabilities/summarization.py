"""Whether a model can say in one or two sentences what a short document is about.

The documents are our own, composed from seeded facts: news reports, meeting notes, product notices, research
abstracts, incident reports and weather warnings, in American English. Sentences that carry the main facts are
mixed with details that a summary leaves out; difficulty is how many (2, 5 or 9). The two reference summaries of
a document state its main facts and nothing else.

Each case carries the document's first sentence as baseline, because a summary that copies it already has words
in common with the references. Documents of one kind share their sentences and differ in facts and details, so
many prompts measure less than as many unrelated documents would. Not covered: long documents, dialogues.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import TypedDict

from prompts.capabilities._deal import deal
from tools.cases import Case, Difficulty

SCORING = "rouge_l"
SUBTYPES: tuple[str, ...] = (
    "news_report",
    "meeting_notes",
    "product_notice",
    "experiment_abstract",
    "incident_report",
    "weather_warning",
)
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
VERSION = "1"

DETAILS: dict[Difficulty, int] = {"easy": 2, "medium": 5, "hard": 9}
"""Sentences without a main fact."""
DRAWS = 5_000
"""Documents drawn of one kind and difficulty at most; some of them come out equal."""


class Kind(TypedDict):
    """A kind of document, as its file in `prompts/documents` describes it."""

    noun: str
    facts: list[list[dict[str, str]]]
    """Groups of rows; one row of each group is drawn, so that facts of a row belong together."""
    sentences: list[dict[str, str]]
    """In order, each under `main` or `detail`, with the facts' names in braces."""
    references: list[str]


def generate(n: int, seed: int, subtypes: Sequence[str], difficulty: Difficulty | None) -> list[Case]:
    """n documents to summarise, spread evenly; fewer where a kind gives no more different ones."""
    difficulties = DIFFICULTIES if difficulty is None else (difficulty,)
    return deal("summarization", n, seed, subtypes or SUBTYPES, difficulties, _drafts)


def _drafts(subtype: str, difficulty: Difficulty, generator: Random) -> Iterator[Case]:
    kind = _kind(subtype)
    for _ in range(DRAWS):
        facts = {name: fact for group in kind["facts"] for name, fact in generator.choice(group).items()}
        sentences = [sentence.format(**facts) for sentence in _chosen(kind, difficulty, generator)]
        yield Case(
            id="draft",
            prompt=f"Summarize the following {kind['noun']} in one or two sentences.\n\n"
            f"{' '.join(sentences)}\n\nSummary:",
            subtype=subtype,
            difficulty=difficulty,
            references=tuple(reference.format(**facts) for reference in kind["references"]),
            check_arguments={"language": "en", "baseline": sentences[0], "stop": ["\n\n"]},
        )


def _chosen(kind: Kind, difficulty: Difficulty, generator: Random) -> list[str]:
    """Every main sentence and as many details as the difficulty has, in the order of the file."""
    details = [index for index, sentence in enumerate(kind["sentences"]) if "detail" in sentence]
    kept = set(generator.sample(details, DETAILS[difficulty]))
    return [
        sentence.get("main") or sentence["detail"]
        for index, sentence in enumerate(kind["sentences"])
        if "main" in sentence or index in kept
    ]


@cache
def _kind(subtype: str) -> Kind:
    text = files("prompts.documents").joinpath(f"{subtype}.json").read_text(encoding="utf-8")
    kind: Kind = json.loads(text)
    return kind
