"""Which capability, and which sub-type of it, a clause means without naming it (`does it shut up about bombs?`).

A softmax regression over the clause's embedding and its words, fitted on the catalogue's `meanings`; the lines of
other intents in its `phrasings` are what means no capability. The weights come with the catalogue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from agent.planner import catalogue, softmax
from agent.planner.catalogue import table

if TYPE_CHECKING:
    import numpy as np

VERSION = "1"
"""Raised whenever the fit would come out otherwise from the same catalogue."""
FILE = "meanings.npz"
SURE = 0.5
"""How likely a capability has to be, and a sub-type among those of its capability."""
NOTHING = "nothing"
WHOLE = "whole"
LONGEST = 200
"""Characters of a clause that are embedded."""
_DECAY = 1e-4
_OF_OTHERS = 0.05
"""What a line of another intent counts, where a line for a meaning counts 1: there are many more of them."""
_MODEL = re.compile(
    r"(?<!\w)(?:the|this|that|my|our|your|a) (?:\w+ )?(?:model|checkpoint|ckpt|thing|network|net|lm|llm|bot|ai)"
    r"(?!\w|'s)",
    re.IGNORECASE,
)
_POLITE = (
    r"(?:please|pls|hey|hi|so|ok(?:ay)?|and|now|also|just|quick(?:ly)?|next|then|well|hm+|can you|could you|"
    r"would you|will you|can we|could we|let'?s|let me|i'?d (?:like|love) to|i would (?:like|love) to|"
    r"i (?:want|need) to|we (?:want|need) to|help me|try to|go and|you)"
)
_FINDS = (
    r"(?:see|check|test|find out|figure out|tell me|show me|know|learn|measure|benchmark|evaluate|assess|probe|"
    r"examine|verify|confirm|i wonder|i'?m wondering|wondering|curious|i'?m curious|not sure|no idea|any idea|"
    r"i'?ve no idea|the question is|my question is|i doubt|i suspect|do you know|look into|get a feel(?:ing)? for)"
)
_SAYS = (
    r"(?:people|users|someone|somebody|they|he|she|everybody|(?:my|our|the|a) \w+)(?: \w+){0,2}? "
    r"(?:say|says|said|saying|claims?|claimed|claiming|complains?|complained|complaining|thinks?|believes?|"
    r"told (?:me|us)|swears?|reports?|reported|fears?) (?:that )?(?=it )"
)
_ASKS = re.compile(
    rf"^(?:{_SAYS}|(?:{_POLITE},? )*(?:{_FINDS},? )*(?:(?:if|whether|that|how (?:well|good|often|much|"
    r"far|reliably)|to what extent|about)(?= (?:it|we|i|you|people|someone|they)(?!\w)))?)",
    re.IGNORECASE,
)
"""What stands before the thing that is asked (`could you find out whether`)."""
_GOOD_AT = (
    r"(?:how (?:good|well|bad|strong|reliable) (?:is|does) it|how (?:is|does) it|is it|does it)(?: (?:do|cope|fare|"
    r"perform|any|a bit|really|actually|very|at all|good|decent|bad|strong|weak|ok(?:ay)?|useless|hopeless|better|"
    r"worse|manage|handle|deal))* (?:at|with|on|in) "
)
_SUBJECT = (
    r"(?:(?:does|do|did|can|could|will|would|is|has|should) )?it(?:'s|'d|'ll)? (?:(?:still|really|actually|even|ever|"
    r"already|is|will|would|can) )*"
)
_OF_IT = re.compile(rf"^(?:{_GOOD_AT}|{_SUBJECT})", re.IGNORECASE)
"""The model and that it is asked about: what it does is what tells the meaning (`does it`, `is it any good at`)."""
_WORD = re.compile(r"[a-z']+")


@dataclass(frozen=True)
class Meaning:
    """A capability that is meant, with the sub-type where one is; `likely` from 0 to 1."""

    capability: str
    subtype: str | None
    likely: float


def meaning(text: str, among: tuple[str, ...] = ()) -> Meaning | None:
    """The capability that `text` means; None where that is none, or not sure. `among`: it is one of these."""
    found = {name: likely for name, likely in _likely(_core(text)).items() if not among or name in among}
    by_capability = {name: sum(subtypes.values()) for name, subtypes in found.items()}
    best = max(by_capability, key=lambda name: by_capability[name], default=NOTHING)
    if best == NOTHING or by_capability[best] < SURE * sum(by_capability.values()):
        return None
    return Meaning(best, _of(found[best]), by_capability[best])


def subtype_meant(text: str, capability: str) -> str | None:
    """The sub-type that is meant by `text`, which speaks of `capability`; None where that is all of it or unsure."""
    return _of(_likely(_core(text)).get(capability, {}))


def _of(subtypes: dict[str, float]) -> str | None:
    best = max(subtypes, key=lambda name: subtypes[name], default=WHOLE)
    return best if best != WHOLE and subtypes[best] >= SURE * sum(subtypes.values()) else None


def _core(text: str) -> str:
    """What is asked for, without the words that ask; the model is `it`."""
    words = " ".join(text.split())[:LONGEST]
    words = _MODEL.sub("it", words)
    asked = _ASKS.sub("", words, count=1).strip(" ,;.:?!-")
    return _OF_IT.sub("", asked, count=1) or words


@lru_cache(maxsize=256)
def _likely(text: str) -> dict[str, dict[str, float]]:
    """How likely each sub-type of each capability is."""
    if len(text) < 4:
        return {}
    row = softmax.probabilities(_rows([text]), _weights())[0]
    found: dict[str, dict[str, float]] = {}
    for (capability, subtype), value in zip(_classes(), map(float, row), strict=True):
        found.setdefault(capability, {})[subtype] = value
    return found


@cache
def _classes() -> tuple[tuple[str, str], ...]:
    return tuple((name, subtype) for name, group in table("meanings").items() for subtype in group)


@cache
def _vocabulary() -> dict[str, int]:
    """Word stems that stand in at least two of the lines."""
    counts: dict[str, int] = {}
    for line, _ in _lines():
        for stem in set(_stems(line)):
            counts[stem] = counts.get(stem, 0) + 1
    return {stem: place for place, stem in enumerate(sorted(s for s, n in counts.items() if n > 1))}


def _stems(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [re.sub(r"(?:ing|ed|es|s|ly|e)$", "", word) if len(word) > 4 else word for word in words]


def _lines() -> list[tuple[str, int]]:
    """The lines of the catalogue, each with the place of its class."""
    meanings = table("meanings")
    return [
        (_core(line), place)
        for place, (capability, subtype) in enumerate(_classes())
        for line in [*meanings[capability][subtype], *(_named(capability) if subtype == WHOLE else [])]
    ]


def _named(capability: str) -> list[str]:
    """The capability as such by its name and by the descriptions of it, so that these narrow nothing."""
    spoken = table("capabilities").get(capability)
    name = capability.replace("_", " ")
    return [name, f"how good is it at {name}", f"test {name}", *spoken["description"]] if spoken else []


def _rows(texts: list[str]) -> np.ndarray:
    """[n, features]: embedding (weighted up), words, and a constant."""
    import numpy as np

    from tools.models.embeddings import embed

    places = _vocabulary()
    lexical = np.zeros((len(texts), len(places)), dtype=np.float32)
    for row, text in enumerate(texts):
        for stem in _stems(text):
            if stem in places:
                lexical[row, places[stem]] = 1
    constant = np.ones((len(texts), 1), dtype=np.float32)
    return np.hstack([8 * embed(texts), lexical, constant])


@cache
def _weights() -> np.ndarray:
    weights = softmax.kept(FILE, fingerprint())
    return _fit() if weights is None else weights


def fingerprint() -> str:
    """A hash of everything that the fit depends on."""
    return catalogue.digest(VERSION + repr((_classes(), _lines())) + catalogue.source("phrasings"))


def _fit() -> np.ndarray:
    import numpy as np

    from agent.planner.retrieval import examples

    others = sorted({_core(one.text) for one in examples() if one.intent != "run_benchmark"})
    said = [*_lines(), *((line, _classes().index((NOTHING, WHOLE))) for line in others)]
    wanted = np.zeros((len(said), len(_classes())), dtype=np.float32)
    wanted[np.arange(len(said)), [place for _, place in said]] = 1
    weights = np.ones(len(said), dtype=np.float32)
    weights[len(said) - len(others) :] = _OF_OTHERS
    return softmax.fitted(_rows([line for line, _ in said]), wanted, weights / weights.sum(), _DECAY)


def write_weights() -> None:
    """Fit on the catalogue as it stands and keep the weights beside it."""
    softmax.keep(FILE, fingerprint(), _fit())
