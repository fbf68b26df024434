"""Labels that are proposed for a feature from its strongest contexts: by their words, and by the LLM beside them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import JsonValue

from agent.endpoint import Endpoint
from agent.endpoint_errors import EndpointError
from agent.events import Said
from sessions.visible import visible

if TYPE_CHECKING:
    from tools.features.interp_score import SentenceMaximum

WORDS = "words of strongest contexts"
"""How a label was made that no model proposed."""


@dataclass(frozen=True)
class Proposal:
    """One label that competes for a feature."""

    label: str
    method: str
    """Who made it from what, as the history and the cards name it: an LLM with its instructions' version."""
    details: dict[str, JsonValue] = field(default_factory=dict)


class LabelProposer:
    """Proposes labels; an LLM that stops answering is not asked again."""

    def __init__(self, llm: Endpoint | None, corpus: Sequence[str]) -> None:
        self._llm = llm
        self._corpus = corpus
        self._notes: list[str] = []

    def notes(self) -> Iterator[Said]:
        """What the user has not been told yet about the proposals."""
        while self._notes:
            yield Said(self._notes.pop(0))

    def proposals(self, feature: int, contexts: "Sequence[SentenceMaximum]", *, seed: int) -> list[Proposal]:
        """Different labels, that of the contexts' words first; none where the feature fires nowhere."""
        from tools.features.relabel import marked, words_of_contexts

        if not contexts:
            return []
        label = words_of_contexts(contexts, self._corpus)
        found = [] if label is None else [Proposal(label, WORDS)]
        found += self._by_llm(feature, list(map(marked, contexts)), seed)
        different: dict[str, Proposal] = {}
        for proposal in found:
            different.setdefault(proposal.label.casefold(), proposal)
        return list(different.values())

    def _by_llm(self, feature: int, contexts: Sequence[str], seed: int) -> list[Proposal]:
        if self._llm is None:
            return []
        from agent.llm_roles import EndpointLabeller

        labeller = EndpointLabeller(self._llm)
        try:
            checked = labeller.labels(contexts, seed=seed)
        except EndpointError as error:
            self._llm = None
            self._notes.append(
                f"No labels could be proposed by the LLM: {error.message} The words of the contexts are proposed."
            )
            return []
        if checked.rejected:
            reasons = Counter(reason for _, reason in checked.rejected)
            why = "; ".join(f"{count} × {reason}" for reason, count in reasons.most_common())
            shown = ", ".join(repr(visible(label)) for label, _ in checked.rejected)
            self._notes.append(
                f"Feature {feature}: of the labels that the LLM proposed, {len(checked.rejected)} cannot be used "
                f"({visible(why)}): {shown}."
            )
        rejected: list[JsonValue] = [{"label": label, "reason": why} for label, why in checked.rejected]
        return [
            Proposal(
                label,
                f"proposed by {labeller.name}, from strongest contexts",
                {"proposed_by": labeller.name, "rejected_labels": rejected},
            )
            for label in checked.fit
        ]
