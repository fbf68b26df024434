"""What "that feature" and "that card" mean: the newest of a session, as a planner may know them."""

from agent.planner.plan import CardDimension, LastCard
from sessions.card import CapabilityCard, FeatureCard
from sessions.store import Store

RECENT = 20
"""Cards that are looked through for the last feature."""


def last_feature(store: Store, session_id: str) -> int | None:
    """The feature of the session's newest feature card, where a session goes on."""
    cards = store.cards(session=session_id, limit=RECENT)
    return next((card.feature for card in cards if isinstance(card, FeatureCard)), None)


def last_card(store: Store, session_id: str) -> LastCard | None:
    """The session's newest card; None where there is none yet."""
    card = next(iter(store.cards(session=session_id, limit=1)), None)
    if card is None:
        return None
    if not isinstance(card, CapabilityCard):
        return LastCard(id=card.id)
    return LastCard(
        id=card.id,
        dimensions=[
            CardDimension(
                capability=dimension.capability,
                method=dimension.method,
                n_prompts=len(dimension.cases),
                subtypes=[subtype.name for subtype in dimension.subtypes],
                score=dimension.score,
            )
            for dimension in card.dimensions
        ],
    )
