"""Who supplies what edits are validated and measured with."""

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.endpoint import Endpoint
from agent.events import Said
from prompts._templates import neutral_sentences

if TYPE_CHECKING:
    from agent.llm_roles import EndpointAuthor
    from prompts.probes.source import RelationProbes

N_NEUTRAL = 16


def probe_author(llm: Endpoint | None) -> "EndpointAuthor | None":
    """The LLM as an author of probes, where one is configured."""
    if llm is None:
        return None
    from agent.llm_roles import EndpointAuthor

    return EndpointAuthor(llm)


def probe_source(author: "EndpointAuthor | None") -> "RelationProbes":
    """The relation templates; where the relation is unknown, the author, else the edit's own prompt."""
    from prompts.probes.source import RelationProbes

    return RelationProbes(author)


def notes_on(author: "EndpointAuthor | None") -> Iterator[Said]:
    """What the user should know where the author stopped answering in the middle of the work."""
    if author is not None and author.failure is not None:
        yield Said(
            f"Templates make what the LLM was to write, because it stopped answering: {author.failure.message}"
        )


def neutral_texts(seed: int) -> list[str]:
    """Everyday sentences, for the model's representation of text that has nothing to do with an edit."""
    sentences = sorted(sentence for topic in neutral_sentences().values() for sentence in topic)
    return random.Random(f"neutral|{seed}").sample(sentences, min(N_NEUTRAL, len(sentences)))
