"""What a question is about: the measure to explain, or the capability that unknown words come nearest to."""

import re
from functools import cache
from typing import TYPE_CHECKING

from agent.planner.catalogue import table
from agent.planner.reading import Reading
from agent.planner.wish import Wish

if TYPE_CHECKING:
    import numpy as np

NEAR = 0.5
"""Cosine similarity from which unknown words are taken to mean a capability."""
_ASKED = re.compile(
    r"(?:what(?:'s| is| are| does| do|s)?|how(?: is| are| do you| does)?|"
    r"explain|define|describe|meaning of|definition of|formula (?:for|"
    r"of|behind)|tell me (?:more )?about|difference between|wtf is|teach "
    r"me)(?: (?:exactly|me|to me|the|a|an|this|what|how|does|do|is|are|"
    r"meant by|term|word|idea|behind|of|mean(?:ing)?|formula|definition|"
    r"for|compute|calculate|score))* (?P<x>.+?)"
    r"(?: (?:means?|meant|stands? for|computed|calculated|is|are|scored?|"
    r"works?|working|defined|measured|derived|again|exactly|actually|"
    r"to me|please|anyway|here|do|does|get|gets|being|come from|benchmark(?:ed)?|"
    r"in (?:plain|simple) \w+))*[ ?.!]*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"(?:(?:good|bad|well|great|decent|strong|skilled|competent|capable|"
    r"proficient|great|useful|performs?|performing|does|do|fare|benchmark\w*|"
    r"test\w*|evaluat\w*|scor\w*|measur\w*|assess\w*|quiz\w*|prob\w*|"
    r"check\w*|skills?|suite|questions?|prompts?|it|model|card|run)(?: "
    r"(?:it|this|that|the|model|checkpoint|this model|the model|gpt\S*))*? "
    r"(?:at|on|in|for|with|of|about) |(?:can|could|does|is) (?:it|this|"
    r"the|that)(?: (?:model|thing|checkpoint|lm|llm))?(?: (?:even|really|"
    r"actually|also|do|able to))* |(?:test|benchmark|measure|evaluate|"
    r"check|assess|score)(?: (?:its|the|their|the model's))* )(?P<x>[^,;.?!]+)",
    re.IGNORECASE,
)
CONCEPTS = re.compile(
    r"(?<!\w)(?:(?:95 ?%? )?(?:confidence )?intervals?|wilson|bootstrap|"
    r"mcnemar|holm|miller[- ]madow|overall(?: score)?|chance(?: level)?|"
    r"suite(?: hash)?|sub-?types?|unscored|readings?|diagnostic triple|"
    r"triple|weight edit(?:s|ing)?|rome|rank[- ]one|memit|sae|sparse "
    r"autoencoders?|saes|latents?|features?|"
    r"regression panel|(?:95 )?ci|p[- ]values?|tie|verdict|ablation|kl|"
    r"entropy|(?:overall|total|final) (?:number|figure|result|mark)|"
    r"score of \d+|context|capabilit(?:y|ies)|dimensions?|cards?|"
    r"dead feature|polysemantic(?:ity)?|monosemantic(?:ity)?|superposition|"
    r"covariance|validation loop|probes?|ledger|editing|edits?|edit benchmarks?|"
    r"interpscore|cka|logprobs?|scoring methods?|methods?)(?!\w)",
    re.IGNORECASE,
)
"""Words of statistics and of the product that can be asked about."""
_PLAIN = re.compile(
    r"(?:(?:the|this|that|whatever|usual|we|kind|currently|open|my|our|its|a|an|it|model|models|checkpoint|"
    r"step|card|thing|language|lm|llm|network|loaded|current|new|edited|"
    r"base|default|standard|full|whole|all|everything|overall|general|"
    r"good|bad|now|please|pls|again|on|in|at|for|of|with|to|by|from|and|"
    r"right|here|me|you|once|quick|quickly|suite|benchmark\w*|test\w*|"
    r"capabilit\w*|skills?|number|total|average|any|some|\d+|prompts?|"
    r"questions?|examples?|cases?|each|performance|score\w*|run|gpu|cpu|"
    r"well|doing|perform\w*|do|work|working|latest|last|first|next|previous|"
    r"dimensions?|six|default|up|out|quality|evaluation|evals?|eval|stuff|"
    r"things|what|is|are|how|compared|training|far|so|data|data ?set|"
    r"decent|smart|useful|any good|yet|really|much|can|one|as|usual|ready|"
    r"this one|that one|anything|something|most|model's|its|abilit\w+|health|overview|strengths?|"
    r"weakness\w*|competenc\w+|talents?|"
    r"check-?up|standard|normal|basic|"
    r"you've|got|have|lot|works|that|in total|short|small|big|large|long|baseline|sanity|check|go)(?: |$))+",
    re.IGNORECASE,
)


_WHOLE_MODEL = re.compile(
    r"(?:(?:(?:the|this|that|my|our|whatever|which(?:ever)?|current|loaded|new|same|a|an|any) )*"
    r"(?:model|checkpoint|ckpt|lm|llm|network|thing|one)|what(?:ever)?(?:'s)?)"
    r"(?: (?:that|which|i|we|you|is|it|have|has|had|got|loaded|up|open|here|now|in|memory|right|running|"
    r"currently|active|just|there|as|on|a|an|we've|i've|that's|been|opened|picked|chose|started|today|present))*$",
    re.IGNORECASE,
)
"""The model itself, with words that only say which one (`whatever model I have up`)."""


def explained(reading: Reading) -> str:
    """The topic of an explanation: the name of a measure where one is meant, else the words as they stand."""
    listed = [
        f.name
        for group in (reading.methods, reading.edit_benchmarks, reading.named)
        for f in group
        if not (group is reading.edit_benchmarks and reading.methods)
    ]
    if reading.scores and not listed:
        return reading.scores[0]
    if listed:
        return listed[0]
    match = _ASKED.search(reading.unquoted)
    words = (match["x"] if match else reading.unquoted).strip(" ?.!\"'")
    if reading.mentions:
        return reading.mentions[0].name
    if re.fullmatch(r"(?:it|this|that|they|one|them|for|here|there|\W)*", words) and (
        concept := CONCEPTS.search(reading.unquoted)
    ):
        return concept.group()
    return re.sub(r"^(?:the|a|an) ", "", words) or reading.unquoted.strip(" ?.!")


def unknown_capability(reading: Reading) -> Wish | str | None:
    """For words that no capability is known by: the capability nearest in meaning, or a question that offers the
    nearest three; None where nothing is asked for but the model as a whole."""
    match = _OBJECT.search(reading.rest)
    words = " ".join(match["x"].split())[:200] if match else ""
    if not words or _PLAIN.fullmatch(words) or _WHOLE_MODEL.match(words):
        return None
    ranked = nearest(words)
    (best, similarity), (_, second) = ranked[0], ranked[1]
    if similarity >= NEAR and similarity - second > 0.05:
        return Wish(best, (0, 0))
    names = ", ".join(name for name, _ in ranked[:2]) + f" or {ranked[2][0]}"
    return f"I have no suite for {words!r}. The nearest are {names}: shall I take one of them?"


def nearest(words: str) -> list[tuple[str, float]]:
    """Capabilities by how near their descriptions are to `words` (cosine), nearest first."""
    from tools.models.embeddings import embed

    vectors, names = _descriptions()
    similar = vectors @ embed([words])[0]
    best: dict[str, float] = {}
    for name, value in zip(names, similar, strict=True):
        best[name] = max(best.get(name, -1.0), float(value))
    return sorted(best.items(), key=lambda pair: -pair[1])


@cache
def _descriptions() -> "tuple[np.ndarray, list[str]]":
    from tools.models.embeddings import embed

    pairs = [(name, line) for name, entry in table("capabilities").items() for line in entry["description"]]
    return embed([line for _, line in pairs]), [name for name, _ in pairs]
