"""Who supplies what edits are validated and measured with."""

import random
from typing import TYPE_CHECKING

from agent.endpoint import Endpoint
from prompts._templates import neutral_sentences

if TYPE_CHECKING:
    from prompts.probes.source import RelationProbes

N_NEUTRAL = 16


def probe_source(llm: Endpoint | None) -> "RelationProbes":
    """The relation templates; where the relation is unknown, the LLM if there is one, else the edit's own prompt."""
    from prompts.probes.source import RelationProbes

    if llm is None:
        return RelationProbes()
    from agent.llm_roles import EndpointAuthor

    return RelationProbes(EndpointAuthor(llm))


def neutral_texts(seed: int) -> list[str]:
    """Everyday sentences, for the model's representation of text that has nothing to do with an edit."""
    sentences = sorted(sentence for topic in neutral_sentences().values() for sentence in topic)
    return random.Random(f"neutral|{seed}").sample(sentences, min(N_NEUTRAL, len(sentences)))
