"""The workbench: what is loaded in one conversation, and where its results go. It never enters graph state."""

import threading
from typing import TYPE_CHECKING

from agent.planner.plan import CardDimension, LastCard, SessionView
from agent.settings import Settings
from sessions.card import Card
from sessions.context import Context
from sessions.store import Store
from tools.progress import Report, silent

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel


class Workbench:
    """Holds the model under inspection (loaded at first use), the store and the session."""

    def __init__(self, settings: Settings, store: Store, session_id: str) -> None:
        self.settings = settings
        self.store = store
        self.session_id = session_id
        self.request = ""
        """The user's words that are being answered; stored on the cards."""
        self.request_key = ""
        """Names this request in the store, so that an interrupted run is found again."""
        self._model: LanguageModel | None = None
        self._loading = threading.Lock()

    def model(self, report: Report = silent) -> "LanguageModel":
        """The loaded model; loads the one named in the settings at first use. Raises ModelError."""
        with self._loading:
            if self._model is None:
                self._model = self.load(self.settings.model, report)
            return self._model

    def load(self, name: str, report: Report = silent) -> "LanguageModel":
        """Load a model without putting it on the bench. Raises ModelError."""
        from tools.models.load import load_model

        return load_model(
            name,
            revision=self.settings.revision if name == self.settings.model else None,
            dtype=self.settings.dtype,
            device=self.settings.device,
            trust_remote_code=self.settings.trust_remote_code,
            report=report,
        )

    def use(self, name: str, report: Report = silent) -> "LanguageModel":
        """Load a model and make it the one under inspection; the old one stays if that fails."""
        model = self.load(name, report)
        with self._loading:
            self._model = model
        self.settings = self.settings.model_copy(update={"model": name, "revision": None})
        self.store.remember_loaded(self.session_id, {"model": name})
        return model

    @property
    def model_name(self) -> str:
        """The loaded model's name, or the name of the one that will be loaded."""
        return self._model.name if self._model is not None else self.settings.model

    def context(self, model: "LanguageModel | None" = None) -> Context:
        """What is loaded right now, as the cards record it."""
        subject = model or self.model()
        return Context(
            kind="model_inspection",
            model=subject.name,
            weights_hash=subject.weights_hash,
            dtype=str(subject.dtype).removeprefix("torch."),
            device=str(subject.device),
        )

    def view(self) -> SessionView:
        """What a planner may know of this session."""
        cards = self.store.cards(session=self.session_id, limit=1)
        return SessionView(
            context="model_inspection",
            model=self.model_name,
            last_card=_as_last_card(cards[0]) if cards else None,
        )


def _as_last_card(card: Card) -> LastCard:
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
