"""The prompts and sentences that were written for a card and thrown out by the checks, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence

from prompts.rejections import RejectedDraft
from sessions.card import CapabilityCard, Card, EditBenchmarksCard, EditCard, FeatureCard
from sessions.store import Store
from sessions.visible import visible

SHOWN = 30
"""Prompts of one dimension."""
LONGEST = 300


def rejected_in_words(card: Card, store: Store, capability: str | None = None) -> str:
    """How many were rejected for which reason, then each with its text; of one capability, where named."""
    told: list[str] = []
    if isinstance(card, CapabilityCard):
        for dimension in card.dimensions:
            if dimension.rejected and capability in (None, dimension.capability):
                told.append(_counted(dimension.capability, "prompt", dimension.rejected_reasons))
                told += _each(store.suite(dimension.suite.hash).rejected_drafts)
    elif isinstance(card, FeatureCard) and card.sentences is not None and card.sentences.rejected:
        told.append(_counted(f"feature {card.feature}", "sentence", card.sentences.rejected))
        told += _each(card.sentences.rejected_sentences)
    elif isinstance(card, EditCard | EditBenchmarksCard) and card.rejected_prompts:
        reasons = Counter(draft.reason for draft in card.rejected_prompts)
        told.append(_counted("edit probes", "prompt", dict(reasons.most_common())))
        told += _each(card.rejected_prompts)
    what = f"{capability} prompt" if capability else "prompt"
    return "\n".join(told) or f"No {what} of card {card.id} was rejected before use."


def _counted(name: str, what: str, reasons: dict[str, int]) -> str:
    why = "; ".join(f"{count} × {reason}" for reason, count in reasons.items())
    n = sum(reasons.values())
    were = f"{n} {what}s were" if n != 1 else f"1 {what} was"
    return f"{name}: {were} rejected before use ({visible(why)})."


def _each(drafts: Sequence[RejectedDraft]) -> Iterator[str]:
    for draft in drafts[:SHOWN]:
        text = " ".join(visible(draft.prompt).split())
        yield f"- {visible(draft.reason)}: {text if len(text) <= LONGEST else f'{text[:LONGEST]}…'}"
    if len(drafts) > SHOWN:
        yield f"- and {len(drafts) - SHOWN} more."
